package main

import "fmt"

// How much the reviews service has.
const (
	accounts = 6
	products = 9
)

// reviews are what the upstreams of the reviews service have.
type reviews struct {
	users    []map[string]any
	products []map[string]any
	stock    []map[string]any
	reviews  []review
}

type review struct {
	ID         string `json:"id"`
	Body       string `json:"body"`
	AuthorID   string `json:"authorId"`
	ProductUPC string `json:"productUpc"`
}

// reviewed are the numbers of the products that the first user has reviewed; nobody else has.
var reviewed = []int{1, 1, 1, 1, 2, 2, 2, 2, 3, 4, 4}

func newReviews() reviews {
	var r reviews
	for id := 1; id <= accounts; id++ {
		r.users = append(r.users, map[string]any{
			"id": fmt.Sprint(id), "name": words(id*3, 2), "username": fmt.Sprintf("%s%d", words(id*7, 1), id), "birthday": 1_000_000_000 + id,
		})
	}
	for n := 1; n <= products; n++ {
		upc, price, weight := fmt.Sprint(n), n*n*97, n*50
		estimate := weight / 2
		if price > 1000 {
			estimate = 0
		}
		r.products = append(r.products, map[string]any{"upc": upc, "name": words(n*5, 1), "price": price, "weight": weight})
		r.stock = append(r.stock, map[string]any{"upc": upc, "inStock": n%3 != 0, "shippingEstimate": estimate})
	}
	for i, n := range reviewed {
		r.reviews = append(r.reviews, review{fmt.Sprint(i + 1), words(i, 2+i%3), "1", fmt.Sprint(n)})
	}
	return r
}

// bodies are the upstreams' answers by path.
func (r reviews) bodies() map[string][]byte {
	bodies := map[string][]byte{
		"/accounts/users": encode(r.users), "/catalogue/products": encode(r.products), "/inventory/stock": encode(r.stock), "/reviews/reviews": encode(r.reviews),
	}
	for i, u := range r.users {
		bodies[fmt.Sprintf("/accounts/users/%d", i+1)] = encode(u)
	}
	for i, p := range r.products {
		bodies[fmt.Sprintf("/catalogue/products/%d", i+1)], bodies[fmt.Sprintf("/inventory/stock/%d", i+1)] = encode(p), encode(r.stock[i])
	}
	return bodies
}

// reviewsQuery goes from users to products and back, and the other way.
const reviewsQuery = `{` +
	`users{id,username,name,reviews{id,body,product{` + productMembers + `,reviews{id,body,author{` + authorMembers + `}}}}},` +
	`topProducts{` + productMembers + `,reviews{id,body,author{` + authorMembers + `}}}}`

const (
	productMembers = `upc,name,price,weight,stock{inStock,shippingEstimate}`
	authorMembers  = `id,username,name,reviews{id,body,product{` + productMembers + `}}`
)

// reviewsRounds are the calls that reviewsQuery takes: two lists bring all keys there are.
func reviewsRounds() [][]string {
	return [][]string{
		{"/accounts/users", "/catalogue/products"},
		{
			"/reviews/reviews?" + batchOf("authorId", accounts), "/reviews/reviews?" + batchOf("productUpc", products),
			"/inventory/stock?" + batchOf("upc", products),
		},
	}
}

// answer is the right one to reviewsQuery.
func (r reviews) answer() any {
	var users, products []any
	for _, u := range r.users {
		user := only(u, "id", "username", "name")
		user["reviews"] = r.of(func(v review) bool { return v.AuthorID == u["id"] }, func(v review, o map[string]any) {
			product := r.product(v.ProductUPC)
			product["reviews"] = r.withAuthors(v.ProductUPC)
			o["product"] = product
		})
		users = append(users, user)
	}
	for _, p := range r.products {
		product := r.product(p["upc"].(string))
		product["reviews"] = r.withAuthors(p["upc"].(string))
		products = append(products, product)
	}
	return map[string]any{"users": users, "topProducts": products}
}

// withAuthors are the reviews of a product, each with its author, and that one's reviews with their products.
func (r reviews) withAuthors(upc string) []any {
	return r.of(func(v review) bool { return v.ProductUPC == upc }, func(v review, o map[string]any) {
		for _, u := range r.users {
			if u["id"] == v.AuthorID {
				author := only(u, "id", "username", "name")
				author["reviews"] = r.of(func(w review) bool { return w.AuthorID == v.AuthorID }, func(w review, o map[string]any) { o["product"] = r.product(w.ProductUPC) })
				o["author"] = author
			}
		}
	})
}

// of are the reviews that are wanted, with what else is selected of them.
func (r reviews) of(wanted func(review) bool, more func(review, map[string]any)) []any {
	list := []any{}
	for _, v := range r.reviews {
		if wanted(v) {
			o := map[string]any{"id": v.ID, "body": v.Body}
			more(v, o)
			list = append(list, o)
		}
	}
	return list
}

// product has the members of a product that are selected everywhere.
func (r reviews) product(upc string) map[string]any {
	for i, p := range r.products {
		if p["upc"] == upc {
			o := only(p, "upc", "name", "price", "weight")
			o["stock"] = only(r.stock[i], "inStock", "shippingEstimate")
			return o
		}
	}
	return nil
}

// only has some members of an object.
func only(o map[string]any, members ...string) map[string]any {
	some := map[string]any{}
	for _, m := range members {
		some[m] = o[m]
	}
	return some
}
