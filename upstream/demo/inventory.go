package demo

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// inventory answers where things lie. Nothing that it says may be stored.
type inventory struct{ shop *shop }

const maxStockSKUs = 100

func newInventory(s *shop) *service {
	i := inventory{s}
	const never = "no-store"
	return &service{
		name:  "inventory",
		about: "Stock of the six stores.",
		routes: []route{
			{
				method: "GET", path: "/stock", summary: "The stock of products, in every store or in some.",
				query:  []param{must(repeated("sku", "up to 100 product ids")), repeated("store", "codes of stores, in any case")},
				answer: []shelf{}, cache: never, handle: i.stock,
			},
			{method: "GET", path: "/stock/{store}/{sku}", summary: "The stock of a product in a store.", answer: shelf{}, cache: never, handle: i.shelf},
			{
				method: "GET", path: "/availability", summary: "The stock of products over all stores, by item number.",
				query:  []param{must(commas("skus", "up to 100 product ids or item numbers"))},
				answer: []availability{}, cache: never, handle: i.availability,
			},
			{
				method: "POST", path: "/incoming", summary: "What is on its way, of up to 100 products, by item number of eight digits; [] where nothing is.",
				body: incomingQuery{}, answer: incoming{}, cache: never, handle: i.incoming,
			},
			{method: "GET", path: "/stores", summary: "The stores.", answer: []store{}, cache: "public, max-age=3600", handle: i.stores},
		},
	}
}

// shelf is the stock of one product in one store.
type shelf struct {
	SKU   string `json:"sku"`
	Store string `json:"store"`
	Qty   int    `json:"qty"`
	State string `json:"state" enum:"IN_STK,LOW,OUT"`
}

// availability is the stock of one product over all stores.
type availability struct {
	ItemNo int    `json:"itemNo"`
	SKU    string `json:"sku"`
	Total  int    `json:"total"`
	Stores int    `json:"stores"` // that have any
}

func (i inventory) stock(r *http.Request) (reply, error) {
	q := r.URL.Query()
	if err := checkBatch("sku", q["sku"], maxStockSKUs); err != nil {
		return reply{}, err
	}
	found := []shelf{}
	for at, sku := range q["sku"] {
		p := i.shop.product(sku)
		if p == nil || slices.Contains(q["sku"][:at], sku) {
			continue
		}
		for at, s := range i.shop.stores {
			if len(q["store"]) == 0 || slices.ContainsFunc(q["store"], func(code string) bool { return strings.EqualFold(code, s.Code) }) {
				found = append(found, i.shelfOf(p, at))
			}
		}
	}
	return reply{body: found}, nil
}

func (i inventory) shelf(r *http.Request) (reply, error) {
	code, sku := r.PathValue("store"), r.PathValue("sku")
	at, p := i.storeIndex(code), i.shop.product(sku)
	switch {
	case at < 0:
		return reply{}, notFound("store", code)
	case p == nil:
		return reply{}, notFound("product", sku)
	}
	return reply{body: i.shelfOf(p, at)}, nil
}

func (i inventory) availability(r *http.Request) (reply, error) {
	skus := list(r.URL.Query(), "skus")
	if err := checkBatch("skus", skus, maxStockSKUs); err != nil {
		return reply{}, err
	}
	found := []availability{}
	for _, sku := range skus {
		if n, err := strconv.Atoi(sku); err == nil {
			sku = fmt.Sprintf("p-%04d", n)
		}
		if p := i.shop.product(sku); p != nil {
			found = append(found, i.sum(p))
		}
	}
	return reply{body: found}, nil
}

type incomingQuery struct {
	Items []string `json:"items"`
}

// incoming is an object by item number, or an empty list, as the language that it is written in has it.
type incoming struct{}

func (incoming) variants() []any { return []any{map[string]delivery{}, []delivery{}} }

func (i inventory) incoming(r *http.Request) (reply, error) {
	var q incomingQuery
	if err := readBody(r, &q); err != nil {
		return reply{}, err
	}
	if err := checkBatch("items", q.Items, maxStockSKUs); err != nil {
		return reply{}, err
	}
	found := map[string]delivery{}
	for _, item := range q.Items {
		n, err := strconv.Atoi(item)
		if err != nil || n < 1 || n > len(i.shop.incoming) {
			continue
		}
		if d := i.shop.incoming[n-1]; d.Pieces > 0 {
			found[fmt.Sprintf("%08d", n)] = d
		}
	}
	if len(found) == 0 {
		return reply{body: []delivery{}}, nil
	}
	return reply{body: found}, nil
}

func (i inventory) stores(*http.Request) (reply, error) {
	return reply{body: i.shop.stores}, nil
}

// storeIndex finds a store by its code, in any case.
func (i inventory) storeIndex(code string) int {
	return slices.IndexFunc(i.shop.stores, func(s store) bool { return strings.EqualFold(s.Code, code) })
}

func (i inventory) shelfOf(p *product, at int) shelf {
	qty := i.shop.stock[p.ItemNo-1][at]
	return shelf{SKU: p.ID, Store: i.shop.stores[at].Code, Qty: qty, State: state(qty)}
}

func (i inventory) sum(p *product) availability {
	a := availability{ItemNo: p.ItemNo, SKU: p.ID}
	for _, qty := range i.shop.stock[p.ItemNo-1] {
		a.Total += qty
		if qty > 0 {
			a.Stores++
		}
	}
	return a
}

func state(qty int) string {
	switch {
	case qty == 0:
		return "OUT"
	case qty <= 3:
		return "LOW"
	default:
		return "IN_STK"
	}
}

// checkBatch refuses an empty batch, and one that is too large.
func checkBatch(name string, values []string, most int) error {
	if err := some(name, values); err != nil {
		return err
	}
	return atMost(name, values, most)
}
