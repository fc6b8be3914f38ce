package attacks_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"weft/upstream/upstreamtest"
)

// shop makes a server answer for all upstreams, as long as nobody attacks through it. A product's name is its id; each has four others
// that are related to it. The name of the
// user with the number 1 is what a caller has sent as Authorization.
func shop(s *upstreamtest.Server) { shopOf(s, strings.Repeat("It keeps the rain out. ", 40)) }

// shopOf is a shop whose products are all described like that.
func shopOf(s *upstreamtest.Server, description string) {
	s.Handle("GET /products/{id}", func(w http.ResponseWriter, r *http.Request) {
		write(w, map[string]any{"data": product(r.PathValue("id"), description)})
	})
	s.Handle("GET /products", func(w http.ResponseWriter, r *http.Request) {
		var list []any
		for id := range strings.SplitSeq(r.FormValue("ids"), ",") {
			list = append(list, product(id, description))
		}
		if limit, err := strconv.Atoi(r.FormValue("limit")); err == nil {
			list = nil
			for i := range limit {
				list = append(list, product(fmt.Sprint("p", i), description))
			}
		}
		write(w, map[string]any{"data": list, "meta": map[string]any{"total": 1000}})
	})
	s.Handle("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private, max-age=60")
		write(w, map[string]any{"id": 1, "name": r.Header.Get("Authorization")})
	})
}

func product(id, description string) any {
	related := []string{}
	for i := range 4 {
		related = append(related, fmt.Sprintf("%s%d", id[:min(len(id), 8)], i))
	}
	return map[string]any{"id": id, "name": id, "description": description, "relatedIds": related}
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
