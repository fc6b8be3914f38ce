package operation_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/goleak"

	"weft/graph/operation"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const sdl = `
type Query { greeting(name: String): String! product(id: ID!, size: Int): Product }
type Mutation { rename(name: String!): String }
type Subscription { ticks: Int }
type Product { name: String! price: Float }
`

const (
	hello     = `{"query":"{ greeting }"}`
	helloData = `{"data":{"greeting":"hello"}}`
)

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

func (s *schema) Exec(context.Context) graphql.ResponseHandler { return s.exec }

// greet answers every operation with the same data.
func greet(context.Context) *graphql.Response {
	return &graphql.Response{Data: json.RawMessage(`{"greeting":"hello"}`)}
}

// newEngine returns an engine whose schema is executed by a function.
func newEngine(exec func(context.Context) *graphql.Response, o operation.Options) *operation.Engine {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return operation.New(newSchema(exec), o)
}

// request is what a transport would be sent, as JSON.
type request struct {
	body     string
	headers  map[string][]string
	readOnly bool
}

// answer is an engine's answer as a client would see it.
type answer struct {
	class   operation.Class
	policy  map[string][]string
	watched bool
	body    string
}

// of has an engine answer the request.
func (r request) of(t testing.TB, e *operation.Engine) answer {
	t.Helper()
	var sent struct {
		Query, OperationName  string
		Variables, Extensions map[string]any
	}
	dec := json.NewDecoder(strings.NewReader(r.body))
	dec.UseNumber()
	if err := dec.Decode(&sent); err != nil {
		t.Fatalf("%s: %v", r.body, err)
	}
	return run(t, e, operation.Request{
		Text: sent.Query, Name: sent.OperationName, Variables: sent.Variables, Extensions: sent.Extensions,
		Headers: r.headers, ReadOnly: r.readOnly,
	})
}

// run is all that a transport does with a request.
func run(t testing.TB, e *operation.Engine, r operation.Request) answer {
	t.Helper()
	a := runOrRecover(t.Context(), e, &r)
	if a.Class == operation.Executed && len(a.Data) == 0 {
		a.Data = json.RawMessage("null")
	}
	if a.Report != nil {
		a.Report("identity", len(a.Data), len(a.Data))
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		Errors     gqlerror.List   `json:"errors,omitempty"`
		Data       json.RawMessage `json:"data,omitempty"`
		Extensions map[string]any  `json:"extensions,omitempty"`
	}{a.Errors, a.Data, a.Extensions})
	if err != nil {
		t.Fatal(err)
	}
	return answer{a.Class, a.Policy, a.Watched, strings.TrimSpace(body.String())}
}

func runOrRecover(ctx context.Context, e *operation.Engine, r *operation.Request) (a *operation.Answer) {
	defer func() {
		if v := recover(); v != nil {
			a = e.Recovered(ctx, v)
		}
	}()
	return e.Run(ctx, r)
}

// ask asks for a document's only operation, and returns the answer's body.
func ask(t testing.TB, e *operation.Engine, text string) string {
	t.Helper()
	return run(t, e, operation.Request{Text: text}).body
}

// logs is a logger's output that may be read while the logger is in use.
type logs struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *logs) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Reset()
}

func (l *logs) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelInfo}))
}
