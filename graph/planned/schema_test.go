package planned_test

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/planned"
	"weft/graph/view"
)

// noStock has no executor to fall back on.
type noStock struct{ graphql.ExecutableSchema }

var anySchema = gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { any: Int }"})

func (noStock) Schema() *ast.Schema { return anySchema }

var quiet = slog.New(slog.DiscardHandler)

// roundTrip is an upstream without a network.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func reply(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

// parse reads a document.
func parse(t testing.TB, query string) *ast.QueryDocument {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// define gives fields the definitions that validation gives them, of fields without arguments.
func define(set ast.SelectionSet) {
	for _, s := range set {
		f := s.(*ast.Field)
		f.Definition = &ast.FieldDefinition{Name: f.Name}
		define(f.SelectionSet)
	}
}

// rowTables have one field, a, which is a row with numbers x and y, and another row f.
func rowTables() *plan.Schema {
	shape := view.NewShape("/x", "/y")
	get := func(path string) *plan.Field {
		return &plan.Field{Type: plan.Ref("Row"), Bound: &binding.Field{Binding: binding.New(binding.Spec{
			Name: path, At: "shop.graphql:3",
			Origin: binding.Origin{Upstream: "u", Single: &binding.Call{Template: path}},
			Result: binding.Result{Shape: shape, Object: "Row"},
		})}}
	}
	return &plan.Schema{Query: "Query", Types: map[string]*plan.Type{
		"Query": {Name: "Query", Satisfies: []string{"Query"}, Fields: map[string]*plan.Field{
			"a": get("/a"), "hand": {Type: plan.Ref("Int"), Leaf: view.AppendRaw, At: "shop.graphql:5"},
		}},
		"Row": {Name: "Row", Satisfies: []string{"Row"}, Shape: shape, Fields: map[string]*plan.Field{
			"x": {Type: plan.Ref("Int"), Slot: 1, Leaf: view.AppendInt},
			"y": {Type: plan.Ref("Int!"), Slot: 2, Leaf: view.AppendInt},
			"f": get("/f"),
		}},
	}}
}

// TestPlace asks a schema where its fields stand.
func TestPlace(t *testing.T) {
	places := planned.New(noStock{}, planned.Options{Tables: rowTables(), Service: new(fetch.Service)}).(interface {
		Place(object, field string) string
	})
	for field, want := range map[[2]string]string{
		{"Query", "a"}: "shop.graphql:3", {"Query", "hand"}: "shop.graphql:5", {"Query", "none"}: "", {"None", "x"}: "", {"Row", "x"}: "",
	} {
		if got := places.Place(field[0], field[1]); got != want {
			t.Errorf("%v: got %q, want %q", field, got, want)
		}
	}
}
