package view_test

import (
	"strings"
	"testing"

	"weft/graph/view"
)

// written are members of the names, each of one of GraphQL's scalars, as an answer has them.
func written(members ...string) *view.Writing {
	w := new(view.Writing)
	for i, member := range members {
		name, scalar, _ := strings.Cut(member, " ")
		scalar, nonNull := strings.CutSuffix(scalar, "!")
		prefix := `,"` + name + `":`
		if i == 0 {
			prefix = "{" + prefix[1:]
		}
		w.Add([]byte(prefix), i+1, view.VerbatimOf(scalar), nonNull)
	}
	w.End()
	return w
}

// What is copied ends before the first value that answers do not have as it is.
func TestAppendVerbatim(t *testing.T) {
	long := "as_long_as_names_of_members_may_be"
	members := written("a String", long+" ID", "b Int!", "c Float", "d Boolean", "e Date")
	shape := view.NewShape("/a", "/"+long, "/b", "/c", "/d", "/e")
	all := `{"a":"x\n","` + long + `":"7","b":12,"c":1.5,"d":true`
	for text, want := range map[string]string{
		all + `,"e":"2026-01-01"}`:                                                                     all,
		`{"e":1,"d":true,"c":1.5,"b":12,"` + long + `":"7","a":"x\n"}`:                                 all,
		"{ \"a\": \"x\\n\",\n\"" + long + "\" : \"7\", \"b\":12 , \"c\":1.5,\"d\":true }":              all,
		`{"a":null,"` + long + `":null,"b":null,"c":1,"d":true}`:                                       `{"a":null,"` + long + `":null`,
		`{"a":"\ud800","` + long + `":"7","b":12}`:                                                     ``,
		`{"x":"\ud800","a":"x","` + long + `":"7","b":1234567890}`:                                     `{"a":"x","` + long + `":"7"`,
		`{"a":"x","` + long + `":7,"b":1}`:                                                             `{"a":"x"`,
		`{"a":"x","b":1}`:                                                                              `{"a":"x"`,
		`{"a":1,"` + long + `":"7"}`:                                                                   ``,
		`{"a":"x","` + long + `":"7","b":1.0}`:                                                         `{"a":"x","` + long + `":"7"`,
		`{"a":"x","` + long + `":"7","b":-1}`:                                                          `{"a":"x","` + long + `":"7"`,
		`{"a":"x","` + long + `":"7","b":1,"c":1E5,"d":true}`:                                          `{"a":"x","` + long + `":"7","b":1`,
		`{"a":"x","` + long + `":"7","b":1,"c":-0.5,"d":"true"}`:                                       `{"a":"x","` + long + `":"7","b":1,"c":-0.5`,
		`{"a":"first","` + long + `":"7","b":1,"c":2,"d":true,"a":"last"}`:                             `{"a":"last","` + long + `":"7","b":1,"c":2,"d":true`,
		`{"a":"x","` + strings.Replace(long, "_be", "_by", 1) + `":"7","` + long + `":"8","b":"none"}`: `{"a":"x","` + long + `":"8"`,
	} {
		got, n := scanned(t, shape, text).AppendVerbatim([]byte("before "), members, 0, 1<<20)
		if string(got) != "before "+want {
			t.Errorf("%s: got %s (%d members), want %s", text, got, n, want)
		}
	}
	if got, n := scanned(t, shape, all+"}").AppendVerbatim(nil, members, 0, 5); string(got) != `{"a":"x\n"` || n != 1 {
		t.Errorf("with a limit of 5: got %s (%d members), want the one that reaches it, and no more", got, n)
	}
	if got, n := (view.Object{}).AppendVerbatim(nil, members, 0, 5); len(got) > 0 || n != 0 {
		t.Errorf("no object: got %s (%d members), want none", got, n)
	}
}

// An object is copied as a whole only where it is what the answer has, to the byte.
func TestAppendWhole(t *testing.T) {
	members := written("id ID!", "name String")
	shape := view.NewShape("/o")
	for object, want := range map[string]bool{
		`{"id":"1","name":"x"}`:           true,
		`{"id":"1","name":null}`:          true,
		`{"id":"1","name":"\n"}`:          true,
		`{"id":"1","name":"\u000a"}`:      false,
		`{"id":1,"name":"x"}`:             false,
		`{"id":null,"name":"x"}`:          false,
		`{"id":"1", "name":"x"}`:          false,
		`{"id":"1","name":"x" }`:          false,
		`{"id":"1","name":"x","more":1}`:  false,
		`{"id":"1","name":"x","id":"2"}`:  false,
		`{"name":"x","id":"1"}`:           false,
		`{"id":"1"}`:                      false,
		`{"id":"1","name":["x"]}`:         false,
		`{}`:                              false,
		`null`:                            false,
		`"{\"id\":\"1\",\"name\":\"x\"}"`: false,
	} {
		v := scanned(t, shape, `{"o":`+object+`,"more":"to the right"}`).Member(1)
		got, ok := v.AppendWhole([]byte("before "), members)
		if ok != want || ok && string(got) != "before "+object || !ok && string(got) != "before " {
			t.Errorf("%s: got %s, %v; want %v", object, got, ok, want)
		}
	}
	if got, ok := (view.Value{}).AppendWhole(nil, members); ok || len(got) > 0 {
		t.Errorf("nothing: got %s, %v; want nothing", got, ok)
	}
}

// scanned is the only object of a text.
func scanned(t *testing.T, shape *view.Shape, text string) view.Object {
	t.Helper()
	rows, err := view.NewScanner(view.Layout{Shape: shape}).Scan([]byte(text), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return rows.At(0)
}
