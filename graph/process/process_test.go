package process_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/goleak"

	"weft/graph/edge"
	"weft/graph/operation"
	"weft/graph/process"
)

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		process.Main(serveAsChild)
	}
	goleak.VerifyTestMain(m)
}

const (
	hello     = `{"query":"{ greeting }"}`
	helloData = `{"data":{"greeting":"hello"}}`
)

// schema is an executable schema whose execution is a function.
type schema struct {
	ast  *ast.Schema
	exec func(ctx context.Context) *graphql.Response
}

func (s schema) Schema() *ast.Schema { return s.ast }

func (s schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s schema) Exec(context.Context) graphql.ResponseHandler { return s.exec }

// handler is what is served: an endpoint whose operations a function answers.
func handler(exec func(ctx context.Context) *graphql.Response) http.Handler {
	s := schema{gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { greeting: String! }"}), exec}
	return edge.NewHandler(operation.New(s, operation.Options{Logger: slog.New(slog.DiscardHandler)}), edge.Options{})
}

// greet answers every operation with the same data.
func greet(context.Context) *graphql.Response {
	return &graphql.Response{Data: json.RawMessage(`{"greeting":"hello"}`)}
}

// request is one HTTP request; the zero method is POST of application/json.
type request struct {
	method string
	path   string // "" means /graphql
	header map[string]string
	body   string
}

type response struct {
	status int
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
	for name, value := range r.header {
		req.Header.Set(name, value)
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
	return response{res.StatusCode, string(body)}
}
