package operation

import (
	"fmt"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"weft/graph/coercion"
)

// Errors about the types of variables are where the types are, but for those about a list.
func TestTypesOfVariables(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `type Query { a(x: Int, y: [Int]): Int }`})
	for text, want := range map[string]string{
		`query($x: Nope) { a(x: $x) }`:           `[1:11] Unknown type "Nope".`,
		`query($y:[Nope!]!) { a(y: $y) }`:        `[1:11] Unknown type "Nope".`,
		`query($z: Int, $x: Query) { a(x: $z) }`: `[1:20] Variable "$x" cannot be non-input type "Query".`,
		`query($y: [Query]) { a(y: $y) }`:        `[1:7] Variable "$y" cannot be non-input type "[Query]".`,
		`{ a ... on Nope { a } }`:                `[1:9] Unknown type "Nope".`,
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
