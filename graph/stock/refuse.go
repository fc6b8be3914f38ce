package stock

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
)

// refused are the fields of an operation whose arguments [binding.CheckNulls] refuses, with these arguments.
type refused map[*ast.Field]ast.ArgumentList

// refuseNulls makes gqlgen's executor answer such fields with their error, and returns them; that executor would make 0, "" or
// "null" of null. The operation gets a document in which they have no arguments, since the executor would complain of some in other
// words.
func refuseNulls(op *graphql.OperationContext) refused {
	if !hasNull(op.Variables) {
		return nil
	}
	fields := refused{}
	doc, operation := *op.Doc, *op.Operation
	operation.SelectionSet = fields.copy(operation.SelectionSet, op.Variables)
	doc.Fragments = make(ast.FragmentDefinitionList, len(op.Doc.Fragments))
	for i, f := range op.Doc.Fragments {
		fragment := *f
		fragment.SelectionSet = fields.copy(f.SelectionSet, op.Variables)
		doc.Fragments[i] = &fragment
	}
	if len(fields) == 0 {
		return nil
	}
	resolve := op.ResolverMiddleware
	op.Doc, op.Operation = &doc, &operation
	op.ResolverMiddleware = func(ctx context.Context, next graphql.Resolver) (any, error) {
		args := fields[graphql.GetFieldContext(ctx).Field.Field]
		if err := binding.CheckNulls(args, op.Variables); err != nil { // one for each object, since its path is added
			return nil, err
		}
		return resolve(ctx, next)
	}
	return fields
}

func hasNull(variables map[string]any) bool {
	for _, v := range variables {
		if v == nil {
			return true
		}
	}
	return false
}

// copy copies selections, and adds those of them that are refused.
func (r refused) copy(set ast.SelectionSet, variables map[string]any) ast.SelectionSet {
	if set == nil {
		return nil
	}
	out := make(ast.SelectionSet, len(set))
	for i, s := range set {
		out[i] = s
		switch s := s.(type) {
		case *ast.Field:
			field := *s
			field.SelectionSet = r.copy(s.SelectionSet, variables)
			if binding.CheckNulls(s.Arguments, variables) != nil {
				field.Arguments = nil
				r[&field] = s.Arguments
			}
			out[i] = &field
		case *ast.InlineFragment:
			fragment := *s
			fragment.SelectionSet = r.copy(s.SelectionSet, variables)
			out[i] = &fragment
		}
	}
	return out
}
