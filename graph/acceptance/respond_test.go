package acceptance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"weft/cache"
	"weft/graph/binding"
	requests "weft/graph/binding/requesttest/generated"
	"weft/graph/compiled"
	"weft/graph/edge"
	"weft/graph/operation"
	"weft/graph/schedule"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// TestRespondIsOneClients: an answer whose headers go to the client is asked for by each client, at the same time and later, though all is
// kept that may be.
func TestRespondIsOneClients(t *testing.T) {
	s := cachedSchema{requests.Upstreams, requests.CacheClasses, operation.Said{}, func(_ *schedule.Scheduler, c upstream.Clients, kept *cache.Cache, p map[string]binding.CachePolicy) (graphql.ExecutableSchema, error) {
		return requests.Service().Executable(compiled.Settings{Clients: c, Cache: kept, CachePolicies: p})
	}}
	server := upstreamtest.New(t)
	var visits atomic.Int64
	server.Handle("GET /visits/{of}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "max-age=60")
		w.Header().Set("Set-Cookie", fmt.Sprintf("visit=%d", visits.Add(1)))
		_, _ = w.Write([]byte(`{"count": 1}`))
	})
	server.Barrier(upstreamtest.NewBarrier(2), "GET /visits/{of}") // both clients wait for both calls
	policies := map[string]binding.CachePolicy{"api": {MaxAge: time.Minute, HasMaxAge: true}}
	h := handlerOver(t, s, map[string]*upstreamtest.Server{"api": server}, cache.New(cache.Options{}), policies)
	seen := map[string]bool{}
	for range 2 {
		var clients sync.WaitGroup
		answers := make([]*httptest.ResponseRecorder, 2)
		for i := range answers {
			clients.Go(func() {
				r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query": "{ visit(of: 1) { count } }"}`))
				r.Header.Set("Content-Type", "application/json")
				answers[i] = httptest.NewRecorder()
				h.ServeHTTP(answers[i], r)
			})
		}
		clients.Wait()
		for _, a := range answers {
			cookie := a.Header().Get("Set-Cookie")
			if want := `{"data":{"visit":{"count":1}}}`; a.Body.String() != want || a.Header().Get("Cache-Control") != "no-store" || seen[cookie] || cookie == "" {
				t.Errorf("got %s with %v after %v", a.Body, a.Header(), seen)
			}
			seen[cookie] = true
		}
	}
}

// TestRespondToPages: a page of another origin that may read an answer may read the headers that a service sends with it, and no cookie.
func TestRespondToPages(t *testing.T) {
	server := upstreamtest.New(t)
	server.Answer("GET /visits/{of}", upstreamtest.Answer{
		Header: http.Header{"Set-Cookie": {"visit=1"}, "X-Ratelimit-Remaining": {"7"}}, Body: `{"count": 1}`,
	})
	clients, err := upstream.NewClients(requests.Upstreams, map[string]upstream.Options{"api": {URL: server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	schema, err := requests.Service().Executable(compiled.Settings{Clients: clients})
	if err != nil {
		t.Fatal(err)
	}
	for origins, asks := range map[string]string{"https://shop.example.com": "https://shop.example.com", "*": ""} {
		h := edge.NewHandler(operation.New(schema, operation.Options{}), edge.Options{CORS: edge.CORS{Origins: []string{origins}}})
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query": "{ visit(of: 1) { count } }"}`))
		r.Header.Set("Content-Type", "application/json")
		if asks != "" {
			r.Header.Set("Origin", asks)
		}
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		exposed := answer.Header().Get("Access-Control-Expose-Headers")
		if !strings.HasSuffix(exposed, ", X-Ratelimit-Remaining") || strings.Contains(exposed, "Cookie") || !strings.Contains(exposed, "Etag") {
			t.Errorf("for pages of %s: got Access-Control-Expose-Headers: %s", origins, exposed)
		}
		if got := answer.Header().Get("X-Ratelimit-Remaining"); got != "7" {
			t.Errorf("for pages of %s: got X-Ratelimit-Remaining: %s", origins, got)
		}
	}
}
