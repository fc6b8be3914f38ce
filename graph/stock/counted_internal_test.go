package stock

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/fetch"
	"weft/graph/view"
)

// A leaf is never counted with more bytes than it is written with; the one byte that its field was counted with comes on top.
func TestLeafSize(t *testing.T) {
	type word string
	text := "four"
	for _, c := range []struct {
		value  any
		values int // elements of lists
	}{
		{"", 0},
		{"four", 0},
		{word("four"), 0},
		{&text, 0},
		{7, 0},
		{true, 0},
		{1.5, 0},
		{view.Raw(`{"a":1}`), 0},
		{json.RawMessage("12"), 0},
		{[]string{"a", "b"}, 2},
		{[]*string{&text, nil}, 2},
		{[][]int{{1}, {2, 3}}, 5},
		{[]any{"a", 1, nil}, 3},
		{(*string)(nil), 0},
	} {
		t.Run(fmt.Sprintf("%T", c.value), func(t *testing.T) {
			written, err := json.Marshal(c.value)
			if err != nil {
				t.Fatal(err)
			}
			got := leafSize(c.value)
			if got.Values != c.values || got.Objects != 0 {
				t.Errorf("%v counts as %+v, want %d values", c.value, got, c.values)
			}
			if most := len(written); got.Bytes+1 > most {
				t.Errorf("%v counts as %d bytes, and is written as %d", c.value, got.Bytes+1, most)
			}
			if len(written) > 8 && got.Bytes == 0 {
				t.Errorf("%v counts as nothing, and is written as %d bytes", c.value, len(written))
			}
		})
	}
}

// Views are found by their names, whatever the case of letters, and know which fragments apply to them.
func TestGoTypes(t *testing.T) {
	type item view.Object
	type Stranger struct{}
	types := &goTypes{schema: gqlparser.MustLoadSchema(&ast.Source{Input: schemaText})}
	if types.declared("Named") != nil {
		t.Error("an interface is an object's type")
	}
	declared := types.declared("Item")
	if declared == nil || fmt.Sprint(declared.satisfies) != "[Item Named]" {
		t.Errorf("Item is %+v", declared)
	}
	if got := types.named(types.schema.Types["Item"]); got != declared {
		t.Error("a type is described twice")
	}
	found := types.of(reflect.TypeFor[item]())
	if found.name != "Item" || !found.view || len(found.satisfies) != 2 {
		t.Errorf("the view of Item is %+v", found)
	}
	if got := types.of(reflect.TypeFor[Stranger]()); got.name != "Stranger" || got.view || got.satisfies != nil {
		t.Errorf("a type that the schema has not is %+v", got)
	}
	for text, want := range map[string]string{`{ at_home }`: "Query", `query { at_home }`: "Query"} {
		if got := types.rootOf(operationOn(t, text, nil).Operation); got.name != want {
			t.Errorf("%s runs on %s, want %s", text, got.name, want)
		}
	}
}

// An object is counted with less than it is written with: null is the shortest that a field can be.
func TestObjectSize(t *testing.T) {
	op := operationOn(t, `{ items { id other: name __typename } }`, nil)
	x := fetch.BeginFields(&fetch.Service{}, fetch.FieldOptions{})
	defer x.Close()
	o := &operation{Fields: x}
	c := counts(op, o, &goTypes{schema: gqlparser.MustLoadSchema(&ast.Source{Input: schemaText})})
	got := c.object(op.Operation.SelectionSet[0].(*ast.Field).SelectionSet, c.types.declared("Item"))
	if want := (fetch.Size{Values: 3, Bytes: len(`{"id":0,"other":0,"__typename":0Item}`)}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := c.object(nil, c.types.declared("Item")); got != (fetch.Size{Bytes: len("{}")}) {
		t.Errorf("an object of which nothing is selected is %+v", got)
	}
}
