package operation

import (
	"fmt"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// Arguments of directives on variables are constants, however deep a variable stands in them.
func TestConstants(t *testing.T) {
	for text, want := range map[string]string{
		`query ($x: Int @skip(if: $x)) { a }`:            `input:1:26: Unexpected variable "$x" in a constant value`,
		`query ($x: Int @a(b: [{c: 1}, {c: $y}])) { a }`: `input:1:35: Unexpected variable "$y" in a constant value`,
		`query ($x: Int @a(b: [{c: 1}])) { a }`:          ``,
		`query ($x: Int) @a(b: $x) { a @skip(if: $x) }`:  ``,
	} {
		doc, err := parser.ParseQuery(&ast.Source{Input: text})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(constants(doc)); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
