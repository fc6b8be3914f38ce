package edge_test

import (
	"context"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/operation"
	"weft/graph/protocol"
)

// A client's time-out ends its operation, unless the engine's own is shorter.
func TestClientTimeout(t *testing.T) {
	var left time.Duration
	exec := func(ctx context.Context) *graphql.Response {
		deadline, _ := ctx.Deadline()
		left = time.Until(deadline)
		return greet(ctx)
	}
	base := serveEngine(t, newEngine(exec, operation.Options{Timeout: 20 * time.Second}), edge.Options{})
	for _, c := range []struct {
		header      string
		least, most time.Duration
	}{{"", 15 * time.Second, 20 * time.Second}, {"10000", 5 * time.Second, 10 * time.Second}, {"60000", 15 * time.Second, 20 * time.Second}} {
		r := request{body: hello}
		if c.header != "" {
			r.header = map[string]string{protocol.TimeoutHeader: c.header}
		}
		if got := r.send(t, base); got.body != helloData || left < c.least || left > c.most {
			t.Errorf("with %q: got %s and %s left, want %s to %s", c.header, got.body, left, c.least, c.most)
		}
	}
}

func TestClientTimeoutIsOver(t *testing.T) {
	base := serve(t, func(ctx context.Context) *graphql.Response { <-ctx.Done(); return nil }, edge.Options{})
	got := request{body: hello, header: map[string]string{protocol.TimeoutHeader: "1"}}.send(t, base)
	if want := `{"errors":[{"message":"the request took too long","extensions":{"code":"REQUEST_TIMEOUT"}}]}`; got.body != want || got.status != 504 {
		t.Errorf("got %d %s, want 504 %s", got.status, got.body, want)
	}
}

func TestWrongClientTimeout(t *testing.T) {
	base := serve(t, greet, edge.Options{})
	for _, wrong := range []string{"0", "-1", "1s", "1.5", "86400001", "99999999999999999999"} {
		got := request{body: hello, header: map[string]string{protocol.TimeoutHeader: wrong}}.send(t, base)
		if want := refused("X-Request-Timeout-Ms must be one number of milliseconds from 1 to 86400000"); got.body != want || got.status != 400 {
			t.Errorf("%q: got %d %s, want 400 %s", wrong, got.status, got.body, want)
		}
	}
}
