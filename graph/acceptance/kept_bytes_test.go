package acceptance_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"weft/cache/tiers"
	storefront "weft/graph/generated"
	"weft/graph/operation"
)

// keptAnswers are the n-th of any number of queries, and the elements and bytes of what a service answers to it.
var keptAnswers = map[string]struct {
	query           string
	elements, bytes int
}{
	"small objects": {`{ product(id: "p-%d") { name } }`, 1, 20},
	"objects":       {`{ product(id: "p-%d") { name } }`, 1, 1000},
	"large objects": {`{ product(id: "p-%d") { name } }`, 1, 30_000},
	"lists":         {`{ products(first: 50, text: "%d") { nodes { name } pageInfo { endCursor } } }`, 50, 100},
	"parts":         {`{ products(first: 50, text: "%d") { nodes { id } } }`, 50, 1000},
}

// TestKeptBytes has clients ask for more than is kept in memory, values and whole answers: what is kept is said to weigh what the heap has grown
// by, more or less, and no more than is allowed.
func TestKeptBytes(t *testing.T) {
	if !alone(t) {
		return
	}
	const allowed = 16 << 20
	for name, c := range keptAnswers {
		t.Run(name, func(t *testing.T) {
			kept, err := tiers.Open(tiers.Options{MaxBytes: allowed, Classes: storefront.CacheClasses})
			if err != nil {
				t.Fatal(err)
			}
			defer kept.Close()
			services := newScripts(storefront.Upstreams)
			services.handle("catalog", "GET /products/{id}", func(w http.ResponseWriter, r *http.Request) {
				_, _ = fmt.Fprintf(w, `{"data": {"id": %q, "name": %q}}`, r.PathValue("id"), strings.Repeat("n", c.bytes))
			})
			services.handle("catalog", "GET /products", func(w http.ResponseWriter, r *http.Request) {
				var list []string
				for i := range c.elements {
					list = append(list, fmt.Sprintf(`{"id": "p-%s-%d", "name": %q}`, r.URL.Query().Get("q"), i, strings.Repeat("n", c.bytes)))
				}
				_, _ = fmt.Fprintf(w, `{"data": [%s], "meta": {"total": 1000}}`, strings.Join(list, ","))
			})
			clients := services.clients(t, storefront.Upstreams)
			defer clients.Close()
			schema, err := openCachedStorefront(newSchedule(t), clients, kept.Cache, nil)
			if err != nil {
				t.Fatal(err)
			}
			service := running{handlerOf(schema, operation.Options{MaxDocumentBytes: 1}), kept.Cache, clients}
			service.ask(t.Context(), t, fmt.Sprintf(c.query, 0))
			services.take()
			before, empty := heapBytes(), kept.Status().Memory.Bytes
			for n := 1; kept.Status().Memory.Bytes < allowed*9/10; n++ {
				if got := service.ask(t.Context(), t, fmt.Sprintf(c.query, n)); strings.Contains(got, "errors") {
					t.Fatal(got)
				}
				services.take()
			}
			grown, said := float64(heapBytes())-float64(before), float64(kept.Status().Memory.Bytes-empty)
			if ratio := said / grown; ratio < 0.8 || ratio > 1.3 {
				t.Errorf("%.0f bytes are said to be kept, %.2f times the %.0f that the heap has grown by", said, ratio, grown)
			}
			runtime.KeepAlive(service)
		})
	}
}
