package acceptance_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache"
	"weft/cache/tiers"
	"weft/graph/edge"
	storefront "weft/graph/generated"
	"weft/graph/operation"
	"weft/upstream"
)

// holding is a catalog of one product that is answered when the test says so, with the name that it had when it was asked for.
type holding struct {
	services scripts
	arrived  chan struct{} // a value for each call

	mu      sync.Mutex // guards what follows
	name    string
	release chan struct{}
}

func newHolding() *holding {
	h := &holding{services: newScripts(storefront.Upstreams), name: "old", release: make(chan struct{}), arrived: make(chan struct{}, 5000)}
	for pattern, answer := range map[string]string{
		"GET /products/{id}": `{"data": {"id": "p-1", "name": %q}}`,
		"GET /products":      `{"data": [{"id": "p-1", "name": %q}], "meta": {"total": 1}}`,
	} {
		h.services.handle("catalog", pattern, func(w http.ResponseWriter, r *http.Request) {
			h.mu.Lock()
			name, release := h.name, h.release
			h.mu.Unlock()
			h.arrived <- struct{}{}
			select {
			case <-release:
				_, _ = fmt.Fprintf(w, answer, name)
			case <-r.Context().Done():
				panic(r.Context().Err())
			}
		})
	}
	return h
}

// rename changes the product.
func (h *holding) rename(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.name = name
}

// running is one process.
type running struct {
	http.Handler
	*cache.Cache

	clients upstream.Clients
}

func (h *holding) open(t *testing.T, kept *cache.Cache) running {
	t.Helper()
	clients := h.services.clients(t, storefront.Upstreams)
	schema, err := openCachedStorefront(newSchedule(t), clients, kept, nil)
	if err != nil {
		t.Fatal(err)
	}
	return running{handlerOf(schema, operation.Options{Timeout: 30 * time.Second}), kept, clients}
}

// openInMemory opens a service for a bubble, and returns what closes it.
func (h *holding) openInMemory(t *testing.T) (s running, closed func()) {
	t.Helper()
	caching, err := tiers.Open(tiers.Options{Classes: storefront.CacheClasses})
	if err != nil {
		t.Fatal(err)
	}
	s = h.open(t, caching.Cache)
	return s, func() {
		s.clients.Close()
		caching.Close()
	}
}

// ask sends a query and returns the answer.
func (s running) ask(ctx context.Context, t *testing.T, query string) string {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, graphRequest{Query: query}.get(ctx, t, edge.Endpoint))
	return w.Body.String()
}

// wants fails the test unless a query is answered with a name.
func (s running) wants(t *testing.T, query, name string) {
	t.Helper()
	if got := s.ask(t.Context(), t, query); got != answerOf(query, name) {
		t.Errorf("%s: got %s, want %s", query, got, name)
	}
}

// The queries, and their answers.
const (
	oneProduct  = `{ product(id: "p-1") { name } }`
	allProducts = `{ products(first: 1) { nodes { name } } }` // whose tags are known from the answer only
)

func answerOf(query, name string) string {
	if query == allProducts {
		return fmt.Sprintf(`{"data":{"products":{"nodes":[{"name":%q}]}}}`, name)
	}
	return fmt.Sprintf(`{"data":{"product":{"name":%q}}}`, name)
}

// A thousand requests for what nobody has asked for before are one call: the same operation, which runs once, and different
// ones, which want the same value.
func TestStampede(t *testing.T) {
	for kind, query := range map[string]func(i int) string{
		"the same operation":   func(int) string { return oneProduct },
		"different operations": func(i int) string { return fmt.Sprintf(`query Q%d { product(id: "p-1") { name } }`, i) },
	} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHolding()
				s, closed := h.openInMemory(t)
				defer closed()
				var crowd sync.WaitGroup
				for i := range 1000 {
					crowd.Go(func() { s.wants(t, query(i), "old") })
				}
				synctest.Wait()
				close(h.release)
				crowd.Wait()
				if n := len(h.arrived); n != 1 {
					t.Errorf("%d calls, want 1", n)
				}
			})
		})
	}
}

// Two processes over one Redis make a call each at most, also while Redis is too busy to answer all who ask; those that come later
// make none. That another process finds what these two have is held by TestCacheProcesses: whether it comes to Redis in the middle
// of such a crowd is for Redis to say.
func TestStampedeOfTwo(t *testing.T) {
	h, addr := newHolding(), anyRedis(t)
	var processes []running
	for range 2 {
		s := h.open(t, newReplica(t, addr, "stampede", storefront.CacheClasses).Cache)
		t.Cleanup(s.clients.Close)
		processes = append(processes, s)
	}
	var crowd sync.WaitGroup
	for i := range 1000 {
		crowd.Go(func() { processes[i%2].wants(t, oneProduct, "old") })
	}
	<-h.arrived
	close(h.release)
	crowd.Wait()
	if n := 1 + len(h.arrived); n > 2 {
		t.Errorf("%d calls of two processes, want 2 at most", n)
	}
	before := len(h.arrived)
	for _, p := range processes {
		p.wants(t, oneProduct, "old")
	}
	if n := len(h.arrived) - before; n != 0 {
		t.Errorf("%d calls for what both processes have", n)
	}
}

// Whoever has begun an operation that others wait for, and leaves, costs them nothing; nor do those who leave later.
func TestStampedeLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHolding()
		s, closed := h.openInMemory(t)
		defer closed()
		ctx, leave := context.WithCancel(t.Context())
		var gone, rest sync.WaitGroup
		gone.Go(func() { s.ask(ctx, t, oneProduct) })
		synctest.Wait()
		for range 99 {
			gone.Go(func() { s.ask(ctx, t, oneProduct) })
		}
		for range 10 {
			rest.Go(func() { s.wants(t, oneProduct, "old") })
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		close(h.release)
		rest.Wait()
		gone.Wait()
		if n := len(h.arrived); n != 1 {
			t.Errorf("%d calls, want 1", n)
		}
	})
}

// What is invalidated on its way is for those who asked before, and for nobody later: neither while it is still on its way nor
// from the cache. That holds for the operation, for the value, and for tags that only the answer tells.
func TestInvalidatedOnItsWay(t *testing.T) {
	tests := map[string]struct {
		early, late string
		by          cache.Invalidation
	}{
		"operation by tag":              {oneProduct, oneProduct, cache.Invalidation{Tags: []string{"product-p-1"}}},
		"operation by key":              {oneProduct, oneProduct, cache.Invalidation{Keys: []string{"Product:p-1"}}},
		"operation by type":             {oneProduct, oneProduct, cache.Invalidation{Types: []string{"Product"}}},
		"value by tag":                  {"query Early " + oneProduct, oneProduct, cache.Invalidation{Tags: []string{"product-p-1"}}},
		"operation by tag of an answer": {allProducts, allProducts, cache.Invalidation{Tags: []string{"product-p-1"}}},
		"operation by key in an answer": {allProducts, allProducts, cache.Invalidation{Keys: []string{"Product:p-1"}}},
		"list by tag of an answer":      {"query Early " + allProducts, allProducts, cache.Invalidation{Tags: []string{"product-p-1"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHolding()
				s, closed := h.openInMemory(t)
				defer closed()
				var both sync.WaitGroup
				both.Go(func() {
					if got := s.ask(t.Context(), t, test.early); got != answerOf(test.late, "old") {
						t.Errorf("who asked before got %s", got)
					}
				})
				synctest.Wait()
				h.rename("new")
				forms, err := test.by.Forms()
				if err == nil {
					err = s.Invalidate(t.Context(), forms)
				}
				if err != nil {
					t.Fatal(err)
				}
				for range 20 {
					both.Go(func() { s.wants(t, test.late, "new") })
				}
				synctest.Wait()
				close(h.release)
				both.Wait()
				before := len(h.arrived)
				s.wants(t, test.late, "new")
				if n := len(h.arrived); n != before || n > 2 {
					t.Errorf("%d calls and then %d, want one before and one after", before, n-before)
				}
			})
		})
	}
}

// The same with two processes: what one has on its way when the other invalidates it is served by neither, once the invalidation
// was heard of.
func TestInvalidatedElsewhere(t *testing.T) {
	for _, query := range []string{oneProduct, allProducts} {
		h, addr := newHolding(), anyRedis(t)
		kept := []replica{newReplica(t, addr, "elsewhere", storefront.CacheClasses), newReplica(t, addr, "elsewhere", storefront.CacheClasses)}
		var processes []running
		for _, r := range kept {
			s := h.open(t, r.Cache)
			t.Cleanup(s.clients.Close)
			processes = append(processes, s)
		}
		var early sync.WaitGroup
		early.Go(func() { processes[0].wants(t, query, "old") })
		<-h.arrived
		h.rename("new")
		if err := processes[1].Invalidate(t.Context(), []string{cache.Named("product-p-1")}); err != nil {
			t.Fatal(err)
		}
		close(h.release)
		early.Wait()
		kept[0].flush(t)
		processes[1].wants(t, query, "new")
		eventually(t, "the first process never hears of it", func() bool { return processes[0].ask(t.Context(), t, query) == answerOf(query, "new") })
		kept[1].flush(t)
		for range 20 {
			processes[0].wants(t, query, "new")
			processes[1].wants(t, query, "new")
		}
	}
}
