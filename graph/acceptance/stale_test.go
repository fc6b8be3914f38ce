package acceptance_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache/tiers"
	"weft/graph/edge"
	storefront "weft/graph/generated"
	"weft/graph/operation"
)

// staleShop is a storefront whose products are kept, and whose catalog then fails.
type staleShop struct {
	http.Handler

	down    atomic.Bool
	release chan struct{} // closed when the catalog may fail; nil: at once
}

func openStaleShop(t *testing.T) *staleShop {
	t.Helper()
	s := new(staleShop)
	services := newScripts(storefront.Upstreams)
	product := func(id string) string {
		if id == "nameless" {
			return `{"id": "nameless"}`
		}
		return fmt.Sprintf(`{"id": %q, "name": "Tent %s"}`, id, id)
	}
	serve := func(body func(r *http.Request) string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if s.down.Load() {
				if s.release != nil {
					<-s.release
				}
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			_, _ = fmt.Fprintf(w, `{"data": %s}`, body(r))
		}
	}
	services.handle("catalog", "GET /products/{id}", serve(func(r *http.Request) string { return product(r.PathValue("id")) }))
	services.handle("catalog", "GET /products", serve(func(*http.Request) string { return "[" + product("p-1") + "," + product("nameless") + "]" }))
	clients := services.clients(t, storefront.Upstreams)
	t.Cleanup(clients.Close)
	kept, err := tiers.Open(tiers.Options{Classes: storefront.CacheClasses})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kept.Close)
	schema, err := openCachedStorefront(newSchedule(t), clients, kept.Cache, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Handler = handlerOf(schema, operation.Options{})
	return s
}

// ask returns what an answer without errors says is stale.
func (s *staleShop) ask(t *testing.T, query string) string {
	t.Helper()
	stale, errs := s.try(t, query)
	if len(errs) > 0 {
		t.Errorf("%s: got %s", query, errs)
	}
	return stale
}

func (s *staleShop) try(t *testing.T, query string) (stale string, errs []json.RawMessage) {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, graphRequest{Query: query}.post(t.Context(), t, edge.Endpoint))
	var answer struct {
		Errors     []json.RawMessage
		Extensions struct {
			Stale []struct {
				Path []any
				Age  float64
			}
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Errorf("got %v, %s", err, w.Body)
	}
	for _, place := range answer.Extensions.Stale {
		stale += fmt.Sprintf("%v %.0f s", place.Path, place.Age)
	}
	return stale, answer.Errors
}

const (
	staleProduct = `{ it: product(id: "p-1") { name } }`
	itIsStale    = `[it] 400 s`
)

// TestStaleIsSaid holds that who gets a value beyond its time, since its service failed, is told where it stands and how old it is:
// also who waited for another operation that got it, whole or in part, on either executor.
func TestStaleIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openStaleShop(t)
		for _, query := range []string{staleProduct, `{ product(id: "p-2") { name } }`} {
			if got := s.ask(t, query); got != "" {
				t.Errorf("nothing is stale, but %s", got)
			}
		}
		time.Sleep(400 * time.Second)
		s.release = make(chan struct{})
		s.down.Store(true)
		var all sync.WaitGroup
		for query, want := range map[string]string{
			staleProduct: itIsStale,
			`{ a: product(id: "p-1") { name } __typename }`:               `[a] 400 s`,
			`{ it: product(id: "p-1") { name } __schema { __typename } }`: itIsStale, // which gqlgen's executor runs
		} {
			all.Go(func() {
				if got := s.ask(t, query); got != want {
					t.Errorf("%s: got %s, want %s", query, got, want)
				}
			})
		}
		time.Sleep(10 * time.Millisecond) // gqlgen's executor waits for company
		all.Go(func() {
			if got := s.ask(t, staleProduct); got != itIsStale {
				t.Errorf("who waits for the whole answer: got %s, want %s", got, itIsStale)
			}
		})
		synctest.Wait()
		close(s.release)
		all.Wait()
		if got := s.ask(t, staleProduct); got != itIsStale {
			t.Errorf("once more: got %s, want %s", got, itIsStale)
		}
		s.down.Store(false)
		if got := s.ask(t, staleProduct); got != "" {
			t.Errorf("the service is well again, but %s is stale", got)
		}
	})
}

// TestStaleIsInTheAnswer holds that what became null, since something below it may not be, is nothing that the answer has served.
func TestStaleIsInTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openStaleShop(t)
		const query = `{ no: product(id: "nameless") { name } yes: product(id: "nameless") { id } other: product(id: "p-1") { name } }`
		if stale, errs := s.try(t, query); stale != "" || len(errs) != 1 {
			t.Errorf("at first: got %s and %s", stale, errs)
		}
		time.Sleep(400 * time.Second)
		s.down.Store(true)
		if stale, errs := s.try(t, query); stale != "[yes] 400 s[other] 400 s" || len(errs) != 1 {
			t.Errorf("got %s and %s", stale, errs)
		}
	})
}
