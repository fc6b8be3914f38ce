package operation

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/document"
)

// refusals turns away valid operations that are not served. Executed, they would give part of an answer that looks like all of it.
type refusals struct {
	introspection bool // refuse it too
}

// check returns why an operation is not served; nil: it is.
func (f refusals) check(o *document.Operation) *gqlerror.Error {
	text, doc := o.Document.Text, o.Document.AST
	if o.AST.Operation == ast.Subscription {
		return gqlerror.ErrorPosf(o.AST.Position, "subscriptions are not served here")
	}
	if strings.Contains(text, "defer") {
		if at := find(doc, isDefer); at != nil {
			return gqlerror.ErrorPosf(at, "@defer is not served here: leave it out")
		}
	}
	if f.introspection && strings.Contains(text, "__") {
		if at := find(doc, isIntrospection); at != nil {
			return gqlerror.ErrorPosf(at, "introspection is disabled")
		}
	}
	return nil
}

func isDefer(s ast.Selection) *ast.Position {
	var directives ast.DirectiveList
	switch s := s.(type) {
	case *ast.InlineFragment:
		directives = s.Directives
	case *ast.FragmentSpread:
		directives = s.Directives
	}
	if d := directives.ForName("defer"); d != nil {
		return d.Position
	}
	return nil
}

func isIntrospection(s ast.Selection) *ast.Position {
	if f, ok := s.(*ast.Field); ok && (f.Name == "__schema" || f.Name == "__type") {
		return f.Position
	}
	return nil
}

// find returns the first position that match gives for a selection of doc. It reads each fragment once, where
// it is defined, so its cost is the document's length however often they are spread.
func find(doc *ast.QueryDocument, match func(ast.Selection) *ast.Position) *ast.Position {
	for _, op := range doc.Operations {
		if at := findIn(op.SelectionSet, match); at != nil {
			return at
		}
	}
	for _, fragment := range doc.Fragments {
		if at := findIn(fragment.SelectionSet, match); at != nil {
			return at
		}
	}
	return nil
}

func findIn(set ast.SelectionSet, match func(ast.Selection) *ast.Position) *ast.Position {
	for _, s := range set {
		if at := match(s); at != nil {
			return at
		}
		var inner ast.SelectionSet
		switch s := s.(type) {
		case *ast.Field:
			inner = s.SelectionSet
		case *ast.InlineFragment:
			inner = s.SelectionSet
		}
		if at := findIn(inner, match); at != nil {
			return at
		}
	}
	return nil
}
