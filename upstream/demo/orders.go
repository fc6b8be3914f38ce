package demo

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// ordering answers what the holder of a token bought, and means to buy. Lists are paged by Link headers (RFC 8288),
// and an order is placed once per request key.
type ordering struct {
	shop  *shop
	store *orderStore
}

const (
	maxLines    = 50
	maxQuantity = 99
)

func newOrders(s *shop, tokens holders) *service {
	o := ordering{shop: s, store: newOrderStore(s)}
	const own, never, vary = "private, no-cache", "no-store", "Authorization"
	return &service{
		name:  "orders",
		about: "Orders and carts. Everything belongs to the holder of the bearer token.",
		routes: []route{
			{
				method: "GET", path: "/orders", summary: "A page of orders, the newest first; the others are in Link and X-Total-Count.",
				query: []param{integer("page", "from 1"), integer("per_page", "1 to 100; 10 without")}, secured: true,
				answer: []order{}, cache: own, vary: vary, handle: tokens.secured(o.page),
			},
			{method: "GET", path: "/orders/{id}", summary: "One order.", secured: true, answer: order{}, cache: own, vary: vary, handle: tokens.secured(o.one)},
			{
				method: "POST", path: "/orders", summary: "Places an order, once for each key.",
				headers: []param{text("Idempotency-Key", "the key, unless the body has a requestKey")}, secured: true,
				body: newOrder{}, answer: order{}, status: http.StatusCreated, handle: tokens.secured(o.place),
			},
			{method: "GET", path: "/cart", summary: "The cart.", secured: true, answer: cart{}, cache: never, handle: tokens.secured(o.cart)},
			{
				method: "POST", path: "/cart", summary: "Sets how many of a product are in the cart; 0 takes it out.",
				secured: true, body: cartLine{}, answer: cart{}, handle: tokens.secured(o.setCart),
			},
		},
	}
}

// newOrder asks for lines, or, without any, for what is in the cart, which is then empty.
type newOrder struct {
	RequestKey string     `json:"requestKey,omitempty"`
	Lines      []cartLine `json:"lines,omitempty"`
}

type cart struct {
	Lines      []wrappedLine `json:"lines"`
	Count      int           `json:"count"`
	TotalCents int           `json:"totalCents"`
	Currency   string        `json:"currency"`
}

func (o ordering) page(r *http.Request, u *account) (reply, error) {
	page, perPage, err := pageQuery(r, 10)
	if err != nil {
		return reply{}, err
	}
	all := o.store.of(u.ID)
	header := http.Header{
		"Link":          {links(r, page, pages(len(all), perPage))},
		"X-Total-Count": {fmt.Sprint(len(all))},
	}
	items := make([]order, 0, perPage)
	for _, one := range window(all, (page-1)*perPage, perPage) {
		items = append(items, *one)
	}
	return reply{header: header, body: items}, nil
}

// links are the other pages (RFC 8288): the query of the request with another page number.
func links(r *http.Request, page, last int) string {
	var all []string
	add := func(rel string, to int) {
		q := r.URL.Query()
		q.Set("page", fmt.Sprint(to))
		all = append(all, fmt.Sprintf(`<http://%s%s?%s>; rel="%s"`, r.Host, r.URL.Path, q.Encode(), rel))
	}
	if page > 1 {
		add("first", 1)
		add("prev", min(page-1, last))
	}
	if page < last {
		add("next", page+1)
	}
	add("last", last)
	return strings.Join(all, ", ")
}

func (o ordering) one(r *http.Request, u *account) (reply, error) {
	for _, one := range o.store.of(u.ID) {
		if one.ID == r.PathValue("id") {
			return reply{body: one}, nil
		}
	}
	return reply{}, notFound("order", r.PathValue("id"))
}

func (o ordering) place(r *http.Request, u *account) (reply, error) {
	var in newOrder
	if err := readBody(r, &in); err != nil {
		return reply{}, err
	}
	key := r.Header.Get("Idempotency-Key")
	if key != "" && in.RequestKey != "" && key != in.RequestKey {
		return reply{}, badInput("requestKey: got %q, but Idempotency-Key says %q", in.RequestKey, key)
	}
	key = cmp.Or(key, in.RequestKey)
	if n := utf8.RuneCountInString(key); n < 1 || n > 255 {
		return reply{}, badInput("requestKey: want 1 to 255 characters, here or in the header Idempotency-Key")
	}
	if err := o.check(in.Lines); err != nil {
		return reply{}, err
	}
	placed, replayed, err := o.store.place(u, key, merge(in.Lines), time.Now().UTC().Truncate(time.Second))
	if err != nil {
		return reply{}, err
	}
	if replayed {
		return reply{header: http.Header{"Idempotency-Replayed": {"true"}}, body: placed}, nil
	}
	return reply{status: http.StatusCreated, header: http.Header{"Location": {"/orders/" + placed.ID}}, body: placed}, nil
}

func (o ordering) check(lines []cartLine) error {
	if len(lines) > maxLines {
		return badInput("lines: got %d, want at most %d", len(lines), maxLines)
	}
	for i, l := range lines {
		if o.shop.product(l.ProductID) == nil {
			return badInput("lines/%d/productId: there is no product %q", i, l.ProductID)
		}
		if l.Quantity < 1 || l.Quantity > maxQuantity {
			return badInput("lines/%d/quantity: got %d, want 1 to %d", i, l.Quantity, maxQuantity)
		}
	}
	return nil
}

func (o ordering) cart(_ *http.Request, u *account) (reply, error) {
	return reply{body: o.filled(o.store.cart(u.ID))}, nil
}

func (o ordering) setCart(r *http.Request, u *account) (reply, error) {
	var in cartLine
	if err := readBody(r, &in); err != nil {
		return reply{}, err
	}
	if o.shop.product(in.ProductID) == nil {
		return reply{}, badInput("productId: there is no product %q", in.ProductID)
	}
	if in.Quantity < 0 || in.Quantity > maxQuantity {
		return reply{}, badInput("quantity: got %d, want 0 to %d", in.Quantity, maxQuantity)
	}
	lines, err := o.store.setCart(u.ID, in)
	if err != nil {
		return reply{}, err
	}
	return reply{body: o.filled(lines)}, nil
}

func (o ordering) filled(lines []cartLine) cart {
	c := cart{Lines: o.shop.priced(lines), Currency: "EUR"}
	c.TotalCents = total(c.Lines)
	for _, l := range lines {
		c.Count += l.Quantity
	}
	return c
}
