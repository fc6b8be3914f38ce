package edge

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// refusals is the extension that turns away valid operations that this edge does not serve. Executed, they
// would give part of an answer that looks like all of it.
type refusals struct {
	introspection bool // refuse it too
}

var _ graphql.OperationContextMutator = refusals{}

// ExtensionName implements graphql.HandlerExtension.
func (refusals) ExtensionName() string { return "Refusals" }

// Validate implements graphql.HandlerExtension.
func (refusals) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator.
func (f refusals) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if op.Operation.Operation == ast.Subscription {
		return refused(op.Operation.Position, "subscriptions are not served here")
	}
	if strings.Contains(op.RawQuery, "defer") {
		if at := find(op.Doc, isDefer); at != nil {
			return refused(at, "@defer is not served here: leave it out")
		}
	}
	op.DisableIntrospection = f.introspection
	if f.introspection && strings.Contains(op.RawQuery, "__") {
		if at := find(op.Doc, isIntrospection); at != nil {
			return refused(at, "introspection is disabled")
		}
	}
	return nil
}

// refused looks like a validation error to clients and transports, because that is when it happens.
func refused(at *ast.Position, message string) *gqlerror.Error {
	err := &gqlerror.Error{Message: message}
	if at != nil {
		err.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
	errcode.Set(err, errcode.ValidationFailed)
	return err
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
