package edge_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/goleak"

	"weft/graph/edge"
	"weft/graph/lane/lanetest"
	"weft/graph/operation"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

const sdl = `
type Query { greeting(name: String): String! product(id: ID!, size: Int): Product }
type Mutation { rename(name: String!): String }
type Subscription { ticks: Int }
type Product { name: String! price: Float }
`

// schema is an executable schema whose execution is a function, so that no code is generated for these tests.
type schema struct {
	ast  *ast.Schema
	exec func(ctx context.Context) *graphql.Response
}

func newSchema(exec func(ctx context.Context) *graphql.Response) *schema {
	return &schema{ast: gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: sdl}), exec: exec}
}

func (s *schema) Schema() *ast.Schema { return s.ast }

func (s *schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	return s.exec
}

// greet answers every operation with the same data.
func greet(context.Context) *graphql.Response {
	return &graphql.Response{Data: json.RawMessage(`{"greeting":"hello"}`)}
}

// newEngine returns an engine whose operations exec answers.
func newEngine(exec func(context.Context) *graphql.Response, o operation.Options) *operation.Engine {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return operation.New(newSchema(exec), o)
}

// serve runs a handler over HTTP and returns its URL.
func serve(t *testing.T, exec func(context.Context) *graphql.Response, o edge.Options) string {
	t.Helper()
	return serveEngine(t, newEngine(exec, operation.Options{}), o)
}

func serveEngine(t *testing.T, engine *operation.Engine, o edge.Options) string {
	t.Helper()
	server := lanetest.NewServer(edge.NewHandler(engine, o))
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return server.URL
}

// request is one HTTP request of a table; the zero method is POST of application/json when there is a body.
type request struct {
	method string
	path   string // "" means /graphql
	header map[string]string
	body   string
	bare   bool // a GET without the header that one of a text needs
}

type response struct {
	status int
	header http.Header
	body   string
}

func (r request) send(t *testing.T, base string) response {
	t.Helper()
	if r.path == "" {
		r.path = edge.Endpoint
	}
	if r.method == "" {
		r.method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(t.Context(), r.method, base+r.path, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if r.method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	if read := r.method == http.MethodGet || r.method == http.MethodHead; read && !r.bare {
		req.Header.Set("Apollo-Require-Preflight", "true")
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
		if value == "" {
			req.Header.Del(name)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{res.StatusCode, res.Header, string(body)}
}

// post sends one operation and returns the answer's body.
func post(t *testing.T, base, query string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	return request{body: string(body)}.send(t, base).body
}
