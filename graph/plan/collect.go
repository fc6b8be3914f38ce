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
}

// collect gathers what sets select of a type, as CollectFields of the specification does, but once for all objects.
func (b *builder) collect(t *Type, sets []ast.SelectionSet) []*selected {
	var list []*selected
	index := map[string]*selected{}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if !b.included(s.Directives) {
					continue
				}
				f := index[s.Alias]
				if f == nil {
					f = &selected{key: s.Alias, field: s}
					index[s.Alias] = f
					list = append(list, f)
				}
				if len(s.SelectionSet) > 0 {
					f.sets = append(f.sets, s.SelectionSet)
				}
			case *ast.InlineFragment:
				if b.included(s.Directives) && (s.TypeCondition == "" || slices.Contains(t.Satisfies, s.TypeCondition)) {
					walk(s.SelectionSet)
				}
			case *ast.FragmentSpread:
				f := b.doc.Fragments.ForName(s.Name)
				if b.included(s.Directives) && slices.Contains(t.Satisfies, f.TypeCondition) {
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
