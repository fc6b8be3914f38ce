package acceptance_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/cache"
	"weft/cache/tiers"
	"weft/graph/edge"
	storefront "weft/graph/generated"
	"weft/graph/operation"
)

// TestCacheIdentity has many users send random reads and writes at the same time, while somebody outside changes things and says so.
// Every value says whose it is, or which version it has: no answer has anything of another user or another language, and nothing is
// older than the last change of which the process had told somebody when the request came. What is served is fresh, stale and being
// refreshed, or has expired, by what upstreams say of its age. All calls that are the same are shared.
func TestCacheIdentity(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		w := newVersioned(t)
		caching, err := tiers.Open(tiers.Options{Classes: storefront.CacheClasses})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(caching.Close)
		w.serve(t, caching.Cache)
		w.run(t)
	})
	t.Run("redis", func(t *testing.T) {
		w := newVersioned(t)
		addr := anyRedis(t)
		for range 2 {
			w.serve(t, newReplica(t, addr, "identity", storefront.CacheClasses).Cache)
		}
		w.run(t)
	})
}

// versioned are upstreams whose values have versions, and the processes in front of them.
type versioned struct {
	services  scripts
	current   [versionedProducts]struct{ product, rating atomic.Int64 }
	processes []*process

	answers, calls atomic.Int64
}

const (
	versionedProducts = 4
	versionedUsers    = 6
)

// process is one of several services.
type process struct {
	handler http.Handler
	cache   *cache.Cache
	told    [versionedProducts]struct{ product, rating atomic.Int64 } // versions that somebody has been told of
}

func newVersioned(t *testing.T) *versioned {
	w := &versioned{services: newScripts(storefront.Upstreams)}
	answer := func(rw http.ResponseWriter, format string, args ...any) {
		for range rand.IntN(20) {
			runtime.Gosched() // others overtake it
		}
		w.calls.Add(1)
		rw.Header().Set("Age", []string{"0", "0", "50", "58", "59", "100", "4000"}[rand.IntN(7)])
		_, _ = fmt.Fprintf(rw, format, args...)
	}
	product := func(id string) string {
		return fmt.Sprintf(`{"id": %q, "name": "%d"}`, id, w.current[number(id)].product.Load())
	}
	rating := func(id, language string) string {
		return fmt.Sprintf(`{"productId": %q, "verdict": %q, "count": %d}`, id, language, w.current[number(id)].rating.Load())
	}
	list := func(ids []string, one func(id string) string) string {
		var objects []string
		for _, id := range ids {
			objects = append(objects, one(id))
		}
		return strings.Join(objects, ",")
	}
	w.services.handle("catalog", "GET /products/{id}", func(rw http.ResponseWriter, r *http.Request) {
		answer(rw, `{"data": %s}`, product(r.PathValue("id")))
	})
	w.services.handle("catalog", "GET /products", func(rw http.ResponseWriter, r *http.Request) {
		ids := strings.Split(r.FormValue("ids"), ",")
		if !r.Form.Has("ids") {
			ids = []string{"p-0", "p-1", "p-2", "p-3"}
		}
		answer(rw, `{"data": [%s], "meta": {"total": 4}}`, list(ids, product))
	})
	w.services.handle("reviews", "GET /ratings", func(rw http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		answer(rw, `{"items": [%s]}`, list(r.Form["product_id"], func(id string) string { return rating(id, r.Header.Get("Accept-Language")) }))
	})
	w.services.handle("reviews", "POST /reviews", func(rw http.ResponseWriter, r *http.Request) {
		var body struct{ Product string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		version := w.current[number(body.Product)].rating.Add(1)
		answer(rw, `{"id": "%d", "productId": %q, "title": "-"}`, version, body.Product)
	})
	w.services.handle("accounts", "GET /me", func(rw http.ResponseWriter, r *http.Request) {
		answer(rw, `{"id": 1, "name": %q}`, r.Header.Get("Authorization"))
	})
	w.services.handle("accounts", "GET /users", func(rw http.ResponseWriter, r *http.Request) {
		answer(rw, `[%s]`, list(r.URL.Query()["id"], func(id string) string {
			return fmt.Sprintf(`{"id": %q, "name": %q}`, id, r.Header.Get("Authorization"))
		}))
	})
	w.services.handle("accounts", "GET /users/{id}", func(rw http.ResponseWriter, r *http.Request) {
		answer(rw, `{"id": %q, "name": %q}`, r.PathValue("id"), r.Header.Get("Authorization"))
	})
	w.services.handle("orders", "GET /orders/{id}", func(rw http.ResponseWriter, r *http.Request) {
		answer(rw, `{"id": %q, "currency": %q, "status": "placed"}`, r.PathValue("id"), r.Header.Get("Authorization"))
	})
	return w
}

func number(id string) (n int) {
	_, _ = fmt.Sscanf(id, "p-%d", &n)
	return n
}

// serve adds a process with a cache of its own.
func (w *versioned) serve(t *testing.T, kept *cache.Cache) {
	t.Helper()
	clients := w.services.clients(t, storefront.Upstreams)
	t.Cleanup(clients.Close)
	schema, err := openCachedStorefront(newSchedule(t), clients, kept, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.processes = append(w.processes, &process{handler: handlerOf(schema, operation.Options{Timeout: 30 * time.Second}), cache: kept})
}

// run has users work until thousands of requests are answered. A slow machine stops before.
func (w *versioned) run(t *testing.T) {
	const enough, patience = 6000, 8 * time.Second
	began := time.Now()
	var working sync.WaitGroup
	for who := range versionedUsers {
		for i, p := range w.processes {
			rng := rand.New(rand.NewPCG(uint64(who), uint64(i)))
			working.Go(func() {
				for w.answers.Load() < enough && time.Since(began) < patience && !t.Failed() {
					w.step(t, p, who, rng)
					w.answers.Add(1)
				}
			})
		}
	}
	working.Wait()
	t.Logf("%d answers, %d calls", w.answers.Load(), w.calls.Load())
	if w.answers.Load() < 100 {
		t.Errorf("only %d answers", w.answers.Load())
	}
}

func (w *versioned) step(t *testing.T, p *process, who int, rng *rand.Rand) {
	k := rng.IntN(versionedProducts)
	switch rng.IntN(20) {
	case 0:
		w.change(t, p, k)
	case 1:
		w.review(t, p, who, k)
	default:
		w.read(t, p, who, k, rng)
	}
}

// change changes a product, and says so to a process.
func (w *versioned) change(t *testing.T, p *process, k int) {
	version := w.current[k].product.Add(1)
	forms, err := (cache.Invalidation{Tags: []string{fmt.Sprintf("product-p-%d", k)}}).Forms()
	if err == nil {
		err = p.cache.Invalidate(t.Context(), forms)
	}
	if err != nil {
		t.Error(err)
	}
	raise(&p.told[k].product, version)
}

// versionedHeader is what user who sends; the last one is nobody.
func versionedHeader(who int) (h http.Header, name, language string) {
	language = []string{"en", "de"}[who%2]
	h = http.Header{"Accept-Language": {language}}
	if who < versionedUsers-1 {
		name = fmt.Sprintf("Bearer user %d", who)
		h.Set("Authorization", name)
	}
	return h, name, language
}

// versionedAnswer is all that is asked for.
type versionedAnswer struct {
	AddReview struct{ ID string }
	Me, User  struct{ Name string }
	Order     struct{ Currency string }
	Product   versionedProduct
	Products  struct{ Nodes []versionedProduct }
}

type versionedProduct struct {
	ID, Name string
	Rating   *struct {
		Verdict string
		Count   int64
	}
}

func (w *versioned) send(t *testing.T, p *process, who int, query string, write bool) (a versionedAnswer) {
	g := graphRequest{Query: query}
	g.Header, _, _ = versionedHeader(who)
	r := g.get(t.Context(), t, edge.Endpoint)
	if write {
		r = g.post(t.Context(), t, edge.Endpoint)
	}
	answer := httptest.NewRecorder()
	p.handler.ServeHTTP(answer, r)
	var all struct {
		Data   versionedAnswer
		Errors []json.RawMessage
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &all); err != nil || len(all.Errors) > 0 {
		t.Errorf("%s: %v, %s", query, err, answer.Body)
	}
	return all.Data
}

// review adds a review; what is selected below it is as new.
func (w *versioned) review(t *testing.T, p *process, who, k int) {
	a := w.send(t, p, who, fmt.Sprintf(`mutation { addReview(input: {productId: "p-%d", rating: 1, text: "."}) { id product { rating { verdict count } } } }`, k), true)
	var version int64
	_, _ = fmt.Sscan(a.AddReview.ID, &version)
	if version == 0 {
		t.Errorf("got the review %+v", a)
	}
	raise(&p.told[k].rating, version)
}

// read checks each value of an answer.
func (w *versioned) read(t *testing.T, p *process, who, k int, rng *rand.Rand) {
	fields := []string{
		fmt.Sprintf(`product(id: "p-%d") { id name rating { verdict count } }`, k),
		`products(first: 4) { nodes { id name rating { count verdict } } }`,
		`products(first: 4) { nodes { id name } }`,
		`me { name }`,
		`user(id: 1) { name }`,
		`order(id: "o-1") { currency }`,
		`order(id: "o-1") { currency status }`,
	}
	rng.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	query := "{ " + fields[0] + " }"
	for _, other := range fields[1 : 1+rng.IntN(2)] {
		if name, _, _ := strings.Cut(other, "("); !strings.Contains(query, " "+strings.Fields(name)[0]) {
			query = strings.TrimSuffix(query, "}") + other + " }"
		}
	}
	_, name, language := versionedHeader(who)
	var told [versionedProducts]struct{ product, rating int64 }
	for i := range told {
		told[i].product, told[i].rating = p.told[i].product.Load(), p.told[i].rating.Load()
	}
	a := w.send(t, p, who, query, false)
	for what, got := range map[string]string{"me": a.Me.Name, "user": a.User.Name, "order": a.Order.Currency} {
		if strings.Contains(query, " "+what+" ") || strings.Contains(query, " "+what+"(") {
			if got != name {
				t.Errorf("%s: %q got %s of %q", query, name, what, got)
			}
		}
	}
	for _, got := range append(a.Products.Nodes, a.Product) {
		if got.ID == "" {
			continue
		}
		var version int64
		_, _ = fmt.Sscan(got.Name, &version)
		if least := told[number(got.ID)]; version < least.product {
			t.Errorf("%s: %s is version %d, somebody was told of %d", query, got.ID, version, least.product)
		} else if r := got.Rating; r != nil && (r.Count < least.rating || r.Verdict != language) {
			t.Errorf("%s in %s: %s has rating %+v, somebody was told of version %d", query, language, got.ID, *r, least.rating)
		}
	}
}

// raise makes v at least to.
func raise(v *atomic.Int64, to int64) {
	for old := v.Load(); old < to && !v.CompareAndSwap(old, to); old = v.Load() {
	}
}
