package executor_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/graph/plan"
	"weft/graph/view"
)

// leaves and objects are the values that a member is tried with; "" is an absent one.
var (
	leafValues = []string{
		"", `null`, `7`, `"x"`, `[]`, `[1,2]`, `[1,null]`, `[null]`, `[1,"x",3]`, `["x",null,{}]`, `{}`, `[[1],[2,null]]`, `[[1],null]`, `[[1,"x"],["y",2],7]`,
	}
	objectValues = []string{
		"", `null`, `7`, `{"x":1}`, `{"x":null}`, `{}`, `{"x":"?"}`, `[]`, `[{"x":1},{"x":2}]`, `[{"x":1},null]`, `[null]`,
		`[{"x":1},{"x":null},{"x":3}]`, `[{"x":1},7]`, `[7,{"x":1},[],null]`, `[{"x":"?"},{"x":"?"}]`,
	}
	leafTypes   = []string{"Int", "Int!", "[Int]", "[Int!]", "[Int]!", "[Int!]!", "[[Int]]", "[[Int!]!]", "[[Int]!]!"}
	objectTypes = []string{"O", "O!", "[O]", "[O!]", "[O]!", "[O!]!"}
)

// TestNullPropagation tries each type with each value and compares with an executor that is as simple as section 6.4.4
// of the specification (see nulls). Objects are written on two ways: those below which something is fetched have columns.
func TestNullPropagation(t *testing.T) {
	for _, root := range []string{"R", "R!"} {
		for _, of := range leafTypes {
			for _, value := range leafValues {
				checkNulls(t, root, of, "Int", value, false)
			}
		}
		for _, of := range objectTypes {
			for _, x := range []string{"Int", "Int!"} {
				for _, value := range objectValues {
					checkNulls(t, root, of, x, value, false)
					checkNulls(t, root, of, x, value, true)
				}
			}
		}
	}
}

// checkNulls runs { r { a v } } where v has the type of, and its objects have x.
func checkNulls(t *testing.T, root, of, x, value string, fetched bool) {
	t.Helper()
	r := &plan.Type{Name: "R", Shape: view.NewShape("/a", "/v"), Fields: map[string]*plan.Field{
		"a": {Type: plan.Ref("Int"), Slot: 1, Leaf: view.AppendInt},
		"v": {Type: plan.Ref(of), Slot: 2},
	}}
	o := &plan.Type{Name: "O", Shape: view.NewShape("/x"), Fields: map[string]*plan.Field{
		"x": {Type: plan.Ref(x), Slot: 1, Leaf: view.AppendInt},
		"f": call("F", "/f", view.NewShape("/y")),
	}}
	f := &plan.Type{Name: "F", Shape: view.NewShape("/y"), Fields: map[string]*plan.Field{"y": {Type: plan.Ref("Int"), Slot: 1, Leaf: view.AppendInt}}}
	query, selected := "{ r { a v } }", ""
	switch {
	case r.Fields["v"].Type.Name() == "Int":
		r.Fields["v"].Leaf = view.AppendInt
	case fetched:
		query, selected = "{ r { a v { x f { y } } } }", `,"f":{"y":5}`
	default:
		query = "{ r { a v { x } } }"
	}
	body := `{"a":1,"v":` + value + `}`
	if value == "" {
		body = `{"a":1}`
	}
	q := &plan.Type{Name: "Query", Fields: map[string]*plan.Field{"r": call(root, "/r", r.Shape)}}
	s := byHand(t, answering(map[string]string{"/r": body, "/f": `{"y":5}`}), q, r, o, f)
	data, errs := execute(t.Context(), s, parse(t, query), nil, nil)

	want := nulls{x: plan.Ref(x), selected: selected}
	wantData := want.answer(plan.Ref(root), plan.Ref(of), value)
	var got []string
	for _, err := range errs {
		got = append(got, err.Path.String())
	}
	if data != wantData || !cmp.Equal(want.errs, got, cmpopts.EquateEmpty()) {
		t.Errorf("r: %s, v: %s = %s, x: %s, fetched %v:\n got %s %v\nwant %s %v", root, of, value, x, fetched, data, got, wantData, want.errs)
	}
}

// nulls completes values as section 6.4.4 says, stopping at the first error that costs a parent.
type nulls struct {
	x        *plan.TypeRef // of the member x in objects
	selected string        // what follows x in the answer
	errs     []string      // paths
}

func (n *nulls) answer(root, of *plan.TypeRef, text string) string {
	var value any
	if text != "" {
		_ = json.Unmarshal([]byte(text), &value)
	}
	v, ok := n.value(of, value, "r.v")
	switch {
	case ok:
		return `{"r":{"a":1,"v":` + v + `}}`
	case !root.NonNull:
		return `{"r":null}`
	}
	return "null"
}

// value completes a value at a path; false: it is in error, and may not be null.
func (n *nulls) value(of *plan.TypeRef, v any, path string) (string, bool) {
	text, ok := n.whole(of, v, path)
	if !ok && !of.NonNull {
		return "null", true
	}
	return text, ok
}

// whole completes a value; false: it is in error.
func (n *nulls) whole(of *plan.TypeRef, v any, path string) (string, bool) {
	list, isList := v.([]any)
	object, isObject := v.(map[string]any)
	number, isNumber := v.(float64)
	switch {
	case v == nil && !of.NonNull:
		return "null", true
	case of.Elem != nil && isList:
		return n.list(of.Elem, list, path)
	case of.Elem == nil && of.Named == "O" && isObject:
		x, ok := n.value(n.x, object["x"], path+".x")
		return `{"x":` + x + n.selected + `}`, ok
	case of.Elem == nil && of.Named == "Int" && isNumber:
		return fmt.Sprint(number), true
	}
	n.errs = append(n.errs, path)
	return "", false
}

func (n *nulls) list(elem *plan.TypeRef, list []any, path string) (string, bool) {
	var elements []string
	for i, v := range list {
		text, ok := n.value(elem, v, fmt.Sprintf("%s[%d]", path, i))
		if !ok {
			return "", false
		}
		elements = append(elements, text)
	}
	return "[" + strings.Join(elements, ",") + "]", true
}
