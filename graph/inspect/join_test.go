package inspect_test

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"weft/graph/binding/bindingtest/generated"
	"weft/graph/binding/bindingtest/resolver"
	"weft/graph/inspect"
)

// FuzzJoin joins two files: each operation that comes of it is one of theirs, at its place, with the fragments that it spreads; and what is
// valid as a whole has no operation that is not.
func FuzzJoin(f *testing.F) {
	for _, seed := range [][2]string{
		{"query A { product(id: 1) { ...F } }\r\nfragment F on Product { id ...G }", "fragment G on Product { name }"},
		{"# é\n query A { strict(ids: []) { id } } query B { no }", "query A { __typename } query A { __typename }"},
		{"{ __typename } query B { ...F }", "fragment F on Query { ...F }\rfragment F on Query { __typename }"},
		{"", "{"},
	} {
		f.Add(seed[0], seed[1])
	}
	i := inspect.New(generated.Service(resolver.Resolver{}, generated.Functions{}), inspect.Options{})
	f.Fuzz(func(t *testing.T, a, b string) {
		files := map[string]string{"a": a, "b": b}
		joined, _ := i.Join([]inspect.Source{{File: "a", Text: a}, {File: "b", Text: b}})
		for _, s := range joined {
			whole := i.Text(t.Context(), files[s.File], nil)
			doc, err := parser.ParseQuery(&ast.Source{Input: files[s.File]})
			for _, o := range i.Look(t.Context(), s, nil).Operations {
				if o.AST == nil {
					if valid(whole) {
						t.Fatalf("%s is valid, and %q of it is not: %v", s.File, s.Text, o.Findings)
					}
					continue
				}
				if err != nil {
					t.Fatalf("%s has operation %q, and is no document: %v", s.File, o.Name, err)
				}
				if at := doc.Operations.ForName(o.Name).Position; at.Line != o.At.Line || at.Column != o.At.Column {
					t.Fatalf("%s: %q is at %d:%d, want %d:%d", s.File, o.Name, o.At.Line, o.At.Column, at.Line, at.Column)
				}
			}
		}
		if strings.TrimSpace(a+b) != "" && len(joined) == 0 {
			t.Fatalf("nothing comes of %q and %q", a, b)
		}
	})
}

func valid(all []inspect.Operation) bool {
	for _, o := range all {
		if o.AST == nil {
			return false
		}
	}
	return len(all) > 0
}
