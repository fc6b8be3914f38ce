package guard

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Needs are the requirements that an operation's fields have, as indexes, sorted. None: it is the same for everybody.
type Needs []int

// Needs finds what an operation may need, whatever its variables are and whatever types its objects have. The document is valid. It takes as
// many steps as the document has fields, each once for each object type that it applies to.
func (s *Schema) Needs(schema *ast.Schema, doc *ast.QueryDocument, op *ast.OperationDefinition) Needs {
	if s == nil || len(s.Requirements) == 0 {
		return nil
	}
	found := make([]bool, len(s.Requirements))
	w := walk{doc: doc, visited: map[string]bool{}, field: func(f *ast.Field) {
		for _, t := range possible(schema, f) {
			for _, i := range s.of(t.Name, f) {
				found[i] = true
			}
		}
	}}
	w.set(op.SelectionSet)
	var needs Needs
	for i, is := range found {
		if is {
			needs = append(needs, i)
		}
	}
	return needs
}

// First returns the error of the first field of an operation, with these variables, that is denied on objects of any type that it may be
// selected of; nil: there is none.
func (d *Decision) First(schema *ast.Schema, doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any) (first *gqlerror.Error) {
	if d == nil {
		return nil
	}
	w := walk{doc: doc, visited: map[string]bool{}, variables: variables, chosen: true, field: func(f *ast.Field) {
		for _, t := range possible(schema, f) {
			if first == nil && d.Denies(t.Name, f) {
				first = d.Refusal(t.Name, f.Name)
				first.Locations = []gqlerror.Location{{Line: f.Position.Line, Column: f.Position.Column}}
			}
		}
	}}
	w.set(op.SelectionSet)
	return first
}

// possible are the object types whose objects a field is selected of. Validation has found out what it is declared by.
func possible(schema *ast.Schema, f *ast.Field) []*ast.Definition {
	if f.Name == "__typename" {
		return nil
	}
	return schema.GetPossibleTypes(f.ObjectDefinition)
}

// walk visits the fields of an operation, those of a named fragment once.
type walk struct {
	doc       *ast.QueryDocument
	visited   map[string]bool
	variables map[string]any
	chosen    bool // only what @skip and @include leave, with the variables
	field     func(*ast.Field)
}

func (w *walk) set(set ast.SelectionSet) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if w.includes(s.Directives) {
				w.field(s)
				w.set(s.SelectionSet)
			}
		case *ast.InlineFragment:
			if w.includes(s.Directives) {
				w.set(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			if w.includes(s.Directives) && !w.visited[s.Name] {
				w.visited[s.Name] = true
				w.set(w.doc.Fragments.ForName(s.Name).SelectionSet)
			}
		}
	}
}

// includes reports what @skip and @include come to; a condition that is no boolean leaves out nothing.
func (w *walk) includes(list ast.DirectiveList) bool {
	if !w.chosen {
		return true
	}
	for _, d := range list {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		if a := d.Arguments.ForName("if"); a != nil {
			if v, err := a.Value.Value(w.variables); err == nil && v == (d.Name == "skip") {
				return false
			}
		}
	}
	return true
}
