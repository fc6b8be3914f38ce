package executor_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	gqlgen "github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/planned"
	"weft/graph/view"
	"weft/upstream"
)

// Tests of single promises run over tables written by hand, without a stock executor behind them.

// roundTrip is an upstream without a network.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answering answers each path with its body, and others with 404.
func answering(bodies map[string]string) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		body, ok := bodies[r.URL.RequestURI()]
		if !ok {
			return reply(r, http.StatusNotFound, ""), nil
		}
		return reply(r, http.StatusOK, body), nil
	}
}

func reply(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

// byHand is a schema on the planned executor alone; its upstream is "u".
func byHand(t testing.TB, transport http.RoundTripper, types ...*plan.Type) graphql.ExecutableSchema {
	t.Helper()
	return limited(t, &fetch.Service{}, transport, types...)
}

// limited is byHand with the limits of a service.
func limited(t testing.TB, service *fetch.Service, transport http.RoundTripper, types ...*plan.Type) graphql.ExecutableSchema {
	t.Helper()
	clients, err := upstream.NewClients(
		[]upstream.Spec{{Name: "u", ForwardHeaders: []string{"Authorization"}}},
		map[string]upstream.Options{"u": {URL: "http://u", Transport: transport}},
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	tables := &plan.Schema{Query: "Query", Types: map[string]*plan.Type{}}
	for _, typ := range types {
		if typ.Satisfies == nil {
			typ.Satisfies = []string{typ.Name}
		}
		tables.Types[typ.Name] = typ
	}
	return planned.New(noStock{}, planned.Options{Tables: tables, Service: &fetch.Service{
		Clients: clients, Logger: quiet, Limits: fetch.Limits{MaxAnswer: service.MaxAnswer, MaxObjects: service.MaxObjects},
	}})
}

// noStock has no executor to fall back on.
type noStock struct{ graphql.ExecutableSchema }

var anySchema = gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { any: Int }"})

func (noStock) Schema() *ast.Schema { return anySchema }

// parse reads a document.
func parse(t testing.TB, query string) *ast.QueryDocument {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// execute runs a document's first operation.
func execute(ctx context.Context, s graphql.ExecutableSchema, doc *ast.QueryDocument, variables map[string]any, header http.Header) (string, gqlerror.List) {
	recovered := func(_ context.Context, v any) error { return fmt.Errorf("panic: %.60s", fmt.Sprint(v)) }
	op, _ := gqlgen.New(s).CreateOperationContext(graphql.StartOperationTrace(ctx), &graphql.RawParams{Query: "{__typename}", Headers: header})
	op.Doc, op.Operation, op.Variables, op.RecoverFunc = doc, doc.Operations[0], variables, recovered
	ctx = graphql.WithOperationContext(ctx, op)
	ctx = graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, recovered)
	response := s.Exec(ctx)(ctx)
	return string(response.Data), graphql.GetErrors(ctx)
}

// told are errors as a person may read them: where, and what kind or text.
func told(errs gqlerror.List) []string {
	var list []string
	for _, err := range errs {
		line := err.Path.String() + ": " + meaning(err)
		for _, l := range err.Locations {
			line += fmt.Sprintf(" @%d:%d", l.Line, l.Column)
		}
		list = append(list, line)
	}
	return list
}

// call is a field that a GET of path answers with an object of a type, or a list of them.
func call(of, path string, shape *view.Shape) *plan.Field {
	t := plan.Ref(of)
	b := binding.New(binding.Spec{
		Name:   "call " + path,
		Origin: binding.Origin{Upstream: "u", Single: &binding.Call{Template: path}},
		Result: binding.Result{Shape: shape, Object: t.Name(), List: t.Elem != nil},
	})
	return &plan.Field{Type: t, Bound: &binding.Field{Binding: b, NonNull: t.NonNull}}
}

// define gives fields the definitions that validation gives them, of fields without arguments.
func define(set ast.SelectionSet) ast.SelectionSet {
	for _, s := range set {
		f := s.(*ast.Field)
		f.Definition = &ast.FieldDefinition{Name: f.Name}
		define(f.SelectionSet)
	}
	return set
}
