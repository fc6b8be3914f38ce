package fetch_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	"weft/graph/binding/bindingtest/generated"
	"weft/graph/binding/bindingtest/resolver"
	"weft/graph/compiled"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

func token(name string) http.Header { return http.Header{"Authorization": {"Bearer " + name}} }

// Two users at once, over the same handler: no answer has the other's data, and no call the other's token.
func TestIdentitiesNeverMix(t *testing.T) {
	for _, name := range executors {
		t.Run(name, func(t *testing.T) { neverMix(t, name) })
	}
}

func neverMix(t *testing.T, executor string) {
	s := newShop(t, withExecutor(executor), func(o *options) { o.BatchWait = time.Millisecond })
	var mu sync.Mutex // guards wrong
	wrong := map[string]bool{}
	// A user's ids begin with the user's name, so that each call says by itself whose token belongs to it.
	mine := func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		id := r.PathValue("id")
		if id != "" && !strings.HasPrefix(id, name+"-") || name == "" {
			mu.Lock()
			wrong[r.URL.Path+" with the token of "+name] = true
			mu.Unlock()
		}
		fmt.Fprintf(w, `{"id": %q, "name": "secret of %s"}`, id, name)
	}
	s.accounts.Handle("GET /me", mine)
	s.accounts.Handle("GET /users/{id}", mine)
	s.catalog.Handle("GET /", func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header.Values("Authorization")) > 0 {
			mu.Lock()
			wrong[r.URL.Path+" has a token"] = true
			mu.Unlock()
		}
		switch r.URL.Path {
		case "/count":
			fmt.Fprint(w, `{"n": 3}`)
		case "/products/batch":
			fmt.Fprint(w, `{"data": [{"id": "1", "name": "shared"}, {"id": "2", "name": "shared"}]}`)
		default:
			fmt.Fprint(w, `{"data": {"id": "1", "name": "shared"}}`)
		}
	})
	const text = `query($own: ID!) { me { name } again: me { name } user(id: $own) { name } count product(id: 1) { name } byIds(ids: [1, 2]) { name } }`
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	var workers sync.WaitGroup
	for _, name := range []string{"ada", "bob"} {
		for worker := range 4 {
			workers.Go(func() {
				own := `{"name":"secret of ` + name + `"}`
				want := `{"me":` + own + `,"again":` + own + `,"user":` + own + `,"count":3,"product":{"name":"shared"},"byIds":[{"name":"shared"},{"name":"shared"}]}`
				for i := 0; i < 1000 && ctx.Err() == nil; i++ {
					r := s.do(t.Context(), token(name), text, map[string]any{"own": fmt.Sprintf("%s-%d", name, (worker+i)%5)})
					if string(r.Data) != want || len(r.Errors) > 0 {
						t.Errorf("%s got %s, %v", name, r.Data, r.Errors)
						return
					}
				}
			})
		}
	}
	workers.Wait()
	t.Logf("%d and %d calls", len(s.accounts.Calls()), len(s.catalog.Calls()))
	for what := range wrong {
		t.Error(what)
	}
}

// Two identical reads with different tokens are two calls: the barrier opens only when both have arrived.
func TestTokensNeverShare(t *testing.T) {
	s := newShop(t)
	s.accounts.Handle("GET /me", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"name": %q}`, r.Header.Get("Authorization"))
	})
	s.accounts.Barrier(upstreamtest.NewBarrier(3), "GET /me")
	var users sync.WaitGroup
	for _, header := range []http.Header{token("ada"), token("bob"), nil} {
		users.Go(func() {
			wantJSON(t, s.do(t.Context(), header, `{ me { name } }`, nil), fmt.Sprintf(`{"me":{"name":%q}}`, header.Get("Authorization")))
		})
	}
	users.Wait()
}

// held is a transport that answers when the test says so.
type held struct {
	mu      sync.Mutex // guards calls
	calls   []string
	release chan struct{}
}

func (h *held) RoundTrip(r *http.Request) (*http.Response, error) {
	h.mu.Lock()
	h.calls = append(h.calls, r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Authorization"))
	h.mu.Unlock()
	select {
	case <-h.release:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(`{"n": 3, "name": "` + r.Header.Get("Authorization") + `"}`)),
	}, nil
}

func (h *held) sent() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.calls)
}

// newHeld is the test service under an executor, over a held transport.
func newHeld(t *testing.T, name string) (*shop, *held) {
	h := &held{release: make(chan struct{})}
	options := map[string]upstream.Options{}
	for _, spec := range generated.Upstreams {
		options[spec.Name] = upstream.Options{URL: "http://service.test", Transport: h, Timeout: time.Hour}
	}
	clients, err := upstream.NewClients(generated.Upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	schema, err := generated.Service(resolver.Resolver{}, generated.Functions{BadgesByID: resolver.BadgesByID}).
		Executable(compiled.Settings{Executor: name, Clients: clients})
	if err != nil {
		t.Fatal(err)
	}
	return &shop{Executor: executor.New(schema)}, h
}

// Anonymous clients that ask for the same at the same time share a call, and so do two requests with one token; others do not.
func TestSharedInFlight(t *testing.T) {
	for _, name := range executors {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { sharedInFlight(t, name) }) })
	}
}

func sharedInFlight(t *testing.T, executor string) {
	s, h := newHeld(t, executor)
	answers := make(chan *graphql.Response, 6)
	for range 3 {
		go func() { answers <- s.do(t.Context(), nil, `{ count }`, nil) }()
	}
	for _, name := range []string{"ada", "ada", "bob"} {
		go func() { answers <- s.do(t.Context(), token(name), `{ me { name } }`, nil) }()
	}
	synctest.Wait()
	if sent := h.sent(); sent != 3 {
		t.Errorf("%d calls for three alike, two alike and one: %q", sent, h.calls)
	}
	close(h.release)
	got := map[string]int{}
	for range 6 {
		r := <-answers
		got[string(r.Data)+r.Errors.Error()]++
	}
	if got[`{"count":3}`] != 3 || got[`{"me":{"name":"Bearer ada"}}`] != 2 || got[`{"me":{"name":"Bearer bob"}}`] != 1 {
		t.Errorf("answers: %v", got)
	}
}

// The first of two who share a call goes away: the second gets its answer, by the same call.
func TestCancelledLeader(t *testing.T) {
	for _, name := range executors {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { cancelledLeader(t, name) }) })
	}
}

func cancelledLeader(t *testing.T, executor string) {
	s, h := newHeld(t, executor)
	first, cancel := context.WithCancel(t.Context())
	firstAnswer, secondAnswer := make(chan *graphql.Response, 1), make(chan *graphql.Response, 1)
	go func() { firstAnswer <- s.do(first, nil, `{ count }`, nil) }()
	synctest.Wait()
	go func() { secondAnswer <- s.do(t.Context(), nil, `{ count }`, nil) }()
	synctest.Wait()
	cancel()
	synctest.Wait()
	close(h.release)
	wantJSON(t, <-secondAnswer, `{"count":3}`)
	<-firstAnswer
	if sent := h.sent(); sent != 1 {
		t.Errorf("%d calls, want one: %q", sent, h.calls)
	}
}
