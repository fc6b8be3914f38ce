package plan_test

import (
	"testing"

	"weft/graph/binding"
	"weft/graph/plan"
	"weft/graph/view"
)

// TestReadableWorse compares an answer with the one that is kept: what could not be read then is no reason now, and what nobody can
// have selected is none either.
func TestReadableWorse(t *testing.T) {
	size, ware := view.NewShape("/wide"), view.NewShape("/name", "/tags", "/size", "/note")
	schema := plan.Schema{Types: map[string]*plan.Type{
		"Size": {Name: "Size", Shape: size, Fields: map[string]*plan.Field{"wide": {Type: plan.Ref("Int"), Slot: 1, Leaf: view.AppendInt}}},
		"Ware": {Name: "Ware", Shape: ware, Fields: map[string]*plan.Field{
			"name": {Type: plan.Ref("String!"), Slot: 1, Leaf: view.AppendString},
			"tags": {Type: plan.Ref("[String!]"), Slot: 2, Leaf: view.AppendString},
			"size": {Type: plan.Ref("Size"), Slot: 3},
			"note": {Type: plan.Ref("String"), Slot: 4, Leaf: view.AppendString},
		}},
	}}
	b := binding.New(binding.Spec{Name: "Query.wares", Origin: binding.Origin{Upstream: "ware", Single: &binding.Call{Template: "/wares"}}, Result: binding.Result{List: true, Shape: ware}})
	scanner := view.NewScanner(view.Layout{In: view.List, Shape: ware})
	wares := func(text string) []view.Object {
		rows, err := scanner.Scan([]byte(text), &view.Source{Upstream: "ware"}, 1)
		if err != nil {
			t.Fatal(err)
		}
		return rows.Objects()
	}
	const kept = `[{"name": "a", "tags": ["x"], "size": {"wide": 1}}]`
	for text, want := range map[string]string{
		kept: "",
		`[]`: "",
		`[{"name": "b", "tags": null, "size": null}]`:            "",
		`[{"name": "b"}, {"name": 7}]`:                           "ware: /name: want String, got number",
		`[{"tags": ["x"]}]`:                                      "ware: /name: want String!, got nothing",
		`[{"name": "b", "tags": "x"}]`:                           "ware: /tags: want list, got string",
		`[{"name": "b", "tags": ["x", 7]}]`:                      "ware: /tags: want String, got number",
		`[{"name": "b", "size": 7}]`:                             "ware: /size: want object, got number",
		`[{"name": "b", "size": {"wide": "?"}}]`:                 "ware: /size/wide: want Int, got string",
		`[{"name": "b", "note": 7}]`:                             "ware: /note: want String, got number",
		`[{"name": "b", "unknown": 7, "size": {"unknown": []}}]`: "",
	} {
		err := schema.Readable().Worse(b, wares(kept), wares(text))
		if got := textOf(err); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
		if err := schema.Readable().Worse(b, wares(text), wares(text)); err != nil {
			t.Errorf("%s is worse than itself: %v", text, err)
		}
	}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
