package acceptance_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache/tiers"
	"weft/graph/compiled"
	"weft/graph/edge"
	"weft/graph/fetch"
	storefront "weft/graph/generated"
	"weft/graph/operation"
	"weft/graph/persisted"
	"weft/graph/prefetch"
	"weft/graph/prefetch/ledger"
	"weft/graph/resolver"
)

// callTakes is how long each call takes.
const callTakes = 50 * time.Millisecond

// productPage is the operation that follows a list of products: see the storefront's schema.
const productPage = `query Product($id: ID!) { product(id: $id) { name brand { name } } }`

// relatedToEach is how many products are related to each.
const relatedToEach = 40

// aheadShop is the storefront over services of 1,000 products, where what is likely is loaded before.
type aheadShop struct {
	http.Handler
	t        *testing.T
	services scripts
	ledger   *ledger.Ledger
	close    func()
}

// openAheadShop opens one, within a bubble of synctest.
func openAheadShop(t *testing.T, off bool) *aheadShop {
	s := &aheadShop{t: t, services: newScripts(storefront.Upstreams), ledger: ledger.New(ledger.Options{})}
	s.services.handle("catalog", "GET /products", s.products)
	s.services.handle("catalog", "GET /products/{id}", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(callTakes)
		_, _ = fmt.Fprintf(w, `{"data": %s}`, productJSON(r.PathValue("id")))
	})
	s.services.handle("catalog", "GET /brands", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(callTakes)
		var all []string
		for _, id := range r.URL.Query()["id"] {
			all = append(all, fmt.Sprintf(`{"id": %q, "name": "Brand %s"}`, id, id))
		}
		_, _ = fmt.Fprintf(w, "[%s]", strings.Join(all, ", "))
	})
	s.services.handle("catalog", "GET /brands/{id}", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(callTakes)
		_, _ = fmt.Fprintf(w, `{"id": %q, "name": "Brand"}`, r.PathValue("id"))
	})
	s.services.handle("accounts", "GET /me", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"id": 1, "name": "Mara"}`)
	})
	s.services.handle("reviews", "GET /reviews", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(callTakes)
		_, _ = fmt.Fprint(w, `{"items": []}`)
	})
	caching, err := tiers.Open(tiers.Options{Classes: storefront.CacheClasses})
	if err != nil {
		t.Fatal(err)
	}
	clients := s.services.clients(t, storefront.Upstreams)
	tasks := newSchedule(t)
	schema := resolver.Service()
	settings := compiled.Settings{Clients: clients, Cache: caching.Cache, Background: fetch.Background{Schedule: tasks, Ledger: s.ledger}}
	if !off {
		settings.Background.Riding = map[string]string{"Product.related": "Product.related"}
	}
	executable, err := schema.Executable(settings)
	if err != nil {
		t.Fatal(err)
	}
	engine := operation.New(executable, operation.Options{Reports: true})
	if _, err := engine.Install(t.Context(), []persisted.Operation{{ID: "1", Name: "Product", Text: productPage}}); err != nil {
		t.Fatal(err)
	}
	o := edge.Options{Speculative: true}
	if !off {
		o.After = prefetch.New(prefetch.Options{
			Rules: schema.Prefetches, Engine: engine, Schema: executable.Schema(), Schedule: tasks, Ledger: s.ledger,
			Headers: []string{"Authorization", "Accept-Language"},
		}).After
	}
	s.Handler = edge.NewHandler(engine, o)
	s.close = func() {
		tasks.Close(context.Background())
		clients.Close()
		caching.Close()
	}
	return s
}

// products answers a list, or the products of ids.
func (s *aheadShop) products(w http.ResponseWriter, r *http.Request) {
	time.Sleep(callTakes)
	query, all := r.URL.Query(), []string{}
	if ids := query.Get("ids"); ids != "" {
		for id := range strings.SplitSeq(ids, ",") {
			all = append(all, productJSON(id))
		}
	} else {
		limit, _ := strconv.Atoi(query.Get("limit"))
		offset, _ := strconv.Atoi(query.Get("offset"))
		for n := offset; n < min(offset+limit, 1000); n++ {
			all = append(all, productJSON(fmt.Sprint("p-", n)))
		}
	}
	_, _ = fmt.Fprintf(w, `{"data": [%s], "meta": {"total": 1000}}`, strings.Join(all, ", "))
}

func productJSON(id string) string {
	number := strings.TrimPrefix(id, "p-")
	related := make([]string, relatedToEach)
	for i := range related {
		related[i] = fmt.Sprintf(`"p-%s%02d"`, number, i)
	}
	return fmt.Sprintf(`{"id": %q, "name": "Tent %[1]s", "slug": "tent", "brandId": "b-%[2]s", "relatedIds": [%[3]s]}`, id, number, strings.Join(related, ", "))
}

// view is what one request shows.
type view struct {
	query   string
	names   map[string]any
	headers map[string]string
}

// shown is what came of one.
type shown struct {
	data  json.RawMessage
	calls int
	ahead int64 // values that were loaded before
	took  time.Duration
}

// look asks for a view.
func (s *aheadShop) look(v view) (got shown) {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"query": v.query, "variables": v.names})
	if err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Weft-Report", "calls")
	for name, value := range v.headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	began := time.Now()
	s.ServeHTTP(w, r)
	got.took = time.Since(began)
	var read struct {
		Data       json.RawMessage
		Errors     []struct{ Message string }
		Extensions struct {
			Weft struct {
				Asked    int64
				Batching struct{ Sent int64 }
				Calls    []struct{ Path string }
				Avoided  struct{ Deduplicated, Shared, Prefetched int64 }
				Caching  struct{ Answer, Memo, Memory, Redis int64 }
			}
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &read); err != nil || len(read.Errors) > 0 {
		s.t.Fatalf("%s: got %s, %v", v.query, w.Body, err)
	}
	of := read.Extensions.Weft
	kept := of.Caching.Answer + of.Caching.Memo + of.Caching.Memory + of.Caching.Redis
	if sum := of.Avoided.Deduplicated + of.Avoided.Shared + of.Avoided.Prefetched + kept + of.Batching.Sent; sum != of.Asked {
		s.t.Errorf("%s: the report does not add up: %+v", v.query, of)
	}
	got.data, got.calls, got.ahead = read.Data, len(of.Calls), of.Avoided.Prefetched
	return got
}

// cursorOf is the end cursor of a list.
func (s *aheadShop) cursorOf(got shown) string {
	var list struct {
		Products struct{ PageInfo struct{ EndCursor string } }
	}
	if err := json.Unmarshal(got.data, &list); err != nil || list.Products.PageInfo.EndCursor == "" {
		s.t.Fatalf("got %s, %v", got.data, err)
	}
	return list.Products.PageInfo.EndCursor
}

// TestPrefetch shows what the second of two requests finds.
func TestPrefetch(t *testing.T) {
	list := func(text string) view {
		return view{query: "{ products(first: 3) { " + text + " pageInfo { endCursor } } }"}
	}
	product := view{query: productPage, names: map[string]any{"id": "p-0"}}
	next := func(after any) view {
		return view{
			query: `query Next($after: String) { products(first: 3, after: $after) { nodes { name brand { name } } pageInfo { endCursor } } }`,
			names: map[string]any{"after": after},
		}
	}
	for _, c := range []struct {
		name   string
		first  view
		second func(s *aheadShop, got shown) view
		calls  int // of the second
		ahead  int64
	}{
		{
			"the next page", list("nodes { name brand { name } }"),
			func(s *aheadShop, got shown) view { return next(s.cursorOf(got)) }, 0, 4,
		},
		{
			"the next page, by a variable", next(nil),
			func(s *aheadShop, got shown) view { return next(s.cursorOf(got)) }, 0, 4,
		},
		{
			"the next page, in a fragment, with an argument that is no variable",
			view{query: `query Q { ...Page } fragment Page on Query { all: products(first: 3, after: null) { ...N } } fragment N on ProductConnection { nodes { name brand { name } } }`},
			func(s *aheadShop, got shown) view {
				return view{query: `{ products(first: 3, after: "` + s.cursorOf(s.look(list(""))) + `") { nodes { name brand { name } } } }`}
			}, 0, 4,
		},
		{"the operation that follows", list("nodes { id }"), func(*aheadShop, shown) view { return product }, 0, 2},
		{"not the one of the second product", list("nodes { id }"), func(*aheadShop, shown) view {
			return view{query: productPage, names: map[string]any{"id": "p-1"}}
		}, 2, 0},
		{"not without what it needs to know", list("nodes { slug }"), func(*aheadShop, shown) view { return product }, 2, 0},
		{
			"a field of the object",
			view{query: `{ product(id: "p-0") { name } }`},
			func(*aheadShop, shown) view { return view{query: `{ product(id: "p-0") { name reviews { text } } }`} }, 0, 1,
		},
		{
			"nothing, where the operation has the field twice",
			view{query: `{ products(first: 3) { nodes { name } pageInfo { endCursor } } b: products(first: 4) { nodes { name } } }`},
			func(s *aheadShop, got shown) view { return next(s.cursorOf(got)) }, 2, 0,
		},
		{
			"nothing, where the client does without",
			view{list("nodes { name brand { name } }").query, nil, map[string]string{"Weft-Without": "prefetch"}},
			func(s *aheadShop, got shown) view { return next(s.cursorOf(got)) }, 2, 0,
		},
		{
			"nothing, where the client does not know whether it needs it",
			view{list("nodes { id }").query, nil, map[string]string{"Sec-Purpose": "prefetch"}},
			func(*aheadShop, shown) view { return product }, 2, 0,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := openAheadShop(t, false)
				defer s.close()
				for range 4 { // demand, so that something may be issued
					s.look(view{query: `{ brands { name } product(id: "p-999") { reviews { text } } }`, headers: map[string]string{"Weft-Without": "memory,prefetch"}})
				}
				got := s.look(c.first)
				time.Sleep(time.Second)
				if got = s.look(c.second(s, got)); got.calls != c.calls || got.ahead != c.ahead {
					t.Errorf("got %d calls, and %d values that were loaded before, want %d and %d", got.calls, got.ahead, c.calls, c.ahead)
				}
			})
		})
	}
}

// TestPrefetchSessions holds what sessions gain and what services lose, over services of 50 ms, where the client thinks for 2 s between
// views. A session looks at lists of products and at the first product of each; with some probability, it goes on to what the schema says
// is next, and otherwise to anything else.
func TestPrefetchSessions(t *testing.T) {
	for _, c := range []struct {
		name        string
		predictable func(view int) float64
		median      float64 // of the time of a view, at most, of that without
		wasted      float64 // of demand, at most, beside the ten of the bucket
	}{
		{"predictable by 1", func(int) float64 { return 1 }, 0.3, 0},
		{"predictable by 0.9", func(int) float64 { return 0.9 }, 0.3, 0.05},
		{"predictable by 0.75", func(int) float64 { return 0.75 }, 1.02, 0.05},
		{"predictable by 0.5", func(int) float64 { return 0.5 }, 1.02, 0.05},
		{"predictable by 0.25", func(int) float64 { return 0.25 }, 1.02, 0.05},
		{"independent", func(int) float64 { return 0 }, 1.02, 0.01},
		{"flipped half-way", func(view int) float64 { return map[bool]float64{true: 0.9}[view < sessionViews/2] }, 1.02, 0.05},
		// These follow until something is issued for them again, and then never take it.
		{"adverse, in turns of 5 views", turns(5), 1.02, 0.05},
		{"adverse, in turns of 20 views", turns(20), 1.02, 0.05},
		{"adverse, in turns of 200 views", turns(200), 1.02, 0.05},
	} {
		t.Run(c.name, func(t *testing.T) {
			var with, without []time.Duration
			var stats ledger.Stats
			var calls int64
			synctest.Test(t, func(t *testing.T) {
				var alone ledger.Stats
				without, alone = session(t, true, c.predictable)
				calls = alone.Demand
			})
			synctest.Test(t, func(t *testing.T) { with, stats = session(t, false, c.predictable) })
			mid, before := median(with), median(without)
			t.Logf("median %s, without %s; p99 %s, without %s; calls %d, without %d; ahead %d, useful %d, late %d, wasted %d",
				mid, before, high(with), high(without), stats.Demand, calls, stats.Issued, stats.Useful, stats.Late, stats.Wasted)
			if float64(mid) > c.median*float64(before) {
				t.Errorf("the median is %s, without prefetch %s", mid, before)
			}
			if high(with) > high(without) {
				t.Errorf("p99 is %s, without prefetch %s", high(with), high(without))
			}
			if float64(stats.Wasted-10) > c.wasted*float64(stats.Demand) || stats.Issued != stats.Useful+stats.Late+stats.Wasted+stats.Pending {
				t.Errorf("wasted %d of %d: %+v", stats.Wasted, stats.Demand, stats)
			}
		})
	}
}

// turns is a client who does what is likely for so many views, and then anything else for as many.
func turns(views int) func(view int) float64 {
	return func(view int) float64 {
		if view/views%2 == 0 {
			return 1
		}
		return 0
	}
}

const sessionViews = 3000

// session is one client's, whose choices are those of a seed. It returns how long each view took.
func session(t *testing.T, off bool, predictable func(view int) float64) (took []time.Duration, catalog ledger.Stats) {
	s := openAheadShop(t, off)
	defer s.close()
	random := rand.New(rand.NewPCG(11, 0))
	const anyList = `query List($after: String, $category: ID) {
		products(first: 5, after: $after, category: $category) { nodes { id name brand { name } } pageInfo { endCursor } } }`
	at, category, first, inProduct := "", "", "", false
	for n := range sessionViews {
		v := view{query: anyList}
		switch follows := random.Float64() < predictable(n); {
		case !inProduct && first != "" && follows:
			v, inProduct = view{query: productPage, names: map[string]any{"id": first}}, true
		case inProduct && at != "" && follows: // back in the list, and on
			v.names, inProduct = map[string]any{"after": at, "category": category}, false
		case random.IntN(2) == 0:
			v, inProduct = view{query: productPage, names: map[string]any{"id": fmt.Sprint("p-", random.IntN(1000))}}, true
		default: // another list
			category, inProduct = fmt.Sprint("c-", random.IntN(1000)), false
			v.names = map[string]any{"category": category}
		}
		got := s.look(v)
		took = append(took, got.took)
		if v.query == anyList {
			var list struct {
				Products struct {
					Nodes    []struct{ ID string }
					PageInfo struct{ EndCursor string }
				}
			}
			if err := json.Unmarshal(got.data, &list); err != nil {
				t.Fatal(err)
			}
			at, first = list.Products.PageInfo.EndCursor, ""
			if nodes := list.Products.Nodes; len(nodes) > 0 { // else the list is at its end
				first = nodes[0].ID
			}
		}
		time.Sleep(2 * time.Second)
	}
	time.Sleep(10 * time.Minute)
	upstreams, _ := s.ledger.Stats()
	return took, upstreams[0]
}

func median(took []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(took))[len(took)/2]
}

func high(took []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(took))[len(took)*99/100]
}
