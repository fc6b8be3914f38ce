package edge_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/operation"
)

// TestSpeculative shows what becomes of requests whose answer a client may not need (Sec-Purpose).
func TestSpeculative(t *testing.T) {
	for _, c := range []struct {
		name    string
		purpose string
		body    string
		off     bool
		busy    bool
		status  int
	}{
		{"answered while there is time", "prefetch", hello, false, false, 200},
		{"with a parameter", "prefetch;prerender", hello, false, false, 200},
		{"not while there is none", "prefetch", hello, false, true, 503},
		{"of several purposes", "other, prefetch;anonymous-client-ip", hello, false, true, 503},
		{"like another, where it is left out", "prefetch", hello, true, true, 200},
		{"never a mutation", "prefetch", `{"query":"mutation { rename(name: \"x\") }"}`, false, false, 400},
		{"another purpose is none", "prefetching", hello, true, true, 200},
		{"without the header", "", hello, true, true, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			engine := newEngine(greet, operation.Options{Room: operation.Room{Speculate: func([]string) bool { return !c.busy }}})
			base := serveEngine(t, engine, edge.Options{Speculative: !c.off})
			header := map[string]string{"Accept": "application/graphql-response+json"}
			if c.purpose != "" {
				header["Sec-Purpose"] = c.purpose
			}
			got := request{body: c.body, header: header}.send(t, base)
			if got.status != c.status {
				t.Errorf("got %d %s", got.status, got.body)
			}
			if c.status == http.StatusServiceUnavailable && (got.header.Get("Cache-Control") != "no-store" || got.header.Get("Retry-After") == "") {
				t.Errorf("got %v", got.header)
			}
		})
	}
}

// TestSpeculativeAtOnce holds that few of them are answered at the same time.
func TestSpeculativeAtOnce(t *testing.T) {
	const most = 8
	began, end := make(chan bool, most), make(chan bool)
	base := serve(t, func(ctx context.Context) *graphql.Response {
		began <- true
		<-end
		return greet(ctx)
	}, edge.Options{Speculative: true})
	speculative := request{body: hello, header: map[string]string{"Sec-Purpose": "prefetch"}}
	done := make(chan int, most)
	for range most {
		go func() { done <- speculative.send(t, base).status }()
		<-began
	}
	if got := speculative.send(t, base); got.status != http.StatusServiceUnavailable {
		t.Errorf("one more is answered with %d %s", got.status, got.body)
	}
	close(end)
	for range most {
		if status := <-done; status != http.StatusOK {
			t.Errorf("got %d", status)
		}
	}
	if got := speculative.send(t, base); got.status != http.StatusOK {
		t.Errorf("when there is room again: got %d", got.status)
	}
}
