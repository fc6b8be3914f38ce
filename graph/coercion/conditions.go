package coercion

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// CheckConditions refuses null for a condition: @skip(if: $s) where $s: Boolean = true is null. Validation lets a nullable variable
// stand there because of its default, which does not count for null. Without an answer to the condition there is none to
// the operation. The variables are those that [Variables] returns.
func CheckConditions(doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any) *gqlerror.Error {
	search := nullConditions{doc: doc, visited: map[string]bool{}}
	for _, v := range op.VariableDefinitions {
		if value, given := variables[v.Variable]; given && value == nil && v.Type.NamedType == "Boolean" {
			search.null = append(search.null, v.Variable)
		}
	}
	if search.null == nil {
		return nil
	}
	at := search.in(op.SelectionSet)
	if at == nil {
		return nil
	}
	return gqlerror.ErrorPosf(at.Position, `Argument "if" of non-null type "Boolean!" must not be null: variable $%s is.`, at.Raw)
}

// nullConditions searches an operation for conditions that are null.
type nullConditions struct {
	doc     *ast.QueryDocument
	null    []string        // the variables that are
	visited map[string]bool // fragments
}

// in returns the first one's value; nil: there is none.
func (s *nullConditions) in(set ast.SelectionSet) *ast.Value {
	for _, selection := range set {
		var directives ast.DirectiveList
		var inner ast.SelectionSet
		switch selection := selection.(type) {
		case *ast.Field:
			directives, inner = selection.Directives, selection.SelectionSet
		case *ast.InlineFragment:
			directives, inner = selection.Directives, selection.SelectionSet
		case *ast.FragmentSpread:
			directives, inner = selection.Directives, s.fragment(selection.Name)
		}
		if at := s.among(directives); at != nil {
			return at
		}
		if at := s.in(inner); at != nil {
			return at
		}
	}
	return nil
}

// fragment returns what a fragment selects, the first time.
func (s *nullConditions) fragment(name string) ast.SelectionSet {
	f := s.doc.Fragments.ForName(name)
	if f == nil || s.visited[name] {
		return nil
	}
	s.visited[name] = true
	return f.SelectionSet
}

func (s *nullConditions) among(directives ast.DirectiveList) *ast.Value {
	for _, d := range directives {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		if a := d.Arguments.ForName("if"); a != nil && a.Value.Kind == ast.Variable {
			for _, name := range s.null {
				if a.Value.Raw == name {
					return a.Value
				}
			}
		}
	}
	return nil
}
