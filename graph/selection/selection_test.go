package selection_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"weft/graph/selection"
)

func collector(t *testing.T, text string) (*selection.Collector, ast.SelectionSet, *int) {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	steps := new(int)
	return &selection.Collector{
		Fragments: doc.Fragments, Step: func() { *steps++ },
		Included: func(list ast.DirectiveList) bool { return list.ForName("skip") == nil },
	}, doc.Operations[0].SelectionSet, steps
}

// Fields of one response name are one, from whatever fragment that applies; a fragment counts once, and what is skipped not at all.
func TestFields(t *testing.T) {
	c, set, steps := collector(t, `{ a b: a { x } ... on T { b: a { y } c } ... on U { d } ...F ...F ... @skip(if: true) { e } f @skip(if: true) ...G @skip(if: true) }
		fragment F on T { c g ...F } fragment G on T { h }`)
	var got []string
	for _, f := range c.Fields([]ast.SelectionSet{set}, func(condition string) bool { return condition == "T" }) {
		got = append(got, fmt.Sprintf("%s %s %d", f.Alias, f.Name, len(f.Sets)))
	}
	if diff := cmp.Diff([]string{"a a 0", "b a 2", "c c 0", "g g 0"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if *steps != 14 {
		t.Errorf("got %d steps, want one for each selection that is looked at, 14", *steps)
	}
}

// However many fields there are, they stand in the document's order.
func TestManyFields(t *testing.T) {
	var want []string
	for i := range 40 {
		want = append(want, fmt.Sprintf("a%d", i))
	}
	c, set, _ := collector(t, "{"+strings.Join(want, " ")+" "+strings.Join(want, " ")+"}")
	var got []string
	for _, f := range c.Fields([]ast.SelectionSet{set}, nil) {
		got = append(got, f.Alias)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Equal lists of sets have equal numbers, others other ones; there is one of no set.
func TestID(t *testing.T) {
	c, set, _ := collector(t, "{ a { x } b { x } }")
	a, b := set[0].(*ast.Field).SelectionSet, set[1].(*ast.Field).SelectionSet
	ids := map[int]string{}
	for _, list := range [][]ast.SelectionSet{nil, {a}, {b}, {a, b}, {b, a}, {a, b, a}} {
		id := c.ID(list)
		if other, taken := ids[id]; taken {
			t.Errorf("%d is the number of %v and of %s", id, list, other)
		}
		ids[id] = fmt.Sprint(list)
		if again := c.ID(list); again != id {
			t.Errorf("%v is %d, then %d", list, id, again)
		}
	}
}
