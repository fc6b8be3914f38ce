package binding_test

import (
	"strings"
	"testing"

	"weft/graph/binding"
	"weft/graph/view"
	"weft/upstream"
)

// node is the shape of an object that names the next one, and a list of others.
var node = view.NewShape("/id", "/next/data", "/others/data")

// nodes asks for one node, whose objects stand apart where it and they name them.
func nodes() (*binding.Field, *binding.Selects) {
	selects := &binding.Selects{Object: "Node", Expands: &binding.Expands{Included: true, Types: map[string]binding.Nested{"Node": {Members: []binding.NestedMember{
		{Slot: 2, Name: "next", Path: "next.", Object: "Node", At: "/next/data"},
		{Slot: 3, Name: "others", Path: "others.", Object: "Node", At: "/others/data/*"},
	}}}}}
	b := binding.New(binding.Spec{
		Name: "Query.node", Vars: []binding.Var{{Name: "expanded", Type: &binding.Type{List: &binding.Type{Scalar: "String"}}}},
		Origin: binding.Origin{Upstream: "nodes", Single: &binding.Call{
			Template: "/node", Query: []binding.QueryParam{{Name: "include", Each: "{expanded}", Join: ","}}, At: "/data", Included: "/included",
		}},
		Result: binding.Result{Shape: node, Object: "Node"},
	})
	return &binding.Field{Binding: b, Selects: selects, Sources: []binding.Source{{Argument: binding.ExpandedMembers}}}, selects
}

// next is a selection of so many objects, each of which is named by the one before.
func next(deep int, slots ...int) (s binding.Selected) {
	for range deep {
		below := map[int]binding.Selected{}
		for _, slot := range slots {
			below[slot] = s
		}
		s = binding.Selected{Slots: []int{1}, Below: below}
	}
	return s
}

// asked is the node in an answer to a call that asks for what is selected, and the call's path.
func asked(t *testing.T, selected binding.Selected, body string) (path string, o view.Object, err error) {
	t.Helper()
	f, selects := nodes()
	values, _ := f.Values(view.Object{}, selects.With(binding.Arguments{}, selected))
	p := f.Binding.Params(values)
	path, err = f.Binding.ForOne().Path(p)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.Binding.ForOne().Scan(&upstream.Response{Body: []byte(body), Call: 1}, p, binding.Failure{})
	if err != nil {
		return path, view.Object{}, err
	}
	return path, rows.At(0), nil
}

// Objects are read where they are named, as deep as is selected, also where they name themselves, or are those that were asked for.
func TestIncluded(t *testing.T) {
	const (
		a = `{"type":"n","id":"a","next":{"data":{"type":"n","id":"b"}},"others":{"data":[{"type":"n","id":"b"},null,{"type":"m","id":"b"},7,{"id":"b"}]}}`
		b = `{"type":"n","id":"b","next":{"data":{"type":"n","id":"a"}}}`
	)
	body := `{"data": ` + a + `, "included": [` + b + `, 3]}`
	in := func(text string, replace ...string) string { return strings.NewReplacer(replace...).Replace(text) }
	toB, toA := `{"data":{"type":"n","id":"b"}}`, `{"data":{"type":"n","id":"a"}}`
	for name, c := range map[string]struct {
		selected   binding.Selected
		body       string
		path, want string
	}{
		"nothing of it": {next(1, 2), `{"data": ` + a + `}`, "/node?include=next", a},
		"one":           {next(2, 2), `{"data": ` + a + `, "included": [` + b + `]}`, "/node?include=next.next", in(a, `"next":`+toB, `"next":{"data":`+in(b, toA, `{"data":`+a+`}`)+`}`)},
		"a list":        {next(1, 3), body, "/node?include=others", in(a, `[{"type":"n","id":"b"}`, `[`+b)},
		"none apart":    {next(1, 2), `{"data": ` + a + `, "included": []}`, "/node?include=next", a},
		"no list":       {next(1, 2), `{"data": ` + a + `, "included": {"x": 1}}`, "/node?include=next", a},
		"not asked for": {binding.Selected{Slots: []int{1}}, body, "/node", a},
		"named as null": {next(1, 2), `{"data": {"id": "a", "next": null}, "included": [` + b + `]}`, "/node?include=next", `{"id": "a", "next": null}`},
	} {
		t.Run(name, func(t *testing.T) {
			path, o, err := asked(t, c.selected, c.body)
			if err != nil {
				t.Fatal(err)
			}
			if path != c.path {
				t.Errorf("got the call %s, want %s", path, c.path)
			}
			if got := string(o.JSON()); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// What is no JSON is an error, whatever stands apart in it.
func TestIncludedMalformed(t *testing.T) {
	body := `{"data": {"type": "n", "id": "a", "next": {"data": {"type": "n", "id": "b"}}}, "included": [{"type": "n", "id": "b"}]} {`
	if _, _, err := asked(t, next(1, 2), body); err == nil {
		t.Error("what stands behind the answer is no error")
	}
}

// Many that name each other do not make an answer much longer: beyond a bound they stay named.
func TestIncludedBound(t *testing.T) {
	var names, all []string
	for id := range 200 {
		names = append(names, `{"type":"n","id":"`+strings.Repeat("x", 1+id)+`"}`)
	}
	others := `"others":{"data":[` + strings.Join(names, ",") + `]}`
	for id := range 200 {
		all = append(all, `{"type":"n","id":"`+strings.Repeat("x", 1+id)+`",`+others+`}`)
	}
	body := `{"data": ` + all[0] + `, "included": [` + strings.Join(all[1:], ",") + `]}`
	_, o, err := asked(t, next(4, 3), body)
	if err != nil {
		t.Fatal(err)
	}
	if got, most := len(o.JSON()), 5*len(body)+1<<20; got > most || got < len(all[0])*2 {
		t.Errorf("got an object of %d bytes, want at most %d, and more than it was", got, most)
	}
}
