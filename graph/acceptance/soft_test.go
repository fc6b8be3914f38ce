package acceptance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache/tiers"
	"weft/graph/edge"
	"weft/graph/fetch"
	storefront "weft/graph/generated"
	"weft/graph/operation"
	"weft/upstream"
)

// slowShop is a storefront whose catalog takes as long as it is told to, and whose products say how often they were asked for.
type slowShop struct {
	t       *testing.T
	handler http.Handler
	takes   atomic.Int64 // time.Duration
	fails   atomic.Bool
	calls   atomic.Int64
}

func newSlowShop(t *testing.T, change func(*upstream.Options)) *slowShop {
	t.Helper()
	s := &slowShop{t: t}
	services := newScripts(storefront.Upstreams)
	services.handle("catalog", "GET /products/{id}", func(w http.ResponseWriter, r *http.Request) {
		n := s.calls.Add(1)
		select {
		case <-time.After(time.Duration(s.takes.Load())):
		case <-r.Context().Done():
			panic(r.Context().Err())
		}
		if s.fails.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"data": {"id": %q, "name": "call %d"}}`, r.PathValue("id"), n)
	})
	options := map[string]upstream.Options{}
	for _, spec := range storefront.Upstreams {
		o := upstream.Options{URL: "http://" + spec.Name, Transport: services[spec.Name]}
		change(&o)
		options[spec.Name] = o
	}
	clients, err := upstream.NewClients(storefront.Upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	kept, err := tiers.Open(tiers.Options{Classes: storefront.CacheClasses})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	schema, err := openCachedStorefront(newSchedule(t), clients, kept.Cache, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.handler = handlerOf(schema, operation.Options{Reports: true})
	return s
}

// ask asks for a product, and returns the answer, and how long it took.
func (s *slowShop) ask(id string) (answer string, took time.Duration) {
	s.t.Helper()
	began, w := time.Now(), httptest.NewRecorder()
	s.handler.ServeHTTP(w, graphRequest{Query: fmt.Sprintf(`{ product(id: %q) { name } }`, id)}.post(s.t.Context(), s.t, edge.Endpoint))
	return w.Body.String(), time.Since(began)
}

// wants asks for product 1, and holds what it gets, and when.
func (s *slowShop) wants(text string, within time.Duration, stale bool) {
	s.t.Helper()
	answer, took := s.ask("1")
	if !strings.Contains(answer, text) || strings.Contains(answer, `"stale"`) != stale || took != within {
		s.t.Errorf("after %v: got %s; want %s after %v, stale: %t", took, answer, text, within, stale)
	}
}

const (
	beyond  = 400 * time.Second // beyond maxAge and staleWhileRevalidate of a product
	usually = 30 * time.Millisecond
)

// known makes it known how long calls usually take, and has product 1 be kept, and be old.
func (s *slowShop) known() {
	s.takes.Store(int64(usually))
	for i := range 30 {
		_, _ = s.ask(fmt.Sprint(30 - i))
	}
	time.Sleep(beyond)
}

// TestSoftTimeout has a service hang: who has an old value waits for three times as long as calls usually take, and the call goes on, so that its
// value is there for who comes next.
func TestSoftTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlowShop(t, func(*upstream.Options) {})
		s.known()
		s.takes.Store(int64(time.Second))
		s.wants(`"call 30"`, 3*usually, true)
		s.wants(`"call 30"`, 3*usually, true) // by the call that is under way
		if n := s.calls.Load(); n != 31 {
			t.Errorf("%d calls, want 31", n)
		}
		time.Sleep(time.Second)
		s.wants(`"call 31"`, 0, false)
		if n := s.calls.Load(); n != 31 {
			t.Errorf("%d calls, want 31", n)
		}
	})
}

// TestSoftTimeoutAtLeast has calls be fast: who has an old value waits for 50 ms all the same.
func TestSoftTimeoutAtLeast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlowShop(t, func(*upstream.Options) {})
		s.known()
		for i := range 128 {
			s.takes.Store(int64(time.Millisecond))
			_, _ = s.ask(fmt.Sprint("fast", i))
		}
		s.takes.Store(int64(49 * time.Millisecond))
		s.wants(`"call 159"`, 49*time.Millisecond, false)
	})
}

// TestNoSoftTimeout has who has an old value wait for a service: where it is off, where nobody knows what is usual, and for what has no old
// value.
func TestNoSoftTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlowShop(t, func(o *upstream.Options) { o.Network.Failing.NoSoftTimeout = true })
		s.known()
		s.takes.Store(int64(time.Second))
		s.wants(`"call 31"`, time.Second, false)
	})
	synctest.Test(t, func(t *testing.T) {
		s := newSlowShop(t, func(*upstream.Options) {})
		s.takes.Store(int64(usually))
		_, _ = s.ask("1")
		time.Sleep(beyond)
		s.takes.Store(int64(time.Second))
		s.wants(`"call 2"`, time.Second, false)
	})
	synctest.Test(t, func(t *testing.T) {
		s := newSlowShop(t, func(*upstream.Options) {})
		s.known()
		s.takes.Store(int64(time.Second))
		if answer, took := s.ask("another"); !strings.Contains(answer, `"call 31"`) || took != time.Second {
			t.Errorf("got %s after %v", answer, took)
		}
	})
}

// TestStaleAtOnce has an endpoint's breaker open: what is kept is served at once, also to who tries whether the service is well again; what
// that call brings is there for the next.
func TestStaleAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlowShop(t, func(*upstream.Options) {})
		s.known()
		s.takes.Store(0)
		s.fails.Store(true)
		for i := range 40 {
			_, _ = s.ask(fmt.Sprint("fails", i))
		}
		before := s.calls.Load()
		s.wants(`"call 30"`, 0, true)
		if n := s.calls.Load() - before; n != 0 {
			t.Errorf("%d calls while it is open", n)
		}
		time.Sleep(6 * time.Second)
		s.fails.Store(false)
		s.takes.Store(int64(usually))
		for range 3 {
			s.wants(`"call 30"`, 0, true)
		}
		time.Sleep(usually)
		synctest.Wait()
		s.wants(fmt.Sprintf(`"call %d"`, before+1), 0, false)
		if n := s.calls.Load() - before; n != 1 {
			t.Errorf("%d calls, want the one that has tried", n)
		}
	})
}

// TestReportOfStandIns has old values stand in where no call was made for them: the report counts them where they were found, and calls as they
// were made.
func TestReportOfStandIns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlowShop(t, func(*upstream.Options) {})
		s.known()
		s.takes.Store(int64(time.Second))
		ownCall, none := fetch.Savings{Asked: 1, Sent: 1, Stale: 1, Calls: 1}, fetch.Savings{Asked: 1, Memory: 1}
		for n, want := range []fetch.Savings{ownCall, none} { // the second one joins the first one's call
			if got := s.report("1"); got != want {
				t.Errorf("%d: got %+v, want %+v", n+1, got, want)
			}
		}
		time.Sleep(beyond)
		s.takes.Store(0)
		s.fails.Store(true)
		for i := range 40 {
			_, _ = s.ask(fmt.Sprint("fails", i))
		}
		if got := s.report("1"); got != none {
			t.Errorf("while the breaker is open: got %+v, want %+v", got, none)
		}
	})
}

// report asks for a product, and returns what the report says of its value.
func (s *slowShop) report(id string) fetch.Savings {
	s.t.Helper()
	return reportOf(s.t, s.handler, graphRequest{Query: fmt.Sprintf(`{ product(id: %q) { name } }`, id)}).Extensions.Weft.savings()
}
