package operation

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"weft/graph/coercion"
)

// Errors about the types of variables and fragments are where the types are.
func TestTypesOfVariables(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `type Query { a(x: Int, y: [Int]): Int }`})
	for text, want := range map[string]string{
		`query($x: Nope) { a(x: $x) }`:           `[1:11] Unknown type "Nope".`,
		`query($y:[Nope!]!) { a(y: $y) }`:        `[1:11] Unknown type "Nope".`,
		`query($z: Int, $x: Query) { a(x: $z) }`: `[1:20] Variable "$x" cannot be non-input type "Query".`,
		`query($y: [Query]) { a(y: $y) }`:        `[1:11] Variable "$y" cannot be non-input type "[Query]".`,
		`query($x: Int = 1, $y : # [
			[[Query]] = [[1]]) { a(y: $y, x: $x) }`: `[2:4] Variable "$y" cannot be non-input type "[[Query]]".`,
		`{ a ... on Nope { a } }`:                            `[1:12] Unknown type "Nope".`,
		`{ a ... on Int { a } }`:                             `[1:12] Fragment cannot condition on non composite type "Int".`,
		`{ fragment: a on: a ...F } fragment F on Int { a }`: `[1:42] Fragment "F" cannot condition on non composite type "Int".`,
		"{ ...F } fragment F\non # on\n Nope { a }":          `[3:2] Unknown type "Nope".`,
	} {
		for _, suggestions := range []bool{false, true} {
			doc, err := parser.ParseQuery(&ast.Source{Input: text})
			if err != nil {
				t.Fatal(err)
			}
			errs := validator.ValidateWithRules(schema, doc, validationRules(coercion.Schema{Schema: schema}, suggestions))
			var got []string
			for _, err := range errs {
				got = append(got, fmt.Sprint(err.Locations, " ", err.Message))
			}
			if !slices.Contains(got, want) {
				t.Errorf("%s: got %q, want %s", text, got, want)
			}
		}
	}
}

// What is wrong with a type is told once: not again of what stands where the type counts.
func TestNeedlessErrors(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `type Query { a(x: Int): Int }`})
	for text, want := range map[string][]string{
		`query($x: Nope) { a(x: $x) }`:      {`Unknown type "Nope".`},
		`query($x: Query = 1) { a(x: $x) }`: {`Variable "$x" cannot be non-input type "Query".`, `Variable "$x" of type "Query" used in position expecting type "Int".`},
		`query($x: Int = "b") { a(x: $x) }`: {`Int cannot represent non-integer value: "b"`},
		`{ ... on Int { b } }`:              {`Fragment cannot condition on non composite type "Int".`},
		`{ b ... on Query { b } }`:          {`Cannot query field "b" on type "Query".`, `Cannot query field "b" on type "Query".`},
	} {
		for _, suggestions := range []bool{false, true} {
			doc, err := parser.ParseQuery(&ast.Source{Input: text})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, err := range validator.ValidateWithRules(schema, doc, validationRules(coercion.Schema{Schema: schema}, suggestions)) {
				got = append(got, strings.TrimSuffix(err.Message, ` Did you mean "a"?`))
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s: got %q, want %q", text, got, want)
			}
		}
	}
}
