package executor

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/view"
)

// BenchmarkWrite writes an answer of 100 objects of eight members and one more object, 15 KB, of what is filed already. same: the upstream has the
// members as they are selected. indented: with white space between them. other: it has them in another order.
func BenchmarkWrite(b *testing.B) {
	members := []string{`"id":"i%[1]d"`, `"name":"Item number %[1]d"`, `"price":%[1]d.5`, `"stock":%[1]d`, `"active":true`, `"note":"Handle with care."`, `"maker":{"id":"m%[1]d","name":"Maker number %[1]d"}`}
	other := []string{members[6], members[0], members[5], members[1], members[4], members[2], members[3]}
	for name, item := range map[string]string{
		"same":     "{" + strings.Join(members, ",") + "}",
		"indented": "{\n  " + strings.Join(members, ",\n  ") + "\n}",
		"other":    "{" + strings.Join(other, ",") + "}",
	} {
		b.Run(name, func(b *testing.B) {
			r := filed(b, item, 100)
			var dst []byte
			for b.Loop() {
				w := newWriter(dst[:0], 1<<20, &r.x.Budget)
				w.run, r.reading.bytes, r.reading.seen = r, 0, 0
				if !w.members(r.plan.Root, view.Object{}, 0) {
					b.Fatal(w.errs)
				}
				dst = w.data()
			}
			b.SetBytes(int64(len(dst)))
		})
	}
}

// filed is a run that has n items, before it is written.
func filed(b *testing.B, item string, n int) *run {
	shape, maker := view.NewShape("/id", "/name", "/price", "/stock", "/active", "/note", "/maker"), view.NewShape("/id", "/name")
	items := binding.New(binding.Spec{
		Name: "items", Origin: binding.Origin{Upstream: "u", Single: &binding.Call{Template: "/items"}},
		Result: binding.Result{Shape: shape, Object: "Item", List: true},
	})
	text := func(slot int) *plan.Field {
		return &plan.Field{Type: plan.Ref("String"), Slot: slot, Leaf: view.AppendString}
	}
	tables := &plan.Schema{Query: "Query", Types: map[string]*plan.Type{
		"Query": {Name: "Query", Satisfies: []string{"Query"}, Fields: map[string]*plan.Field{"items": {Type: plan.Ref("[Item]"), Bound: &binding.Field{Binding: items}}}},
		"Item": {Name: "Item", Satisfies: []string{"Item"}, Shape: shape, Fields: map[string]*plan.Field{
			"id": text(1), "name": text(2), "note": text(6), "price": {Type: plan.Ref("Float!"), Slot: 3, Leaf: view.AppendFloat},
			"stock": {Type: plan.Ref("Int!"), Slot: 4, Leaf: view.AppendInt}, "active": {Type: plan.Ref("Boolean!"), Slot: 5, Leaf: view.AppendBoolean},
			"maker": {Type: plan.Ref("Maker"), Slot: 7},
		}},
		"Maker": {Name: "Maker", Satisfies: []string{"Maker"}, Shape: maker, Fields: map[string]*plan.Field{"id": text(1), "name": text(2)}},
	}}
	doc, err := parser.ParseQuery(&ast.Source{Input: `{ items { id name price stock active note maker { id name } } }`})
	if err != nil {
		b.Fatal(err)
	}
	p, err := plan.Build(context.Background(), tables, doc, doc.Operations[0], nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(item, i)
	}
	rows, err := view.NewScanner(view.Layout{In: view.List, Shape: shape}).Scan([]byte("["+strings.Join(list, ",")+"]"), nil, 0)
	if err != nil {
		b.Fatal(err)
	}
	x := fetch.Begin(&fetch.Service{}, fetch.Options{})
	b.Cleanup(func() { x.Close() })
	r := newRun(Executor{}.Prepare(p, false), x, nil)
	r.reading.ctx = context.Background()
	r.columns[p.Root.Index].add(view.Object{})
	r.expand(p.Root.Nodes[0], &fetch.Found{Of: []int32{0}, Results: []fetch.Result{{Value: binding.Value{Objects: rows.Objects(), Found: true}}}})
	return r
}
