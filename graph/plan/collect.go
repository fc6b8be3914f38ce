package plan

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/selection"
)

// selected is one response key's merged fields.
type selected struct {
	*selection.Field

	of   *Field // nil: plans do not answer it, or it is __typename
	slot int    // of a member
}

// collect gathers what sets select of an object type.
func (b *builder) collect(t *Type, sets []ast.SelectionSet) []*selected {
	fields := b.collector.Fields(sets, t.satisfies)
	all := make([]selected, len(fields))
	list := make([]*selected, len(fields))
	for i, f := range fields {
		all[i] = selected{Field: f, of: t.Fields[f.Name]}
		if err := b.denied(t, f.Field); err != nil {
			all[i].of = &Field{Type: Ref(f.Definition.Type.String()), Rare: Rare{Denied: err}}
		} else if all[i].of != nil {
			all[i].slot = all[i].of.Slot
		}
		list[i] = &all[i]
	}
	return list
}

// denied is why who asks may not see a field that is selected of an object type's objects; nil: they may.
func (b *builder) denied(t *Type, f *ast.Field) error {
	if b.denial == nil || f.Name == "__typename" {
		return nil
	}
	return b.denial(t.Name, f)
}

// satisfies reports whether a fragment's type condition applies to all objects of the type.
func (t *Type) satisfies(condition string) bool { return slices.Contains(t.Satisfies, condition) }

// included reports what @skip and @include come to. What depends on a variable without a value is included.
func (d *draft) included(list ast.DirectiveList) bool {
	for _, directive := range list {
		switch directive.Name {
		case "skip", "include":
			given := directive.Arguments.ForName("if").Value
			if _, known := d.variables[given.Raw]; given.Kind == ast.Variable && !known {
				continue
			}
			v, err := given.Value(d.variables)
			condition, ok := v.(bool)
			if err != nil || !ok {
				refuse("a condition is no boolean")
			}
			if condition == (directive.Name == "skip") {
				return false
			}
		case "defer", "stream":
			refuse("@%s is not planned", directive.Name)
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
