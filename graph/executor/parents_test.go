package executor_test

import (
	"strings"
	"testing"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/planned"
	"weft/graph/view"
	"weft/upstream"
)

// Parents with the same key share what they load: each has it in the answer, at its own path, and it counts for each.
func TestParentsOfOneKeyShare(t *testing.T) {
	clients, err := upstream.NewClients([]upstream.Spec{{Name: "u"}}, map[string]upstream.Options{"u": {URL: "http://u", Transport: answering(map[string]string{
		"/items":           `[{"maker": "1"}, {"maker": "2"}, {"maker": "1"}, {"maker": null}, {"maker": "3"}]`,
		"/makers?id=1,2,3": `[{"id": "1", "parts": [{"name": "a"}]}, {"id": "2", "parts": [{"name": 7}]}]`,
	})}})
	if err != nil {
		t.Fatal(err)
	}
	defer clients.Close()
	item, maker, part := view.NewShape("/maker"), view.NewShape("/id", "/parts"), view.NewShape("/name")
	entity := binding.New(binding.Spec{
		Name: "Maker", Entity: true, Vars: []binding.Var{{Name: "id", Type: &binding.Type{Scalar: "ID"}}},
		Origin: binding.Origin{
			Upstream: "u",
			Batch:    &binding.Batch{Call: binding.Call{Template: "/makers{?id}"}, Keys: "id", Match: []string{"/id"}},
		},
		Result: binding.Result{Shape: maker, Object: "Maker", KeySlots: []int{1}},
	})
	tables := &plan.Schema{Query: "Query", Types: map[string]*plan.Type{
		"Query": {Name: "Query", Fields: map[string]*plan.Field{"items": call("[Item]", "/items", item)}},
		"Item": {Name: "Item", Shape: item, Fields: map[string]*plan.Field{
			"maker": {Type: plan.Ref("Maker"), Bound: &binding.Field{Binding: entity, Sources: []binding.Source{{Slot: 1}}}},
		}},
		"Maker": {Name: "Maker", Shape: maker, Fields: map[string]*plan.Field{"parts": {Type: plan.Ref("[Part]"), Slot: 2}}},
		"Part":  {Name: "Part", Shape: part, Fields: map[string]*plan.Field{"name": {Type: plan.Ref("String"), Slot: 1, Leaf: view.AppendString}}},
	}}
	doc := parse(t, `{ items { maker { parts { name } } } }`)
	run := func(most int) (string, string) {
		service := &fetch.Service{Clients: clients, Logger: quiet, Limits: fetch.Limits{MaxObjects: most}}
		data, errs := execute(t.Context(), planned.New(noStock{}, planned.Options{Tables: tables, Service: service}), doc, nil, nil)
		return data, strings.Join(told(errs), "; ")
	}
	const want = `{"items":[{"maker":{"parts":[{"name":"a"}]}},{"maker":{"parts":[{"name":null}]}},{"maker":{"parts":[{"name":"a"}]}},{"maker":null},{"maker":null}]}`
	data, errs := run(11) // 5 items, 3 makers in the answer, each with a part
	if data != want || !strings.HasPrefix(errs, "items[1].maker.parts[0].name: ") {
		t.Errorf("got %s, %s\nwant %s", data, errs, want)
	}
	if data, errs := run(10); data != "null" || !strings.Contains(errs, "more than 10 objects") {
		t.Errorf("with one object too many: %s, %s", data, errs)
	}
}
