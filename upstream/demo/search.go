package demo

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

type searchPage struct {
	Results []hit `json:"results"`
	Page    int   `json:"page"`
	PerPage int   `json:"perPage"`
	Pages   int   `json:"pages"`
	Total   int   `json:"total"`
}

// hit is a product, a brand or a category, each with a member "kind" that says which.
type hit struct{ found any }

type productHit struct {
	Kind string `json:"kind" enum:"product"`
	product
}

type brandHit struct {
	Kind string `json:"kind" enum:"brand"`
	brand
}

type categoryHit struct {
	Kind string `json:"kind" enum:"category"`
	category
}

// MarshalJSON writes what was found.
func (h hit) MarshalJSON() ([]byte, error) { return json.Marshal(h.found) }

func (hit) variants() []any { return []any{productHit{}, brandHit{}, categoryHit{}} }

func (c catalog) search(r *http.Request) (reply, error) {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	if query == "" {
		return reply{}, badInput("q: want at least one word")
	}
	page, perPage, err := pageQuery(r, 10)
	if err != nil {
		return reply{}, err
	}
	hits := c.hits(query)
	return reply{body: searchPage{
		Results: window(hits, (page-1)*perPage, perPage),
		Page:    page, PerPage: perPage, Pages: pages(len(hits), perPage), Total: len(hits),
	}}, nil
}

// hits finds brands and categories by name, then products by name, then by what is said about them.
func (c catalog) hits(query string) []hit {
	hits := []hit{}
	for _, b := range c.shop.brands {
		if containsAll(b.Name, query) {
			hits = append(hits, hit{brandHit{"brand", b}})
		}
	}
	for _, level := range slices.Concat(c.shop.departments, c.shop.categories) {
		if containsAll(level.Name, query) {
			hits = append(hits, hit{categoryHit{"category", level}})
		}
	}
	var mentioned []hit
	for _, p := range c.shop.products {
		switch {
		case containsAll(p.Name, query):
			hits = append(hits, hit{productHit{"product", p}})
		case containsAll(p.Name+" "+p.trade.name+" "+p.Description, query):
			mentioned = append(mentioned, hit{productHit{"product", p}})
		}
	}
	return append(hits, mentioned...)
}
