package acceptance_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/cache"
	"weft/cache/tiers"
	"weft/graph/binding"
	"weft/graph/edge"
	"weft/graph/fetch"
	storefront "weft/graph/generated"
	"weft/graph/operation"
	"weft/graph/protocol"
	"weft/graph/report"
	"weft/upstream"
	"weft/upstream/demo"
)

// reported is an answer with its report.
type reported struct {
	Errors     []json.RawMessage `json:"errors,omitempty"`
	Data       json.RawMessage   `json:"data"`
	Extensions struct {
		Weft weftReport
	}
}

// weftReport is a report, as clients read it.
type weftReport struct {
	report.Report

	Calls []struct {
		Binding         string
		Path            string
		Keys            int
		Members         upstream.Members
		Bytes, Wire     int64
		Start, Duration float64
	} `json:"calls"`
}

// savings are what the report's parts say of values and calls.
func (r weftReport) savings() fetch.Savings {
	return fetch.Savings{
		Asked: r.Asked, Memo: r.Caching.Memo, Memory: r.Caching.Memory, Redis: r.Caching.Redis, Stale: r.Caching.Stale,
		Sent: r.Batching.Sent, Merged: r.Batching.Merged, Calls: r.Batching.Calls,
		Early: r.Asynchronous.Early, Wasted: r.Asynchronous.Wasted, Further: fetch.Further{Refreshes: r.Asynchronous.Refreshes},
		Deduplicated: r.Avoided.Deduplicated, Shared: r.Avoided.Shared, Prefetched: r.Avoided.Prefetched, Validated: r.Avoided.NotModified,
	}
}

// report sends an operation that does without techniques.
func reportOf(t *testing.T, h http.Handler, g graphRequest, techniques ...string) (r reported) {
	t.Helper()
	request := g.post(t.Context(), t, edge.Endpoint)
	request.Header.Set(protocol.ReportHeader, "calls")
	if len(techniques) > 0 {
		request.Header.Set(protocol.WithoutHeader, strings.Join(techniques, ", "))
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request)
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
		t.Fatalf("%.300s: %v", w.Body, err)
	}
	slices.SortFunc(r.Errors, func(a, b json.RawMessage) int { return strings.Compare(string(a), string(b)) })
	r.addsUp(t, techniques)
	return r
}

// addsUp checks a report by itself.
func (r reported) addsUp(t *testing.T, without []string) {
	t.Helper()
	s := r.Extensions.Weft.savings()
	w := r.Extensions.Weft
	if w.From == "" && len(r.Data) == 0 { // it did not run
		return
	}
	calls := int64(len(w.Calls))
	var bytes, wire int64
	var sum, longest float64
	for _, c := range w.Calls {
		bytes, wire = bytes+c.Bytes, wire+c.Wire
		sum, longest = sum+c.Duration, max(longest, c.Duration)
	}
	const rounding = 0.01 // ms
	from := map[string]int64{}
	for _, v := range r.Extensions.Weft.Values {
		from[string(v.From)]++
	}
	early := from["memory"] + from["redis"] + from["shared"] - s.Memory - s.Redis - s.Shared // found early, and not wanted
	whole := int64(0)
	if w.Answer != nil {
		whole = w.Answer.Values
		if w.Answer.From == "shared" {
			early += whole
		}
	}
	parallel, coded := w.Parallel, w.Compression.Client
	for what, equal := range map[string]bool{
		"asked = answer + deduplicated + memo + memory + redis + shared + prefetched + sent": s.Asked ==
			w.Caching.Answer+s.Deduplicated+s.Memo+s.Memory+s.Redis+s.Shared+w.Avoided.Prefetched+s.Sent,
		"an answer is from a run, or has values that count":   (w.From == "run") == (w.Answer == nil) && s.Asked >= whole,
		"stale and not modified are parts of sent":            s.Stale+s.Validated <= s.Sent,
		"bytes are those of calls":                            w.Compression.Upstreams.Bytes == bytes && w.Compression.Upstreams.Wire == wire,
		"the answer's bytes are known":                        coded.Bytes.Bytes > 0 && coded.Wire > 0 && (coded.Coding != "identity" || coded.Wire == coded.Bytes.Bytes),
		"sum = elapsed + saved, and all calls' durations":     math.Abs(parallel.Sum-parallel.Elapsed-parallel.Saved) < rounding && math.Abs(parallel.Sum-sum) < rounding*float64(calls+1),
		"elapsed is between the longest call and all of them": parallel.Elapsed > longest-rounding && parallel.Saved > -rounding,
		"calls = sent + wasted - merged":                      s.Calls == s.Sent+s.Wasted-s.Merged,
		"calls are those recorded":                            s.Calls == calls,
		"nothing is negative":                                 min(s.Asked, s.Deduplicated, s.Memo, s.Memory, s.Redis, s.Shared, s.Sent, s.Wasted, s.Merged, s.Calls, early) >= 0,
	} {
		if !equal {
			t.Errorf("without %q: not true that %s: %+v, %d calls", without, what, s, calls)
		}
	}
}

// didWithout checks that what was switched off has saved and wasted nothing.
func (r reported) didWithout(t *testing.T, without []string) {
	t.Helper()
	s := r.Extensions.Weft.savings()
	for name, n := range map[string]int64{
		"batch": s.Merged, "dedupe": s.Deduplicated, "memo": s.Memo, "memory": s.Memory, "redis": s.Redis, "shared": s.Shared, "early": s.Wasted,
	} {
		if slices.Contains(without, name) && n != 0 {
			t.Errorf("without %q, but %s has saved or wasted %d: %+v", without, name, n, s)
		}
	}
	w := r.Extensions.Weft
	if slices.Contains(without, "parallel") && w.Parallel.Saved != 0 {
		t.Errorf("without parallel, but %+v", w.Parallel)
	}
	if slices.Contains(without, "compression") && w.From != "" && (w.Compression.Client.Coding != "identity" || w.Compression.Upstreams.Bytes != w.Compression.Upstreams.Wire) {
		t.Errorf("without compression, but %+v", w.Compression)
	}
	for _, v := range r.Extensions.Weft.Values {
		if v.Early && slices.Contains(without, "early") {
			t.Errorf("without early, but a value was asked for early: %+v", v)
		}
	}
}

// unequal are the cases of which TestWithout says nothing.
var unequal = map[string]string{
	"user_not_a_number":  "one key makes its upstream refuse the whole batch, and would fail alone without it",
	"product_strange_id": "one key cannot be sent but in a batch",
	"product_unknown":    "whether an early call is still sent depends on when it is known that nobody wants it: see TestWithoutEarly",
	"too_many_calls":     "without deduplication it makes more calls than it may",
	"too_many_bytes":     "it ends in the midst of what it asks for, and without deduplication earlier",
	"brands":             "two fields race: what a list brings is asked for by key, unless it is there in time",
}

// TestWithout runs the queries of TestStorefront without each technique. What a report says that a technique has saved is what it
// costs to do without it, in values sent or in calls:
//
//	batch    calls without = calls + merged
//	dedupe   sent without  = sent + deduplicated
//	memo     sent without  = sent + memo (what is sent twice at one time, and so shared, counts)
//	early    calls without = calls - wasted
//	memory   sent without  = sent + memory
//	redis    sent without  = sent + redis
//
// Early calls decide by their timing whether what two fields want counts as deduplicated or as memo; so all is compared without them,
// but for themselves.
func TestWithout(t *testing.T) {
	demos := newDemo(t)
	addr := anyRedis(t)
	var total fetch.Savings
	for _, c := range storefrontCases(t) {
		g := c.request(0, transcript{})
		if query := strings.TrimSpace(g.Query); query == "" || c.parts["faults"] != "" || unequal[c.name] != "" || strings.HasPrefix(query, "mutation") {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			w := newSavingsTest(t, demos, addr, c.name, g)
			with := w.with.Extensions.Weft.savings()
			batch := w.run(t, 0, "memory", "redis", "early", "batch")
			w.equal(t, "calls without batch", batch.Calls, with.Calls+with.Merged, batch)
			dedupe := w.run(t, 0, "memory", "redis", "early", "dedupe")
			w.equal(t, "sent without dedupe", dedupe.Sent, with.Sent+with.Deduplicated, dedupe)
			memo := w.run(t, 0, "memory", "redis", "early", "memo")
			w.equal(t, "sent without memo", memo.Sent+memo.Shared+memo.Deduplicated, with.Sent+with.Deduplicated+with.Memo, memo)
			early := w.run(t, 0, "memory", "redis")
			w.equal(t, "calls without early", with.Calls, early.Calls-early.Wasted, early)
			w.equal(t, "sent without early", with.Sent, early.Sent, early)
			memory := w.run(t, 0, "redis", "early")
			w.equal(t, "sent without memory", with.Sent, memory.Sent+memory.Memory, memory)
			w.replicas[0].flush(t)
			redis := w.run(t, 1, "memory", "early")
			w.equal(t, "sent without redis", with.Sent, redis.Sent+redis.Redis, redis)
			w.run(t, 0, "memory", "redis", "parallel", "compression", "prefetch", "members")
			all := w.run(t, 1, "answers")
			w.equal(t, "sent with everything", with.Sent, all.Sent+all.Redis+all.Memory, all)
			total.Merged += with.Merged
			total.Deduplicated += with.Deduplicated
			total.Memo += with.Memo
			total.Memory += memory.Memory
			total.Redis += redis.Redis
		})
	}
	if min(total.Merged, total.Deduplicated, total.Memo, total.Memory, total.Redis) == 0 {
		t.Errorf("some technique has saved nothing: %+v", total)
	}
	t.Logf("%+v", total)
}

// savingsTest is an operation that is run with and without techniques, in two processes over one Redis.
type savingsTest struct {
	graphRequest

	replicas []replica
	handlers []http.Handler
	with     reported // the run that all others are compared with: without anything kept, and without early calls
}

func newSavingsTest(t *testing.T, demos demoShop, addr, name string, g graphRequest) *savingsTest {
	t.Helper()
	w := &savingsTest{graphRequest: g}
	for range 2 {
		r := newReplica(t, addr, name, storefront.CacheClasses)
		w.replicas, w.handlers = append(w.replicas, r), append(w.handlers, demos.handler(t, r.Cache))
	}
	w.with = reportOf(t, w.handlers[0], g, "memory", "redis", "early")
	return w
}

// run runs the operation without techniques, in one of the processes. The answer is the same, and as much is asked for.
func (w *savingsTest) run(t *testing.T, process int, without ...string) fetch.Savings {
	t.Helper()
	r := reportOf(t, w.handlers[process], w.graphRequest, without...)
	r.didWithout(t, without)
	if diff := cmp.Diff(string(w.with.Data), string(r.Data)); diff != "" {
		t.Errorf("without %q: another answer (-want +got):\n%s", without, diff)
	}
	if diff := cmp.Diff(fmt.Sprintf("%s", w.with.Errors), fmt.Sprintf("%s", r.Errors)); diff != "" {
		t.Errorf("without %q: other errors (-want +got):\n%s", without, diff)
	}
	s := r.Extensions.Weft.savings()
	w.equal(t, fmt.Sprintf("asked without %q", without), s.Asked, w.with.Extensions.Weft.savings().Asked, s)
	return s
}

func (w *savingsTest) equal(t *testing.T, what string, got, want int64, other fetch.Savings) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %d, want %d:\nwith    %+v\nwithout %+v", what, got, want, w.with.Extensions.Weft.savings(), other)
	}
}

// demoShop is the demo services, for services of the test's own in front of them.
type demoShop struct{ *demo.Services }

func newDemo(t testing.TB) demoShop {
	t.Helper()
	demos, err := demo.Start(t.Context(), demo.Options{Latency: demo.Latency{Max: -1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := demos.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return demoShop{demos}
}

// handler is a storefront over the demo services.
func (d demoShop) handler(t testing.TB, kept *cache.Cache) http.Handler {
	t.Helper()
	options := map[string]upstream.Options{}
	for name, url := range d.URLs() {
		options[name] = upstream.Options{URL: url, Timeout: time.Minute}
	}
	clients, err := upstream.NewClients(storefront.Upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	schema, err := openCachedStorefront(newSchedule(t), clients, kept, nil)
	if err != nil {
		t.Fatal(err)
	}
	return handlerOf(schema, operation.Options{Reports: true, Timeout: 30 * time.Second})
}

// Without sharing it costs what others were asking for.
func TestWithoutShared(t *testing.T) {
	for _, without := range [][]string{{"answers"}, {"shared"}} {
		synctest.Test(t, func(t *testing.T) {
			services := newScripts(storefront.Upstreams)
			release := make(chan struct{})
			services.handle("catalog", "GET /products/{id}", func(w http.ResponseWriter, r *http.Request) {
				<-release
				_, _ = fmt.Fprintf(w, `{"data": {"id": %q, "name": "Tent"}}`, r.PathValue("id"))
			})
			services.handle("pricing", "POST /prices/query", func(w http.ResponseWriter, _ *http.Request) {
				<-release
				_, _ = fmt.Fprint(w, `{"prices": {"p-1": {"amount": "1.00"}}}`)
			})
			clients := services.clients(t, storefront.Upstreams)
			defer clients.Close()
			schema, err := openCachedStorefront(newSchedule(t), clients, cache.New(cache.Options{}), nil)
			if err != nil {
				t.Fatal(err)
			}
			h := handlerOf(schema, operation.Options{Reports: true})
			g := graphRequest{Query: `{ product(id: "p-1") { name price { amount } } }`}
			var first, second reported
			var both sync.WaitGroup
			both.Go(func() { first = reportOf(t, h, g) })
			synctest.Wait()
			both.Go(func() { second = reportOf(t, h, g, without...) })
			synctest.Wait()
			close(release)
			both.Wait()
			if string(first.Data) != string(second.Data) || len(second.Errors) > 0 {
				t.Errorf("got %s, %s and then %s, %s", first.Data, first.Errors, second.Data, second.Errors)
			}
			want := fetch.Savings{Asked: 2, Shared: 2, Early: 1}
			if without[0] == "shared" {
				want = fetch.Savings{Asked: 2, Sent: 2, Calls: 2, Early: 1}
			}
			if got := second.Extensions.Weft.savings(); got != want {
				t.Errorf("without %q: got %+v, want %+v", without, got, want)
			}
			if got, want := services.count(), 2+int(want.Calls); got != want {
				t.Errorf("without %q: %d calls, want %d", without, got, want)
			}
		})
	}
}

// Without early calls those are spared that nobody wants in the end, whether they are answered sooner or break off.
func TestWithoutEarly(t *testing.T) {
	for _, slow := range []time.Duration{0, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			services := newScripts(storefront.Upstreams)
			services.handle("catalog", "GET /products/{id}", func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(time.Second)
				w.WriteHeader(http.StatusNotFound)
			})
			for service, pattern := range map[string]string{"pricing": "POST /prices/query", "reviews": "GET /ratings"} {
				services.handle(service, pattern, func(w http.ResponseWriter, r *http.Request) {
					select {
					case <-time.After(slow):
						_, _ = fmt.Fprint(w, `{}`)
					case <-r.Context().Done():
						panic(r.Context().Err())
					}
				})
			}
			clients := services.clients(t, storefront.Upstreams)
			defer clients.Close()
			schema, err := openCachedStorefront(newSchedule(t), clients, cache.New(cache.Options{}), nil)
			if err != nil {
				t.Fatal(err)
			}
			h := handlerOf(schema, operation.Options{Reports: true})
			g := graphRequest{Query: `{ product(id: "p-1") { name price { amount } rating { count } } }`}
			for without, want := range map[string]fetch.Savings{
				"":      {Asked: 1, Sent: 1, Wasted: 2, Calls: 3},
				"early": {Asked: 1, Sent: 1, Calls: 1},
				"memo":  {Asked: 1, Sent: 1, Calls: 1}, // where answers would wait for whoever wants them
			} {
				r := reportOf(t, h, g, without)
				if got := r.Extensions.Weft.savings(); got != want || string(r.Data) != `{"product":null}` || len(r.Errors) > 0 {
					t.Errorf("without %q: got %+v, %s, %s, want %+v", without, got, r.Data, r.Errors, want)
				}
				early := 0
				for _, v := range r.Extensions.Weft.Values {
					if v.Early {
						early++
					}
				}
				if early != int(want.Wasted) {
					t.Errorf("without %q: %d values are early, want %d: %+v", without, early, want.Wasted, r.Extensions.Weft.Values)
				}
				synctest.Wait()
				if got := strings.Count(services.take(), "\n"); got != int(want.Calls) {
					t.Errorf("without %q: %d calls, want %d", without, got, want.Calls)
				}
			}
		})
	}
}

// Reports add up over everything that bindings can do, hand-written fields and failures included, and techniques change no answer.
func TestWithoutOverOperations(t *testing.T) {
	s := cachedSchemas["shop"]
	policies := map[string]binding.CachePolicy{}
	for _, u := range s.upstreams {
		policies[u.Name] = binding.CachePolicy{MaxAge: time.Minute, HasMaxAge: true}
	}
	cases, err := filepath.Glob("../../testdata/operations/shop/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range cases {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			c := readCase(t, file)
			servers := c.script(t, s.upstreams)
			g := storefrontCase{testCase: c}.request(0, transcript{})
			for _, without := range []string{"answers", "batch", "dedupe", "memo", "memory", "shared", "early", "memo, dedupe, batch, early, memory, shared"} {
				caching, err := tiers.Open(tiers.Options{Classes: s.classes})
				if err != nil {
					t.Fatal(err)
				}
				h := handlerOver(t, s, servers, caching.Cache, policies)
				for range 2 {
					r := reportOf(t, h, g, strings.Split(without, ", ")...)
					if name != "hand_written" { // where loaders remember
						r.didWithout(t, strings.Split(without, ", "))
					}
					got, err := json.Marshal(graphAnswer{Data: r.Data, Errors: r.Errors})
					if err != nil {
						t.Fatal(err)
					}
					if strings.Contains(without, "batch") {
						continue // a case has no answers to calls for one key
					}
					if diff := cmp.Diff(canonical(t, c.parts["response.json"]), canonical(t, string(got))); diff != "" {
						t.Errorf("without %q (-want +got):\n%s", without, diff)
					}
				}
				caching.Close()
			}
		})
	}
}
