package demo

import (
	"net/http"
	"strings"
)

// catalog answers what things are: products, brands and categories.
type catalog struct{ shop *shop }

const (
	maxProductIDs = 100
	maxBrandIDs   = 50
)

func newCatalog(s *shop) *service {
	c := catalog{s}
	const fresh, slow = "public, max-age=60", "public, max-age=300"
	return &service{
		name:  "catalog",
		about: "Products, brands and categories of the shop.",
		style: style{coding: gzipCoding(), etag: strongETag},
		routes: []route{
			{
				method: "GET", path: "/products", summary: "A page of products, or those with the given ids.",
				query: []param{
					integer("limit", "size of the page, 1 to 100; 20 without"), integer("offset", "products to skip"),
					text("category", "id of a category or department"), text("q", "words to be found in the name"),
					commas("ids", "up to 100 ids; everything else is then ignored"),
				},
				answer: productPage{}, cache: fresh, handle: c.products,
			},
			{method: "GET", path: "/products/{id}", summary: "One product.", answer: oneProduct{}, cache: fresh, handle: c.product},
			{
				method: "GET", path: "/brands", summary: "All brands, or those with the given ids.",
				query: []param{repeated("id", "up to 50 ids")}, answer: []brand{}, cache: slow, handle: c.brands,
			},
			{method: "GET", path: "/brands/{id}", summary: "One brand.", answer: brand{}, cache: slow, handle: c.brand},
			{method: "GET", path: "/categories", summary: "The categories that hold products, with their departments.", answer: []category{}, cache: slow, handle: c.categories},
			{method: "GET", path: "/categories/{id}", summary: "One category or department.", answer: category{}, cache: slow, handle: c.category},
			{
				method: "GET", path: "/search", summary: "Brands, categories and products that contain all the words.",
				query:  []param{must(text("q", "the words")), integer("page", "from 1"), integer("per_page", "1 to 100; 10 without")},
				answer: searchPage{}, cache: fresh, handle: c.search,
			},
			{method: "GET", path: "/images/{file}", summary: "The picture of a product, as p-0001.jpg.", cache: "public, max-age=86400, immutable", handle: c.image},
		},
	}
}

type productPage struct {
	Data []product `json:"data"`
	Meta pageMeta  `json:"meta"`
}

type pageMeta struct {
	Total  int `json:"total"`
	Limit  int `json:"limit"`
	Offset int `json:"offset"`
}

type oneProduct struct {
	Data product `json:"data"`
}

func (c catalog) products(r *http.Request) (reply, error) {
	q := r.URL.Query()
	if q.Has("ids") {
		return c.productsByID(list(q, "ids"))
	}
	limit, err := number(q, "limit", 20, 1, 100)
	if err != nil {
		return reply{}, err
	}
	offset, err := number(q, "offset", 0, 0, 1_000_000)
	if err != nil {
		return reply{}, err
	}
	in := q.Get("category")
	if in != "" && c.categoryOf(in) == nil {
		return reply{}, badInput("category: there is no %q", in)
	}
	found := []product{}
	for _, p := range c.shop.products {
		if (in == "" || in == p.CategoryID || in == "d-"+p.trade.department) && containsAll(p.Name, q.Get("q")) {
			found = append(found, p)
		}
	}
	return reply{body: productPage{Data: window(found, offset, limit), Meta: pageMeta{Total: len(found), Limit: limit, Offset: offset}}}, nil
}

// productsByID answers in the order of the shop, whatever that of the ids, and leaves out what it does not know.
func (c catalog) productsByID(ids []string) (reply, error) {
	if err := atMost("ids", ids, maxProductIDs); err != nil {
		return reply{}, err
	}
	asked := set(ids)
	found := []product{}
	for _, p := range c.shop.products {
		if asked[p.ID] {
			found = append(found, p)
		}
	}
	return reply{body: productPage{Data: found, Meta: pageMeta{Total: len(found), Limit: maxProductIDs}}}, nil
}

func (c catalog) product(r *http.Request) (reply, error) {
	p := c.shop.product(r.PathValue("id"))
	if p == nil {
		return reply{}, notFound("product", r.PathValue("id"))
	}
	return reply{body: oneProduct{*p}}, nil
}

func (c catalog) brands(r *http.Request) (reply, error) {
	q := r.URL.Query()
	if !q.Has("id") {
		return reply{body: c.shop.brands}, nil
	}
	if err := atMost("id", q["id"], maxBrandIDs); err != nil {
		return reply{}, err
	}
	asked := set(q["id"])
	found := []brand{}
	for _, b := range c.shop.brands {
		if asked[b.ID] {
			found = append(found, b)
		}
	}
	return reply{body: found}, nil
}

func (c catalog) brand(r *http.Request) (reply, error) {
	for _, b := range c.shop.brands {
		if b.ID == r.PathValue("id") {
			return reply{body: b}, nil
		}
	}
	return reply{}, notFound("brand", r.PathValue("id"))
}

func (c catalog) categories(*http.Request) (reply, error) {
	return reply{body: c.shop.categories}, nil
}

func (c catalog) category(r *http.Request) (reply, error) {
	if found := c.categoryOf(r.PathValue("id")); found != nil {
		return reply{body: found}, nil
	}
	return reply{}, notFound("category", r.PathValue("id"))
}

func (c catalog) categoryOf(id string) *category {
	for _, level := range [][]category{c.shop.categories, c.shop.departments} {
		for i := range level {
			if level[i].ID == id {
				return &level[i]
			}
		}
	}
	return nil
}

func set(ids []string) map[string]bool {
	m := make(map[string]bool, len(ids))
	for _, id := range ids {
		m[id] = true
	}
	return m
}

// containsAll says whether text contains every word of a query, in any case and order.
func containsAll(text, query string) bool {
	text = strings.ToLower(text)
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
