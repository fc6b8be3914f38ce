package executor_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/graph/plan"
	"weft/graph/view"
)

// leaves and objects are the values that a member is tried with; "" is an absent one.
var (
	leafValues   = []string{"", `null`, `7`, `"x"`, `[]`, `[1,2]`, `[1,null]`, `[null]`, `[1,"x"]`, `{}`, `[[1],[2,null]]`, `[[1],null]`}
	objectValues = []string{
		"", `null`, `7`, `{"x":1}`, `{"x":null}`, `{}`, `{"x":"?"}`, `[]`, `[{"x":1},{"x":2}]`, `[{"x":1},null]`, `[null]`,
		`[{"x":1},{"x":null},{"x":3}]`, `[{"x":1},7]`, `[{"x":"?"},{"x":"?"}]`,
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

// nulls completes values as section 6.4.4 says, stopping at the first error that costs a parent. What the specification
// leaves open: a member that cannot be read as its type (a list of lists and its scalars, or which of its elements are
// objects) is one value, so that one error costs it; what is in its objects is not.
type nulls struct {
	x        *plan.TypeRef // of the member x in objects
	selected string        // what follows x in the answer
	errs     []string      // paths
}

func (n *nulls) answer(root, of *plan.TypeRef, value string) string {
	v, ok := n.value(of, value)
	switch {
	case ok:
		return `{"r":{"a":1,"v":` + v + `}}`
	case !of.NonNull:
		return `{"r":{"a":1,"v":null}}`
	case !root.NonNull:
		return `{"r":null}`
	}
	return "null"
}

// value completes the member v; false: it is in error.
func (n *nulls) value(of *plan.TypeRef, text string) (string, bool) {
	var v any
	if text != "" {
		_ = json.Unmarshal([]byte(text), &v)
	}
	if !readable(of, v) {
		n.errs = append(n.errs, "r.v")
		return "", false
	}
	switch v := v.(type) {
	case map[string]any:
		return n.object(v, "r.v")
	case []any:
		if of.Name() == "O" {
			return n.list(of.Elem, v)
		}
	}
	out, _ := json.Marshal(v)
	return string(out), true
}

func readable(of *plan.TypeRef, v any) bool {
	if v == nil {
		return !of.NonNull
	}
	list, isList := v.([]any)
	if of.Elem == nil {
		_, isObject := v.(map[string]any)
		_, isNumber := v.(float64)
		return of.Named == "O" && isObject || of.Named == "Int" && isNumber
	}
	for _, e := range list {
		if !readable(of.Elem, e) {
			return false
		}
	}
	return isList
}

func (n *nulls) list(elem *plan.TypeRef, list []any) (string, bool) {
	out := "["
	for i, e := range list {
		if i > 0 {
			out += ","
		}
		text, ok := "null", true
		if o, isObject := e.(map[string]any); isObject {
			text, ok = n.object(o, fmt.Sprintf("r.v[%d]", i))
		}
		switch {
		case ok:
			out += text
		case elem.NonNull:
			return "", false
		default:
			out += "null"
		}
	}
	return out + "]", true
}

func (n *nulls) object(o map[string]any, path string) (string, bool) {
	x := "null"
	if !readable(&plan.TypeRef{Named: "Int", NonNull: n.x.NonNull}, o["x"]) {
		n.errs = append(n.errs, path+".x")
		if n.x.NonNull {
			return "", false
		}
	} else {
		out, _ := json.Marshal(o["x"])
		x = string(out)
	}
	return `{"x":` + x + n.selected + `}`, true
}
