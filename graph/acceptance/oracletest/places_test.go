package oracletest_test

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// template is a document with $T, a type, and $L, a literal, and with the places that a value may stand in.
type template struct {
	name, query string
	types       []string
}

var templates = []template{
	{"argument", "query($x: $T) { int(v: $x) }", []string{"Int", "Int!"}},
	{"required argument", "query($x: $T) { intRequired(v: $x) }", []string{"Int", "Int!"}},
	{"argument with a default", "query($x: $T) { defaultInt(v: $x) }", []string{"Int", "Int!"}},
	{"required argument with a default", "query($x: $T) { defaultIntRequired(v: $x) a: int(v: 1) }", []string{"Int", "Int!"}},
	{"required argument with a default, below others", "query($x: $T) { int a: two(a: 1, b: $x) b: two(b: $x, a: $x) }", []string{"Int", "Int!"}},
	{"argument of a mutation", "mutation($x: $T) { a: int(v: 1) defaultIntRequired(v: $x) b: int(v: $x) }", []string{"Int", "Int!"}},
	{"required list with a default", "query($x: $T) { defaultInts(v: $x) }", []string{"[Int!]", "[Int!]!", "Int!", "Int"}},
	{"list with a default", "query($x: $T) { defaultOne(v: $x) }", []string{"[Int]", "[Int!]!", "Int!", "Int"}},
	{"required input object with a default", "query($x: $T) { defaultSub(v: $x) }", []string{"Sub", "Sub!"}},
	{"required oneOf with a default", "query($x: $T) { defaultBy(v: $x) }", []string{"By", "By!"}},
	{"required enum with a default", "query($x: $T) { defaultColor(v: $x) }", []string{"Color", "Color!"}},
	{"required scalar with a default", "query($x: $T) { defaultAny(v: $x) }", []string{"Any", "Any!"}},
	{"required string with a default", "query($x: $T) { defaultString(v: $x) defaultID(v: $x) }", []string{"String", "String!", "ID", "ID!"}},
	{"required boolean with a default", "query($x: $T) { defaultBoolean(v: $x) }", []string{"Boolean", "Boolean!"}},
	{"required float with a default", "query($x: $T) { defaultFloat(v: $x) }", []string{"Float", "Float!", "Int"}},
	{"default null", "query($x: $T) { defaultNull(v: $x) }", []string{"Int"}},
	{"member", "query($x: $T) { sub(v: {n: $x, tags: [\"a\"]}) }", []string{"Int", "Int!"}},
	{"required member with a default", "query($x: $T) { sub(v: {flag: $x}) a: sub(v: {subs: [{flag: $x}]}) }", []string{"Boolean", "Boolean!"}},
	{"member with a default", "query($x: $T) { filled(v: {must: 1, int: $x}) }", []string{"Int", "Int!"}},
	{"required member", "query($x: $T) { filled(v: {must: $x}) }", []string{"Int", "Int!"}},
	{"member that is a list", "query($x: $T) { filled(v: {must: 1, one: $x, list: [$x]}) }", []string{"Int", "Int!"}},
	{"member that is a list of lists", "query($x: $T) { filled(v: {must: 1, one: [$x], list: $x}) }", []string{"Int", "Int!"}},
	{"member of oneOf", "query($x: $T) { by(v: {id: $x}) }", []string{"ID", "ID!"}},
	{"member of oneOf beside another", "query($x: $T) { by(v: {id: 1, name: $x}) }", []string{"String", "String!"}},
	{"member of oneOf in a list", "query($x: $T) { bys(v: [{id: $x}]) }", []string{"ID", "ID!"}},
	{"element", "query($x: $T) { ints(v: [1, $x, 2]) }", []string{"Int", "Int!"}},
	{"required element", "query($x: $T) { intsRequired(v: [1, $x]) }", []string{"Int", "Int!"}},
	{"element of an element", "query($x: $T) { grid(v: [[1, $x], $x]) }", []string{"Int", "Int!"}},
	{"list in a list", "query($x: $T) { grid(v: [[1], $x]) }", []string{"[Int]", "[Int!]"}},
	{"list", "query($x: $T) { ints(v: $x) }", []string{"[Int]", "[Int!]!"}},
	{"in a scalar", "query($x: $T) { any(v: {a: [$x], b: $x}) }", []string{"Int", "String!", "Any", "Sub"}},
	{"condition of skip", "query($x: $T) { int @skip(if: $x) a: int }", []string{"Boolean", "Boolean!"}},
	{"condition of include", "query($x: $T) { a: int ... @include(if: $x) { int } }", []string{"Boolean", "Boolean!"}},
	{"condition of a spread", "query($x: $T) { a: int ...F @include(if: $x) } fragment F on Query { int b: int @skip(if: $x) }", []string{"Boolean", "Boolean!"}},
	{"condition below", "query($x: $T) { board { n books { id @include(if: $x) } } }", []string{"Boolean", "Boolean!"}},
	{"unused directive", "query($x: $T) @scale(by: $x) { int }", []string{"Int", "Int!"}},
	{"argument of a directive", "query($x: $T) { int @scale(by: $x) a: int }", []string{"Int", "Int!"}},
	{"member in a directive", "query($x: $T) { int @scale(sub: {n: $x, flag: false}) }", []string{"Int", "Int!"}},
	{"element in a directive", "query($x: $T) { int @again(at: [$x]) @again(at: 1) }", []string{"Int", "Int!"}},
}

// given are what a client says of a variable, by the variable's type without its !.
var given = map[string][]string{
	"Int": {"2", "2.0", `"2"`, "[2]"}, "Boolean": {"true", "false", `"true"`, "1"}, "[Int]": {"[2]", "2", "[null]"}, "[Int!]": {"[2]", "2", "[]", "[null]"},
	"ID": {`"a"`, "2", "1.5"}, "String": {`"a"`, "2"}, "Float": {"2", "2.5", `"2"`}, "Color": {`"RED"`, `"red"`, "1"}, "Any": {"[1,{}]", `"a"`},
	"Sub": {"{}", `{"n":2}`, `{"flag":null}`, "1"}, "By": {`{"id":2}`, "{}", `{"id":null}`}, "Filled": {`{"must":1}`, "{}"},
}

// defaults are literals that a variable has as its default, by its type.
var defaults = map[string][]string{
	"Int": {"5", "5.0", `"5"`, "null", "{}"}, "Boolean": {"true", "false", `"true"`, "null", "{}"}, "[Int]": {"[5]", "5", "null", "[null]", "{}"},
	"[Int!]": {"[5]", "5", "[null]", "[]"}, "ID": {`"b"`, "5", "5.0", "null", "{}"}, "String": {`"b"`, "5", "null", `"""b"""`, "{}"}, "Float": {"5", "5.5", `"5"`},
	"Color": {"BLUE", "blue", `"BLUE"`, "null", "{}"}, "Any": {"{a: 1}", "BLUE", "null"}, "Sub": {"{n: 5}", "{}", "{flag: null}", "{flag: 1}", "5"},
	"By": {"{id: 5}", "{}", "{id: null}", "{id: 1, name: null}"}, "Filled": {"{must: 5}", "{}"},
}

// places are values of variables in all places, without the variable, with null, and with values that fit and do not, each with and without
// a default.
func places() (all []question) {
	for _, p := range templates {
		for _, of := range p.types {
			bare := strings.TrimSuffix(of, "!")
			for _, def := range append([]string{""}, defaults[bare]...) {
				declared := of
				if def != "" {
					declared += " = " + def
				}
				query := strings.ReplaceAll(p.query, "$T", declared)
				add := func(which, variables string) {
					all = append(all, question{Name: p.name + ", " + declared + ", " + which, Query: query, Variables: variables, Sorted: true})
				}
				add("absent", "")
				for _, v := range append([]string{"null"}, given[bare]...) {
					add(v, `{"x":`+v+`}`)
				}
			}
		}
	}
	return all
}

// positions are variables of each type for arguments of each.
func positions(schema *ast.SchemaDocument) (all []question) {
	types := []string{
		"Int", "Int!", "Float", "String", "ID", "Boolean", "Color", "Any", "By", "By!", "Sub", "Filled", "[Int]", "[Int!]", "[Int!]!", "[[Int]]", "[ID!]!",
		"Board", "Nope", "[Nope!]",
	}
	for _, f := range schema.Definitions.ForName("Query").Fields {
		if f.Arguments.ForName("v") == nil {
			continue
		}
		for _, of := range types {
			for _, def := range []string{"", " = null", " = 1"} {
				all = append(all, question{
					Name:  fmt.Sprintf("%s takes $x: %s%s", f.Name, of, def),
					Query: fmt.Sprintf("query($x: %s%s) { %s(v: $x) }", of, def, f.Name), Variables: `{"x": null}`, Sorted: true,
				})
			}
		}
	}
	return all
}
