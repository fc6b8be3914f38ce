package plan

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// Variant is an operation with values of its [Conditions]: what all runs with those have in common. Nobody changes it.
type Variant struct {
	// Plan is what the runs follow, and has their policy: which upstreams they may call, whether the answer is for one client only, how
	// old it may be. nil: gqlgen's executor runs the operation, and Refused says why.
	Plan    *Plan
	Refused *Refused

	// Prefix is what the names of all answers of the operation begin with, and those of no other one; "": they have no names, since the
	// text that it came with is not the operation's.
	Prefix string
}

// Conditions are the variables that an operation's @skip and @include use, sorted: the same values, the same plan.
func Conditions(doc *ast.QueryDocument, op *ast.OperationDefinition) []string {
	var names []string
	add := func(list ast.DirectiveList) {
		for _, d := range list {
			if a := d.Arguments.ForName("if"); a != nil && a.Value.Kind == ast.Variable {
				names = append(names, a.Value.Raw)
			}
		}
	}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				add(s.Directives)
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				add(s.Directives)
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				add(s.Directives)
			}
		}
	}
	walk(op.SelectionSet)
	for _, f := range doc.Fragments {
		walk(f.SelectionSet)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
