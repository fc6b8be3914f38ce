package limit

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// possibleFragmentSpreads is gqlparser's rule PossibleFragmentSpreads, which compares all types of one interface or union with
// all of another for each fragment. Here each two are compared once: the rule sees a fragment only if it may be one that is refused.
func possibleFragmentSpreads(events *core.Events, addError core.AddErrFunc) {
	known := map[[2]*ast.Definition]bool{}
	apart := func(w *core.Walker, outer *ast.Definition, condition string) bool {
		inner := w.Schema.Types[condition]
		if outer == nil || inner == nil || !inner.IsCompositeType() || !outer.IsCompositeType() {
			return false // other rules' business
		}
		pair := [2]*ast.Definition{outer, inner}
		answer, ok := known[pair]
		if !ok {
			answer = disjoint(w.Schema, outer, inner)
			known[pair] = answer
		}
		return answer
	}
	events.OnInlineFragment(func(w *core.Walker, f *ast.InlineFragment) {
		if apart(w, f.ObjectDefinition, f.TypeCondition) {
			addError(core.Message(`Fragment cannot be spread here as objects of type "%s" can never be of type "%s".`,
				f.ObjectDefinition.Name, f.TypeCondition), core.At(f.Position))
		}
	})
	events.OnFragmentSpread(func(w *core.Walker, s *ast.FragmentSpread) {
		if s.Definition != nil && apart(w, s.ObjectDefinition, s.Definition.TypeCondition) {
			addError(core.Message(`Fragment "%s" cannot be spread here as objects of type "%s" can never be of type "%s".`,
				s.Name, s.ObjectDefinition.Name, s.Definition.TypeCondition), core.At(s.Position))
		}
	})
}

// disjoint reports whether no type of an object is both a and b.
func disjoint(schema *ast.Schema, a, b *ast.Definition) bool {
	types := map[string]bool{}
	if a.Kind == ast.Object {
		types[a.Name] = true
	}
	for _, t := range schema.GetPossibleTypes(a) {
		types[t.Name] = true
	}
	for _, t := range schema.GetPossibleTypes(b) {
		if types[t.Name] {
			return false
		}
	}
	return true
}
