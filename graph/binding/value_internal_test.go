package binding

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	text_  = &Type{Scalar: "String"}
	int_   = &Type{Scalar: "Int"}
	float_ = &Type{Scalar: "Float"}
	bool_  = &Type{Scalar: "Boolean"}
	id_    = &Type{Scalar: "ID"}
	any_   = &Type{}
	state_ = &Type{Scalar: "String", Enum: map[string]string{"IN_STOCK": "in-stock", "GONE": "GONE"}}
)

func listOf(t *Type) *Type { return &Type{List: t} }

func TestValues(t *testing.T) {
	for _, c := range []struct {
		value any
		of    *Type
		json  string
		uri   string // of scalars
	}{
		{nil, text_, "null", ""},
		{absent, text_, "null", ""},
		{"a\"b\\\n<é>", text_, `"a\"b\\\n\u003cé\u003e"`, "a\"b\\\n<é>"},
		{"\xff", text_, `"�"`, "\ufffd"},
		{"", text_, `""`, ""},
		{int64(1), id_, `"1"`, "1"},
		{json.Number("12345678901234567890"), id_, `"12345678901234567890"`, "12345678901234567890"},
		{"a", id_, `"a"`, "a"},
		{int64(math.MinInt64), int_, "-9223372036854775808", "-9223372036854775808"},
		{7, int_, "7", "7"},
		{json.Number("1e2"), int_, "100", "100"},
		{json.Number("2.0"), int_, "2", "2"},
		{json.Number("2.5"), int_, "2.5", "2.5"},
		{"5", int_, "5", "5"},
		{"007", int_, `"007"`, "007"},
		{`1,"admin":true`, int_, `"1,\"admin\":true"`, `1,"admin":true`},
		{"", int_, `""`, ""},
		{"NaN", float_, `"NaN"`, "NaN"},
		{1.5, float_, "1.5", "1.5"},
		{1e21, float_, "1e+21", "1e+21"},
		{int64(3), float_, "3", "3"},
		{json.Number("1.50"), float_, "1.50", "1.50"},
		{math.Inf(1), float_, `"+Inf"`, "+Inf"},
		{true, bool_, "true", "true"},
		{"false", bool_, "false", "false"},
		{"yes", bool_, `"yes"`, "yes"},
		{"IN_STOCK", state_, `"in-stock"`, "in-stock"},
		{"GONE", state_, `"GONE"`, "GONE"},
		{"NEW", state_, `"NEW"`, "NEW"},
		{[]any{"IN_STOCK", nil}, listOf(state_), `["in-stock",null]`, ""},
		{"IN_STOCK", listOf(state_), `["in-stock"]`, ""},
		{[]any{}, listOf(text_), `[]`, ""},
		{[]any(nil), listOf(text_), `[]`, ""},
		{nil, listOf(text_), `null`, ""},
		{[]json.Number{"5"}, listOf(id_), `["5"]`, ""},
		{[]string{"x"}, listOf(text_), `["x"]`, ""},
		{[]any{int64(1), []any{int64(2)}}, listOf(listOf(int_)), `[[1],[2]]`, ""},
		{int64(1), listOf(listOf(int_)), `[[1]]`, ""},
		{map[string]any{"b": []any{1, nil}, "a": "<"}, any_, `{"a":"\u003c","b":[1,null]}`, ""},
		{[]any(nil), any_, `[]`, ""},
		{map[string]any{"a": []any(nil), "b": map[string]any(nil), "c": []any{nil, []any(nil)}}, any_, `{"a":[],"b":{},"c":[null,[]]}`, ""},
		{json.Number("1.0"), any_, `1.0`, "1.0"},
		{"x", any_, `"x"`, "x"},
		{func() {}, any_, "", ""},
	} {
		got := string(appendJSON(nil, c.value, c.of))
		if c.json != "" && got != c.json {
			t.Errorf("%#v of %+v in JSON:\n got %s\nwant %s", c.value, c.of, got, c.json)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("%#v of %+v is no JSON: %s", c.value, c.of, got)
		}
		if uri, _ := text(c.value, c.of); c.of.List == nil && uri != c.uri {
			t.Errorf("%#v of %+v in a URI:\n got %s\nwant %s", c.value, c.of, uri, c.uri)
		}
	}
}

// user is an input of every kind of field.
var user = NewInputs(
	Input{Name: "User", Fields: []InputField{
		{Name: "name", JSON: "full_name", Type: text_},
		{Name: "state", JSON: "state", Type: state_, Default: `"in-stock"`},
		{Name: "home", JSON: "home_address", Type: &Type{InputName: "Address"}, Default: `{"zip":"1","note":null}`},
		{Name: "work", JSON: "work", Type: &Type{InputName: "Address"}},
		{Name: "friends", JSON: "friends", Type: listOf(&Type{InputName: "User"})},
	}},
	Input{Name: "Address", Fields: []InputField{{Name: "zipCode", JSON: "zip", Type: text_}, {Name: "city", JSON: "city", Type: text_, Default: `"Ulm"`}, {Name: "note", JSON: "note", Type: text_}}},
)

func TestBodies(t *testing.T) {
	variable := func(path ...string) *Body { return &Body{Var: "input", Path: path} }
	object := func(pairs ...any) *Body {
		b := &Body{Object: []Member{}}
		for i := 0; i < len(pairs); i += 2 {
			b.Object = append(b.Object, Member{pairs[i].(string), pairs[i+1].(*Body)})
		}
		return b
	}
	given := map[string]any{
		"name": nil, "work": map[string]any{"zipCode": "2"},
		"friends": []any{map[string]any{"name": "a", "state": "GONE", "home": nil}, nil},
	}
	for _, c := range []struct {
		body  *Body
		input any
		want  string
	}{
		{variable(), given, `{"full_name":null,"state":"in-stock","home_address":{"zip":"1","note":null},"work":{"zip":"2","city":"Ulm"},"friends":[{"full_name":"a","state":"GONE","home_address":null},null]}`},
		{variable(), nil, `null`},
		{variable(), absent, `null`},
		{object("all", variable()), absent, `{}`},
		{object("all", variable()), nil, `{"all":null}`},
		{object(), given, `{}`},
		{object("n", variable("name"), "s", variable("state"), "z", variable("work", "zipCode"), "c", variable("work", "city")), given, `{"n":null,"s":"in-stock","z":"2","c":"Ulm"}`},
		{object("n", variable("name"), "z", variable("work", "zipCode")), map[string]any{}, `{}`},
		{object("z", variable("home", "zipCode"), "c", variable("home", "city"), "n", variable("home", "note")), map[string]any{}, `{"z":"1","c":"Ulm","n":null}`},
		{object("z", variable("home", "zipCode")), map[string]any{"home": nil}, `{}`},
		{object("deep", object("list", &Body{List: []*Body{variable("name"), {Literal: `{"x":1}`}, variable("work", "note"), {List: []*Body{}}}})), given, `{"deep":{"list":[null,{"x":1},null,[]]}}`},
		{object("a\"b", &Body{Literal: "true"}), given, `{"a\"b":true}`},
		{object("x", &Body{Var: "other"}), given, `{}`},
	} {
		in := Params{Vars: []Var{{"input", &Type{Input: user["User"]}}}, Values: []any{c.input}}
		if got := string(c.body.append(nil, in)); got != c.want {
			t.Errorf("%v:\n got %s\nwant %s", c.input, got, c.want)
		}
	}
}

func TestKeys(t *testing.T) {
	for _, parts := range [][]string{{""}, {"a"}, {`["a","b"]`}, {"a", "b"}, {"", ""}, {`a","b`, ""}, {"é\u2028<", "\x00", "c"}} {
		if diff := cmp.Diff(parts, KeyParts(Key(parts...), len(parts))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", parts, diff)
		}
	}
	for _, key := range []string{"", "a", "[]", `["a"]`, `["a","b","c"]`, `["a",1]`, `{"a":"b"}`} {
		if parts := KeyParts(key, 2); parts != nil {
			t.Errorf("%q has two parts: %q", key, parts)
		}
	}
}

func TestPossibleKeys(t *testing.T) {
	numbers := New(Spec{
		Entity: true, Vars: []Var{{"id", id_}},
		Origin: Origin{KeyInt: true, Batch: &Batch{Call: Call{Template: "/x"}, Match: []string{"/id"}}},
	})
	for key, want := range map[string]bool{
		"0": true, "-1": true, "12345678901234567890": true, "": false, "-": false, "007": false, "-0": false, "1.0": false, "1e2": false, " 1": false, "a": false, "٣": false,
	} {
		if got := numbers.Possible(key); got != want {
			t.Errorf("%q as a number: %t, want %t", key, got, want)
		}
	}
	pairs := New(Spec{
		Entity: true, Vars: []Var{{"a", id_}, {"b", id_}},
		Origin: Origin{KeyInt: true, Batch: &Batch{Call: Call{Template: "/x"}, Match: []string{"/a", "/b"}}},
	})
	if !pairs.Possible(Key("1", "2")) || pairs.Possible(Key("1", "x")) {
		t.Error("a key of two numbers is one whose parts are numbers")
	}
	objects, _ := pairs.keyObjects([]string{Key("1", "2")})
	if got, want := string(appendAny(nil, objects)), `[{"a":1,"b":2}]`; got != want {
		t.Errorf("in a body it is %s, want %s", got, want)
	}
	path := New(Spec{
		Entity: true, Vars: []Var{{"id", id_}},
		Origin: Origin{Single: &Call{Template: "/x/{id}"}, Batch: &Batch{Call: Call{Template: "/x{?ids}"}, Match: []string{"/id"}}},
	})
	for key, want := range map[string]bool{"": false, ".": false, "..": false, "...": true, "a": true} {
		if got := path.Possible(key); got != want {
			t.Errorf("%q in a path: %t, want %t", key, got, want)
		}
	}
}

func TestCompareKeys(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"2", "10", -1}, {"10", "9", 1}, {"a", "a", 0}, {"a", "b", -1}, {"", "a", -1}} {
		if got := CompareKeys(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// FuzzCanonical: two sets of values have one text only if every call would carry the same.
func FuzzCanonical(f *testing.F) {
	f.Add([]byte("a"), []byte("b"))
	f.Add([]byte("\x01\x05\"\x02,x"), []byte("\x00\x00\x02-\x04"))
	vars := []Var{{"a", text_}, {"b", int_}, {"c", listOf(id_)}, {"d", any_}, {"e", &Type{Input: user["User"]}}, {"f", state_}, {"g", bool_}}
	f.Fuzz(func(t *testing.T, one, two []byte) {
		a, b := randomValues(one, len(vars)), randomValues(two, len(vars))
		same := canonical(vars, a, nil) == canonical(vars, b, nil)
		if sent := bytes.Equal(onWire(vars, a), onWire(vars, b)); same && !sent {
			t.Errorf("%#v and %#v are both %s", a, b, canonical(vars, a, nil))
		}
	})
}

// onWire is all that a call could carry of values, each with its length.
func onWire(vars []Var, values []any) []byte {
	var out []byte
	for i, v := range vars {
		var value json.RawMessage
		if values[i] != absent {
			value = appendJSON(nil, values[i], v.Type)
		}
		if !json.Valid(value) && value != nil {
			panic("no JSON: " + string(value))
		}
		var uri []string
		if v.Type.Input == nil { // objects are in no URI
			uri = Params{Vars: vars, Values: values}.texts(v.Name)
		}
		list, _ := json.Marshal([]any{values[i] == absent, value, uri})
		out = append(append(out, list...), 0)
	}
	return out
}

// randomValues reads n values from bytes.
func randomValues(from []byte, n int) []any {
	next := func() byte {
		if len(from) == 0 {
			return 0
		}
		c := from[0]
		from = from[1:]
		return c
	}
	word := func() string {
		n := min(int(next()%5), len(from))
		s := string(from[:n])
		from = from[n:]
		return s
	}
	var value func(depth int) any
	value = func(depth int) any {
		switch kind := next() % 10; {
		case kind == 0:
			return absent
		case kind == 1:
			return nil
		case kind == 2:
			return int64(next())
		case kind == 3:
			return json.Number([]string{"1", "1.0", "10", "1e1", "-1"}[next()%5])
		case kind == 4:
			return next()%2 == 0
		case kind == 5 && depth > 0:
			return []any{value(depth - 1), value(depth - 1)}
		case kind == 6 && depth > 0:
			return []any{}
		case kind == 7 && depth > 0:
			return map[string]any{"name": value(depth - 1), word(): value(depth - 1)}
		}
		return word()
	}
	values := make([]any, n)
	for i := range values {
		if values[i] = value(2); values[i] != absent {
			values[i] = present(values[i])
		}
	}
	return values
}

// present makes nulls of what is absent below a value, where it cannot be.
func present(v any) any {
	switch x := v.(type) {
	case absentValue:
		return nil
	case []any:
		for i := range x {
			x[i] = present(x[i])
		}
	case map[string]any:
		for name := range x {
			x[name] = present(x[name])
		}
	}
	return v
}
