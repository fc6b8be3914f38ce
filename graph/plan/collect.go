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
	var all collected
	var visited names
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			b.step(1)
			switch s := s.(type) {
			case *ast.Field:
				if !b.included(s.Directives) {
					continue
				}
				f := all.find(s.Alias)
				if f == nil {
					f = &selected{key: s.Alias, field: s, of: t.Fields[s.Name]}
					if f.of != nil {
						f.slot = f.of.Slot
					}
					all.add(f)
				}
				if len(s.SelectionSet) > 0 {
					f.sets = append(f.sets, s.SelectionSet)
				}
			case *ast.InlineFragment:
				if b.included(s.Directives) && t.satisfies(s.TypeCondition) {
					walk(s.SelectionSet)
				}
			case *ast.FragmentSpread:
				if !b.included(s.Directives) || !visited.add(s.Name) {
					continue
				}
				if f := b.doc.Fragments.ForName(s.Name); t.satisfies(f.TypeCondition) {
					walk(f.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		walk(set)
	}
	return all.list
}

// collected is collected fields, and once there are many, an index of them.
type collected struct {
	list  []*selected
	index map[string]*selected
}

// few is how many names are compared one by one rather than looked up.
const few = 16

func (s *collected) find(key string) *selected {
	if s.index != nil {
		return s.index[key]
	}
	for _, f := range s.list {
		if f.key == key {
			return f
		}
	}
	return nil
}

func (s *collected) add(f *selected) {
	if s.list = append(s.list, f); s.index != nil {
		s.index[f.key] = f
	} else if len(s.list) > few {
		s.index = map[string]*selected{}
		for _, f := range s.list {
			s.index[f.key] = f
		}
	}
}

// names is a set of fragments' names.
type names map[string]bool

// add adds a name, and reports whether it was not there.
func (n *names) add(name string) bool {
	if (*n)[name] {
		return false
	}
	if *n == nil {
		*n = names{}
	}
	(*n)[name] = true
	return true
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
	var visited names
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
				if visited.add(s.Name) {
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
