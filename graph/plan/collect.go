package plan

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// selected is one response key's merged fields.
type selected struct {
	key   string
	field *ast.Field
	sets  []ast.SelectionSet
	of    *Field // nil: plans do not answer it, or it is __typename
	slot  int    // of a member
}

// collect gathers what sets select of an object type, as CollectFields of the specification (GraphQL September 2025, section
// 6.3.2) does, but once for all objects. A fragment that is spread more than once counts once.
func (b *builder) collect(t *Type, sets []ast.SelectionSet) []*selected {
	var list []*selected
	index := map[string]*selected{}
	visited := map[string]bool{}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			b.step(1)
			switch s := s.(type) {
			case *ast.Field:
				if !b.included(s.Directives) {
					continue
				}
				f := index[s.Alias]
				if f == nil {
					f = &selected{key: s.Alias, field: s, of: t.Fields[s.Name]}
					if f.of != nil {
						f.slot = f.of.Slot
					}
					index[s.Alias] = f
					list = append(list, f)
				}
				if len(s.SelectionSet) > 0 {
					f.sets = append(f.sets, s.SelectionSet)
				}
			case *ast.InlineFragment:
				if b.included(s.Directives) && t.satisfies(s.TypeCondition) {
					walk(s.SelectionSet)
				}
			case *ast.FragmentSpread:
				if visited[s.Name] || !b.included(s.Directives) {
					continue
				}
				visited[s.Name] = true
				if f := b.doc.Fragments.ForName(s.Name); t.satisfies(f.TypeCondition) {
					walk(f.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		walk(set)
	}
	return list
}

// satisfies reports whether a fragment's type condition applies to all objects of the type.
func (t *Type) satisfies(condition string) bool {
	return condition == "" || slices.Contains(t.Satisfies, condition)
}

// included reports what @skip and @include come to.
func (b *builder) included(list ast.DirectiveList) bool {
	for _, d := range list {
		switch d.Name {
		case "skip", "include":
			v, err := d.Arguments.ForName("if").Value.Value(b.variables)
			condition, ok := v.(bool)
			if err != nil || !ok {
				refuse("a condition is no boolean")
			}
			if condition == (d.Name == "skip") {
				return false
			}
		case "defer", "stream":
			refuse("@%s is not planned", d.Name)
		}
	}
	return true
}

// conditions are the types that fragments of the sets name, as far as they apply to any object: inside of a fragment, and
// of others inside of it, but not below a field.
func (b *builder) conditions(sets []ast.SelectionSet) []string {
	var list []string
	visited := map[string]bool{}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			b.step(1)
			switch s := s.(type) {
			case *ast.InlineFragment:
				if s.TypeCondition != "" {
					list = append(list, s.TypeCondition)
				}
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				if !visited[s.Name] {
					visited[s.Name] = true
					f := b.doc.Fragments.ForName(s.Name)
					list = append(list, f.TypeCondition)
					walk(f.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		walk(set)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
