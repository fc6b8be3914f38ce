package operation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/operation"
)

// coercions is testdata/coercions.json, which coercions.mjs beside it writes.
type coercions struct {
	Types, Variables, Literals []string
	Accepted                   []struct {
		Type, Variable, Literal string
		Becomes                 []any
	}
}

// unlike are the values of which we deliberately make something else than graphql-js, whose integers are 64-bit floats; "": we
// refuse them.
var unlike = map[string]string{
	// An ID has the digits that were written.
	"ID variable 9007199254740993":           `"9007199254740993"`,
	"ID variable 9223372036854775807":        `"9223372036854775807"`,
	"ID variable 9223372036854775808":        `"9223372036854775808"`,
	"ID variable 1000000000000000000000":     `"1000000000000000000000"`,
	"[ID!]! variable 9007199254740993":       `["9007199254740993"]`,
	"[ID!]! variable 9223372036854775807":    `["9223372036854775807"]`,
	"[ID!]! variable 9223372036854775808":    `["9223372036854775808"]`,
	"[ID!]! variable 1000000000000000000000": `["1000000000000000000000"]`,
	// Infinity is no number. A custom scalar sees what was written.
	"Float literal 1e400":    "",
	"Float literal -1e400":   "",
	"[Float] literal 1e400":  "",
	"[Float] literal -1e400": "",
	"Any literal 1e400":      "",
	"Any literal -1e400":     "",
	"[Any] literal 1e400":    "",
	"[Any] literal -1e400":   "",
	"Any variable 1e400":     "1e400",
	"Any variable -1e400":    "-1e400",
	"[Any] variable 1e400":   "[1e400]",
	"[Any] variable -1e400":  "[-1e400]",
}

// TestCoercionsAreThoseOfGraphqlJS holds what is accepted, and what becomes of it, against graphql-js.
func TestCoercionsAreThoseOfGraphqlJS(t *testing.T) {
	text, err := os.ReadFile("testdata/coercions.json")
	if err != nil {
		t.Fatal(err)
	}
	var table coercions
	if err := json.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, a := range table.Accepted {
		key := a.Type + " variable " + a.Variable
		if a.Literal != "" {
			key = a.Type + " literal " + a.Literal
		}
		want[key] = "not JSON"
		if len(a.Becomes) == 1 {
			want[key] = encoded(t, a.Becomes[0])
		}
	}
	for key, value := range unlike {
		if _, ok := want[key]; !ok {
			t.Errorf("unlike has %s, which graphql-js refuses, or does not try", key)
		}
		want[key] = value
	}
	e, schema := echo(table.Types)
	for i, of := range table.Types {
		argument := schema.Query.Fields.ForName(fmt.Sprint("f", i)).Arguments[0].Type
		for _, value := range table.Variables {
			got := taken(t, e, fmt.Sprintf("query($v:%s){f%d(v:$v)}", of, i), value)
			if got != "" {
				got = encoded(t, used(schema, argument, decoded(t, got), false))
			}
			compareCoercion(t, of+" variable "+value, got, want)
		}
		for _, value := range table.Literals {
			got := taken(t, e, fmt.Sprintf("{f%d(v:%s)}", i, value), "null")
			if got != "" {
				got = encoded(t, used(schema, argument, decoded(t, got), true))
			}
			compareCoercion(t, of+" literal "+value, got, want)
		}
	}
}

func compareCoercion(t *testing.T, key, got string, want map[string]string) {
	t.Helper()
	switch expected := want[key]; {
	case got == expected:
	case got == "" || expected == "" || !cmp.Equal(floats(decoded(t, got)), floats(decoded(t, expected))):
		t.Errorf("%s: got %q, want %q", key, got, expected)
	}
}

// echo returns an engine whose schema's field f0 takes a v of the first type, and so on, and which answers with what it took.
func echo(types []string) (*operation.Engine, *ast.Schema) {
	sdl := `
scalar Any
enum Color { RED GREEN }
input By @oneOf { id: ID name: String sub: Sub }
input Sub { n: Int tags: [String!] by: By color: Color any: Any flag: Boolean! = true subs: [Sub!] }
type Query {`
	for i, of := range types {
		sdl += fmt.Sprintf(" f%d(v: %s): Int", i, of)
	}
	s := &schema{ast: gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: sdl + " }"})}
	s.exec = func(ctx context.Context) *graphql.Response {
		op := graphql.GetOperationContext(ctx)
		data, err := json.Marshal(notNil(op.Operation.SelectionSet[0].(*ast.Field).ArgumentMap(op.Variables)))
		if err != nil {
			panic(err)
		}
		return &graphql.Response{Data: data}
	}
	return operation.New(s, operation.Options{Logger: slog.New(slog.DiscardHandler)}), s.ast
}

// notNil is v with empty lists where gqlparser has nil ones, of the literal [].
func notNil(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = notNil(v[i])
		}
		return list
	case map[string]any:
		for name := range v {
			v[name] = notNil(v[name])
		}
	}
	return v
}

// taken returns the argument that a field took, as JSON; "" if the operation was refused.
func taken(t *testing.T, e *operation.Engine, query, variable string) string {
	t.Helper()
	got := request{body: `{"query":` + encoded(t, query) + `,"variables":{"v":` + variable + `}}`}.of(t, e).body
	var answer struct {
		Data   struct{ V json.RawMessage }
		Errors []wireError
	}
	if err := json.Unmarshal([]byte(got), &answer); err != nil {
		t.Fatalf("%s with %s: got %s (%v)", query, variable, got, err)
	}
	for _, err := range answer.Errors {
		if len(err.Locations) == 0 || err.Extensions.Code != "GRAPHQL_VALIDATION_FAILED" && err.Extensions.Code != "GRAPHQL_PARSE_FAILED" {
			t.Errorf("%s with %s: got %s, want locations and a code", query, variable, got)
		}
	}
	return string(answer.Data.V)
}

// used is a value as whoever uses it sees it, and graphql-js shows it: members have their defaults; of literals, one value for a
// list is a list of one, and an integer for an ID a string.
func used(schema *ast.Schema, t *ast.Type, v any, literal bool) any {
	switch {
	case v == nil:
		return nil
	case t.Elem != nil:
		list, ok := v.([]any)
		if !ok && !literal {
			return v
		}
		if !ok {
			list = []any{v}
		}
		for i, e := range list {
			list[i] = used(schema, t.Elem, e, literal)
		}
		return list
	case t.NamedType == "ID" && literal:
		return fmt.Sprint(v)
	}
	def := schema.Types[t.NamedType]
	members, ok := v.(map[string]any)
	if !ok || def.Kind != ast.InputObject {
		return v
	}
	for _, f := range def.Fields {
		if member, ok := members[f.Name]; ok {
			members[f.Name] = used(schema, f.Type, member, literal)
		} else if f.DefaultValue != nil {
			members[f.Name] = true // the one default
		}
	}
	return members
}

// floats is a value with its numbers as JavaScript has them.
func floats(v any) any {
	switch v := v.(type) {
	case json.Number:
		f, _ := strconv.ParseFloat(string(v), 64)
		return f
	case []any:
		for i := range v {
			v[i] = floats(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = floats(v[name])
		}
	}
	return v
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func decoded(t *testing.T, text string) (v any) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}
