package edge_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/operation"
)

// countingListener counts how often its connections are written to.
type countingListener struct {
	net.Listener
	writes *atomic.Int64
}

func (l countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return countingConn{c, l.writes}, err
}

type countingConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c countingConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}

// An answer leaves in one write where it fits into the connection's buffer, and in two where it does not.
func TestWrites(t *testing.T) {
	for name, c := range map[string]struct{ bytes, writes int }{
		"fits into the buffer": {2 << 10, 1},
		"15 KB":                {15 << 10, 2},
		"30 KB":                {30 << 10, 2},
	} {
		t.Run(name, func(t *testing.T) {
			data := json.RawMessage(`{"greeting":"` + strings.Repeat("x", c.bytes) + `"}`)
			engine := newEngine(func(context.Context) *graphql.Response { return &graphql.Response{Data: data} }, operation.Options{})
			server := httptest.NewUnstartedServer(edge.NewHandler(engine, edge.Options{}))
			var writes atomic.Int64
			server.Listener = countingListener{server.Listener, &writes}
			server.Start()
			t.Cleanup(server.Close)
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/graphql", strings.NewReader(`{"query":"{greeting}"}`))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept-Encoding", "identity")
			response, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != http.StatusOK || len(body) < c.bytes {
				t.Fatalf("%d, %d bytes, %v", response.StatusCode, len(body), err)
			}
			if got := int(writes.Load()); got != c.writes {
				t.Errorf("%d writes, want %d", got, c.writes)
			}
		})
	}
}
