package operation_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/operation"
)

// inputTypes are the types of the arguments in coercionSDL: the field f0 takes a v of the first, and so on.
var inputTypes = []string{
	"Int", "Int!", "Float", "String", "ID", "Boolean", "Color", "Any", "By", "Sub",
	"[Int]", "[Int!]!", "[Float]", "[String]", "[ID]", "[Boolean]", "[Color]", "[Any]", "[By]", "[Sub!]", "[[Int]]",
}

// newCoercion returns an engine whose schema has inputs of every kind, and answers data to all that it executes.
func newCoercion() *operation.Engine {
	sdl := `
directive @scale(by: Int) on FIELD
scalar Any
enum Color { RED GREEN }
input By @oneOf { id: ID name: String sub: Sub }
input Sub { n: Int tags: [String!] by: By color: Color any: Any size: Int! = 1 subs: [Sub!] }
type Query {`
	for i, t := range inputTypes {
		sdl += fmt.Sprintf(" f%d(v: %s): Int", i, t)
	}
	s := &schema{ast: gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: sdl + " }"}), exec: greet}
	return operation.New(s, operation.Options{Logger: slog.New(slog.DiscardHandler)})
}

// withVariable is the body of an operation that passes one variable of a type on.
func withVariable(inputType, value string) string {
	return fmt.Sprintf(`{"query":"query($v:%s){f%d(v:$v)}","variables":{"v":%s}}`, inputType, slices.Index(inputTypes, inputType), value)
}

type wireError struct {
	Message    string
	Path       []any
	Locations  []struct{ Line, Column int }
	Extensions struct{ Code string }
}

// refusal returns the errors of an answer, nil if it has none, and fails if it is anything but data or errors.
func refusal(t *testing.T, body string) []wireError {
	t.Helper()
	var answer struct {
		Data   json.RawMessage
		Errors []wireError
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || (answer.Data == nil) != (answer.Errors != nil) {
		t.Fatalf("got %s (%v)", body, err)
	}
	for _, err := range answer.Errors {
		if err.Extensions.Code != "GRAPHQL_VALIDATION_FAILED" {
			t.Errorf("got code %q in %s", err.Extensions.Code, body)
		}
	}
	return answer.Errors
}

// TestVariablesAreCoerced holds what errors say of values that are not of a variable's type. That it is the right values is held
// against graphql-js (see TestCoercionsAreThoseOfGraphqlJS).
func TestVariablesAreCoerced(t *testing.T) {
	e := newCoercion()
	const (
		int32_ = "expected a 32-bit integer, got "
		number = "expected a number, got "
		str    = "expected a string, got "
		id     = "expected a string or an integer, got "
		color  = "expected a value of the enum Color, spelled as in the schema, got "
		large  = "an integer of more than 32 bits"
		frac   = "a number with a fraction"
	)
	tests := []struct{ inputType, value, want string }{ // want: "" for none
		{"Int", "2147483647", ""},
		{"Int", "-2147483648", ""},
		{"Int", "null", ""},
		{"Int!", "1", ""},
		{"Int", "2147483648", "variable $v: " + int32_ + large},
		{"Int", "-2147483649", "variable $v: " + int32_ + large},
		{"Int", "9223372036854775808", "variable $v: " + int32_ + large},
		{"Int", `"1"`, "variable $v: " + int32_ + "a string"},
		{"Int", "1.5", "variable $v: " + int32_ + frac},
		{"Int", "1.0", ""},
		{"Int", "1e3", ""},
		{"Int", "true", "variable $v: " + int32_ + "a boolean"},
		{"Int", "[1]", "variable $v: " + int32_ + "a list"},
		{"Int", "{}", "variable $v: " + int32_ + "an object"},
		{"Int!", "null", "variable $v: expected a value of the type Int!, got null"},

		{"Float", "1", ""},
		{"Float", "1.5", ""},
		{"Float", "1e3", ""},
		{"Float", "1e-400", ""},
		{"Float", "100000000000000000000", ""},
		{"Float", `"1"`, "variable $v: " + number + "a string"},
		{"Float", `"NaN"`, "variable $v: " + number + "a string"},
		{"Float", "1e400", "variable $v: " + number + "a number that no 64-bit float holds"},
		{"Float", "true", "variable $v: " + number + "a boolean"},

		{"String", `"a"`, ""},
		{"String", "1", "variable $v: " + str + "an integer"},
		{"String", "1.5", "variable $v: " + str + frac},
		{"String", "true", "variable $v: " + str + "a boolean"},
		{"String", `["a"]`, "variable $v: " + str + "a list"},

		{"ID", `"a"`, ""},
		{"ID", "1", ""},
		{"ID", "9007199254740993", ""},
		{"ID", "100000000000000000000", ""},
		{"ID", "1.5", "variable $v: " + id + frac},
		{"ID", "1.0", ""},
		{"ID", "1E3", ""},
		{"ID", "true", "variable $v: " + id + "a boolean"},

		{"Boolean", "true", ""},
		{"Boolean", "1", "variable $v: expected true or false, got an integer"},
		{"Boolean", `"true"`, "variable $v: expected true or false, got a string"},

		{"Color", `"RED"`, ""},
		{"Color", `"red"`, "variable $v: " + color + "a string"},
		{"Color", `"BLUE"`, "variable $v: " + color + "a string"},
		{"Color", "1", "variable $v: " + color + "an integer"},
		{"Any", `{"a":[1e3,"x",{"__typename":12345678901234567890}]}`, ""},
		{"[Any]", `"x"`, ""},

		{"[Int]", "[1,null,2]", ""},
		{"[Int]", "[]", ""},
		{"[Int]", "1", ""},
		{"[Int]", `"1"`, "variable $v[0]: " + int32_ + "a string"},
		{"[Int]", "2147483648", "variable $v[0]: " + int32_ + large},
		{"[Int]", `[1,"2"]`, "variable $v[1]: " + int32_ + "a string"},
		{"[Int]", "[1,2147483648]", "variable $v[1]: " + int32_ + large},
		{"[Int]", "[[1]]", "variable $v[0]: " + int32_ + "a list"},
		{"[Int]", "1.5", "variable $v[0]: " + int32_ + frac},
		{"[Int!]!", "[null]", "variable $v[0]: expected a value of the type Int!, got null"},
		{"[[Int]]", "1", ""},
		{"[[Int]]", "[1,2]", ""},
		{"[[Int]]", "[[1],[2]]", ""},
		{"[[Int]]", `[[1],["2"]]`, "variable $v[1][0]: " + int32_ + "a string"},
		{"[[Int]]", `["2"]`, "variable $v[0][0]: " + int32_ + "a string"},
		{"[[Int]]", `"2"`, "variable $v[0][0]: " + int32_ + "a string"},
		{"[Float]", "1.5", ""},
		{"[Float]", `["1.5"]`, "variable $v[0]: " + number + "a string"},
		{"[Float]", "[1e400]", "variable $v[0]: " + number + "a number that no 64-bit float holds"},
		{"[String]", `"a"`, ""},
		{"[String]", "1", "variable $v[0]: " + str + "an integer"},
		{"[String]", "[1]", "variable $v[0]: " + str + "an integer"},
		{"[ID]", "[1]", ""},
		{"[ID]", "[1.5]", "variable $v[0]: " + id + frac},
		{"[ID]", "[true]", "variable $v[0]: " + id + "a boolean"},
		{"[Boolean]", "true", ""},
		{"[Boolean]", `["true"]`, "variable $v[0]: expected true or false, got a string"},
		{"[Color]", `"RED"`, ""},
		{"[Color]", `["red"]`, "variable $v[0]: " + color + "a string"},

		{"By", `{"id":1}`, ""},
		{"By", `{"sub":{"by":{"id":"1"}}}`, ""},
		{"By", `{}`, "variable $v: expected exactly one member of By, got 0"},
		{"By", `{"id":"1","name":"x"}`, "variable $v: expected exactly one member of By, got 2"},
		{"By", `{"id":"1","name":null}`, "variable $v: expected exactly one member of By, got 2"},
		{"By", `{"id":null}`, "variable $v.id: expected a value for the one member of By, got null"},
		{"By", `{"id":1.5}`, "variable $v.id: " + id + frac},
		{"By", `{"sub":{"by":{}}}`, "variable $v.sub.by: expected exactly one member of By, got 0"},
		{"By", `{"nope":1}`, "variable $v.nope: By has no such member"},
		{"By", `1`, "variable $v: expected an object, got an integer"},
		{"By", `[]`, "variable $v: expected an object, got a list"},
		{"[By]", `{"id":1}`, ""},
		{"[By]", `{"id":1,"name":"a"}`, "variable $v[0]: expected exactly one member of By, got 2"},
		{"[By]", `[{"id":1},{"id":null}]`, "variable $v[1].id: expected a value for the one member of By, got null"},

		{"Sub", `{}`, ""},
		{"Sub", `{"n":null,"tags":"a","by":null,"color":"GREEN","any":1e3,"subs":{"n":1}}`, ""},
		{"Sub", `{"n":"1"}`, "variable $v.n: " + int32_ + "a string"},
		{"Sub", `{"n":2147483648}`, "variable $v.n: " + int32_ + large},
		{"Sub", `{"n":1.5}`, "variable $v.n: " + int32_ + frac},
		{"Sub", `{"n":true}`, "variable $v.n: " + int32_ + "a boolean"},
		{"Sub", `{"size":null}`, "variable $v.size: expected a value of the type Int!, got null"},
		{"Sub", `{"tags":[1]}`, "variable $v.tags[0]: " + str + "an integer"},
		{"Sub", `{"color":"red"}`, "variable $v.color: " + color + "a string"},
		{"Sub", `{"by":{"id":"a","name":"b"}}`, "variable $v.by: expected exactly one member of By, got 2"},
		{"Sub", `{"__typename":"Sub"}`, "variable $v.__typename: Sub has no such member"},
		{"Sub", `{"nope":1}`, "variable $v.nope: Sub has no such member"},
		{"Sub", `{"subs":[{"subs":[{"n":"1"}]}]}`, "variable $v.subs[0].subs[0].n: " + int32_ + "a string"},
		{"[Sub!]", `{"n":1}`, ""},
		{"[Sub!]", `{"n":"1"}`, "variable $v[0].n: " + int32_ + "a string"},
	}
	for _, tt := range tests {
		got := request{body: withVariable(tt.inputType, tt.value)}.of(t, e)
		errs := refusal(t, got.body)
		accepted := len(errs) == 0
		if accepted != (tt.want == "") || !accepted && errs[0].Message != tt.want {
			t.Errorf("%s = %s: got %s, want %q", tt.inputType, tt.value, got.body, tt.want)
		}
	}
}

// TestVariableErrorIsLocated holds all of an error, and that it says nothing of the value.
func TestVariableErrorIsLocated(t *testing.T) {
	e := newCoercion()
	value := `{"subs":[{"tags":["a",` + strings.Repeat("4111", 1000) + `]}]}`
	got := request{body: withVariable("Sub", value)}.of(t, e)
	want := `{"errors":[{"message":"variable $v.subs[0].tags[1]: expected a string, got an integer of more than 32 bits",` +
		`"locations":[{"line":1,"column":7}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`
	if got.class != operation.Refused || got.body != want {
		t.Errorf("got %d %s, want %s", got.class, got.body, want)
	}
}

// TestOnlyTheOperationsOwnVariablesCount holds that what another operation of the document declares is not checked.
func TestOnlyTheOperationsOwnVariablesCount(t *testing.T) {
	e := newCoercion()
	const document = `"query":"query A($a:Int=3){f0(v:$a)} query B($b:Int,$a:String=\"x\"){f0(v:$b) f3(v:$a)}"`
	for operation, accepted := range map[string]bool{"A": true, "B": false} {
		got := request{body: `{` + document + `,"operationName":"` + operation + `","variables":{"b":"1"}}`}.of(t, e)
		if errs := refusal(t, got.body); (len(errs) == 0) != accepted {
			t.Errorf("%s: got %s", operation, got.body)
		}
	}
}

// FuzzVariables holds that no variable makes the engine fail, and that a value is refused alone exactly if it is
// refused as the only element of a list.
func FuzzVariables(f *testing.F) {
	pairs := []struct{ alone, inList string }{
		{"Int", "[Int]"},
		{"Float", "[Float]"},
		{"String", "[String]"},
		{"ID", "[ID]"},
		{"Boolean", "[Boolean]"},
		{"Color", "[Color]"},
		{"Any", "[Any]"},
		{"By", "[By]"},
		{"Sub", "[Sub!]"},
		{"[Int]", "[[Int]]"},
	}
	for i, seed := range []string{
		"2147483648", `"1"`, "1.5", "1.0", "true", `"red"`, `{"a":[1]}`, `{"id":1,"name":null}`,
		`{"n":1,"tags":"a","by":{"sub":{"__typename":""}},"subs":[{"n":"1"}]}`, `[1,"2"]`,
	} {
		f.Add(uint8(i), seed)
	}
	e := newCoercion()
	refuses := func(t *testing.T, inputType, value string) bool {
		got := request{body: withVariable(inputType, value)}.of(t, e)
		if refused := len(refusal(t, got.body)) > 0; refused != (got.class == operation.Refused) || !refused && got.class != operation.Executed {
			t.Fatalf("%s = %s: got %d %s", inputType, value, got.class, got.body)
		}
		return got.class == operation.Refused
	}
	f.Fuzz(func(t *testing.T, which uint8, value string) {
		if !json.Valid([]byte(value)) || !utf8.ValidString(value) || strings.TrimSpace(value) == "null" || len(value) > 4096 {
			t.Skip("no value, or one that is no part of a request")
		}
		pair := pairs[int(which)%len(pairs)]
		if alone, inList := refuses(t, pair.alone, value), refuses(t, pair.inList, "["+value+"]"); alone != inList {
			t.Errorf("%s = %s: refused alone %t, in a list %t", pair.alone, value, alone, inList)
		}
	})
}
