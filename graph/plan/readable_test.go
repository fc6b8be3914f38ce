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

// TestReadableUnfit has objects of which something cannot be read, and says whether that costs the object.
func TestReadableUnfit(t *testing.T) {
	ware := view.NewShape("/name", "/note")
	schema := plan.Schema{Types: map[string]*plan.Type{"Ware": {Name: "Ware", Shape: ware, Fields: map[string]*plan.Field{
		"name": {Type: plan.Ref("String!"), Slot: 1, Leaf: view.AppendString},
		"note": {Type: plan.Ref("String"), Slot: 2, Leaf: view.AppendString},
	}}}}
	call := binding.Origin{Upstream: "ware", Single: &binding.Call{Template: "/ware"}}
	one := binding.New(binding.Spec{Name: "Query.ware", Origin: call, Result: binding.Result{Shape: ware}})
	list := binding.New(binding.Spec{Name: "Query.wares", Origin: call, Result: binding.Result{List: true, Shape: ware}})
	for text, want := range map[string][2]bool{
		`{"name": "a", "note": "b"}`: {false, false},
		`{"name": "a"}`:              {false, false},
		`{"name": "a", "note": 7}`:   {true, false},
		`{"name": 7}`:                {true, true},
		`{"name": null}`:             {true, true},
		`{"note": 7}`:                {true, false},
		`{}`:                         {false, false},
		`7`:                          {true, true},
		`null`:                       {false, false},
	} {
		rows, err := view.NewScanner(view.Layout{Shape: ware}).Scan([]byte(text), &view.Source{Upstream: "ware"}, 1)
		if err != nil {
			t.Fatal(err)
		}
		if some, all := schema.Readable().Unfit(one, rows.Objects()); some != want[0] || all != want[1] {
			t.Errorf("%s: got %v, %v, want %v", text, some, all, want)
		}
		if some, all := schema.Readable().Unfit(list, rows.Objects()); some != want[0] || all {
			t.Errorf("a list with %s: got %v, %v, want %v, false", text, some, all, want[0])
		}
	}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
