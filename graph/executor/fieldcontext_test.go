package executor_test

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/binding"
	"weft/graph/plan"
	"weft/graph/view"
)

// whereabouts is a hand-written field that answers where it is, and what it is told about itself.
func whereabouts() *plan.Field {
	return &plan.Field{
		Type: plan.Ref("String!"), Leaf: view.AppendRaw,
		Resolve: func(ctx context.Context, _ any, _ view.Object, _ map[string]any) (any, error) {
			fc := graphql.GetFieldContext(ctx)
			if graphql.GetFieldContext(context.WithValue(ctx, fc, 1)) != fc {
				return "another each time", nil
			}
			return fc.Object + " " + fc.Path().String(), nil
		},
		Marshal: func(_ context.Context, v any) graphql.Marshaler { return graphql.MarshalString(v.(string)) },
	}
}

// pages is a paged list.
func pages(shape *view.Shape) *plan.Field {
	id := &binding.Type{Scalar: "ID"}
	b := binding.New(binding.Spec{
		Name: "pages", Vars: []binding.Var{{Name: "size", Type: id}, {Name: "at", Type: id}},
		Origin: binding.Origin{Upstream: "u", Single: &binding.Call{Template: "/pages{?size,at}"}},
		Result: binding.Result{Shape: shape, Object: "Pages", List: true, Page: &binding.Page{Style: binding.Offset, Size: "size", Start: "at"}},
	})
	return &plan.Field{Type: plan.Ref("Pages"), Bound: &binding.Field{Binding: b, Sources: []binding.Source{{Page: true}, {Page: true}}}}
}

func TestFieldContextPath(t *testing.T) {
	item, part := view.NewShape("/name", "/parts", "/part"), view.NewShape("/name")
	s := byHand(t, answering(map[string]string{
		"/items": `[{"parts": [{}, null, {}], "part": {}}, null, {"parts": null, "part": {}}, {"parts": [{}], "part": {}}]`,
		"/item":  `{"parts": [], "part": {}}`,

		"/pages?size=21&at=0": `[{}, {"part": {}}]`,
	}), &plan.Type{Name: "Query", Fields: map[string]*plan.Field{
		"items": call("[Item]", "/items", item), "item": call("Item", "/item", item), "at": whereabouts(), "pages": pages(item),
	}}, &plan.Type{Name: "Pages", Kind: plan.Connection, Fields: map[string]*plan.Field{
		"nodes": {Type: plan.Ref("[Item]")}, "edges": {Type: plan.Ref("[PageEdge]")},
	}}, &plan.Type{Name: "PageEdge", Kind: plan.Edge, Fields: map[string]*plan.Field{"node": {Type: plan.Ref("Item")}}}, &plan.Type{Name: "Item", Shape: item, Fields: map[string]*plan.Field{
		"at": whereabouts(), "parts": {Type: plan.Ref("[Part]"), Slot: 2}, "part": {Type: plan.Ref("Part"), Slot: 3},
	}}, &plan.Type{Name: "Part", Shape: part, Fields: map[string]*plan.Field{"at": whereabouts()}})
	for query, want := range map[string]string{
		`{ at a: at }`:                   `{"at":"Query at","a":"Query a"}`,
		`{ item { at part { p: at } } }`: `{"item":{"at":"Item item.at","part":{"p":"Part item.part.p"}}}`,
		`{ i: items { at } }`:            `{"i":[{"at":"Item i[0].at"},null,{"at":"Item i[2].at"},{"at":"Item i[3].at"}]}`,
		`{ items { parts { at } part { at } } }`: `{"items":[{"parts":[{"at":"Part items[0].parts[0].at"},null,{"at":"Part items[0].parts[2].at"}],` +
			`"part":{"at":"Part items[0].part.at"}},null,{"parts":null,"part":{"at":"Part items[2].part.at"}},` +
			`{"parts":[{"at":"Part items[3].parts[0].at"}],"part":{"at":"Part items[3].part.at"}}]}`,
		`{ pages { nodes { at } e: edges { n: node { at part { at } } } } }`: `{"pages":{"nodes":[{"at":"Item pages.nodes[0].at"},{"at":"Item pages.nodes[1].at"}],` +
			`"e":[{"n":{"at":"Item pages.e[0].n.at","part":null}},{"n":{"at":"Item pages.e[1].n.at","part":{"at":"Part pages.e[1].n.part.at"}}}]}}`,
		`{ a: item { at } b: item { at } }`: `{"a":{"at":"Item a.at"},"b":{"at":"Item b.at"}}`,
	} {
		doc := parse(t, query)
		define(doc.Operations[0].SelectionSet)
		got, errs := execute(t.Context(), s, doc, nil, nil)
		if got != want || len(errs) > 0 {
			t.Errorf("%s:\n got %s %v\nwant %s", query, got, errs, want)
		}
	}
}

// Whoever keeps a field's context beyond the field is told what the field was, but not where.
func TestFieldContextAfterwards(t *testing.T) {
	var kept context.Context
	at := whereabouts()
	at.Resolve = func(ctx context.Context, _ any, _ view.Object, _ map[string]any) (any, error) {
		kept = ctx
		return "here", nil
	}
	s := byHand(t, answering(nil), &plan.Type{Name: "Query", Fields: map[string]*plan.Field{"at": at}})
	doc := parse(t, `{ at }`)
	define(doc.Operations[0].SelectionSet)
	if got, errs := execute(t.Context(), s, doc, nil, nil); got != `{"at":"here"}` {
		t.Fatal(got, errs)
	}
	if fc := graphql.GetFieldContext(kept); fc.Field.Name != "at" || fc.Parent != nil {
		t.Errorf("got %v below %v", fc.Field.Name, fc.Parent)
	}
}
