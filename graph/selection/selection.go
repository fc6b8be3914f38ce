// Package selection collects fields: it finds out what selection sets select of the objects of one type, once for all of them, as
// CollectFields does for one object (GraphQL September 2025, section 6.3.2).
//
// A field that several sets select under one response name keeps the sets that are selected below it apart. Equal lists of sets have
// equal numbers ([Collector.ID]): whoever looks at what is below a field needs to do so once for a type and a number, so that
// the work follows the length of a document and not the number of paths through it.
package selection

import "github.com/vektah/gqlparser/v2/ast"

// Field is what is selected under one response name.
type Field struct {
	*ast.Field // the first of them

	More []*ast.Field       // the others
	Sets []ast.SelectionSet // what all of them select further
}

// Collector collects fields of one document, which must be valid. It is for one goroutine.
type Collector struct {
	Fragments ast.FragmentDefinitionList
	// Step is called for each selection that is looked at; what it panics with goes through.
	Step func()
	// Included says what the directives @skip and @include of a selection come to.
	Included func(ast.DirectiveList) bool

	lists map[list]int
}

// list is a list of selection sets: another list and one set more.
type list struct {
	before int
	last   *ast.Selection // the first of the set, which no other set has at the same address
}

// ID numbers lists of selection sets, of which none is empty: equal lists, equal numbers.
func (c *Collector) ID(sets []ast.SelectionSet) int {
	if c.lists == nil {
		c.lists = map[list]int{}
	}
	id := 0
	for _, set := range sets {
		key := list{id, &set[0]}
		next, ok := c.lists[key]
		if !ok {
			next = len(c.lists) + 1
			c.lists[key] = next
		}
		id = next
	}
	return id
}

// Fields collects what sets select of objects for which fragments with the type conditions hold that satisfies accepts. A
// fragment that is spread more than once counts once.
func (c *Collector) Fields(sets []ast.SelectionSet, satisfies func(condition string) bool) []*Field {
	var all collected
	var visited names
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			c.Step()
			switch s := s.(type) {
			case *ast.Field:
				if c.Included(s.Directives) {
					all.add(s)
				}
			case *ast.InlineFragment:
				if c.Included(s.Directives) && (s.TypeCondition == "" || satisfies(s.TypeCondition)) {
					walk(s.SelectionSet)
				}
			case *ast.FragmentSpread:
				if !c.Included(s.Directives) || !visited.add(s.Name) {
					continue
				}
				if f := c.Fragments.ForName(s.Name); satisfies(f.TypeCondition) {
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
	list  []*Field
	index map[string]*Field
}

// few is how many names are compared one by one rather than looked up.
const few = 16

func (s *collected) find(key string) *Field {
	if s.index != nil {
		return s.index[key]
	}
	for _, f := range s.list {
		if f.Alias == key {
			return f
		}
	}
	return nil
}

func (s *collected) add(selected *ast.Field) {
	f := s.find(selected.Alias)
	if f == nil {
		f = &Field{Field: selected}
		if s.list = append(s.list, f); s.index != nil {
			s.index[f.Alias] = f
		} else if len(s.list) > few {
			s.index = map[string]*Field{}
			for _, f := range s.list {
				s.index[f.Alias] = f
			}
		}
	}
	if f.Field != selected {
		f.More = append(f.More, selected)
	}
	if len(selected.SelectionSet) > 0 {
		f.Sets = append(f.Sets, selected.SelectionSet)
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
