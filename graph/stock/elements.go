package stock

import (
	"context"
	"errors"
	"iter"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/view"
)

// gqlgen's executor has one error for a field. So fields that upstreams answer return a *view.ListError for elements that cannot
// be read, and elementwise, which stands around all fields, reports each at its own index, as GraphQL wants it (section 6.4.4).

// elementwise reports the elements that cannot be read of the lists that fields answer. A hand-written field's error costs the field.
func elementwise(next graphql.FieldMiddleware) graphql.FieldMiddleware {
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		v, err := next(ctx, resolve)
		failed, ok := err.(*view.ListError)
		if !ok || graphql.GetFieldContext(ctx).IsResolver {
			return v, err
		}
		elements := failed.Elements
		if failed.Lost {
			last := elements[len(elements)-1]
			elements, err = elements[:len(elements)-1], elementError(ctx, last.Err, last.Index...)
		} else {
			err = nil
		}
		for _, e := range elements {
			graphql.AddError(ctx, elementError(ctx, e.Err, e.Index...))
		}
		return v, err
	}
}

// elementError is an error of an element of the field that is being resolved. One that somebody worded for clients stays as it is worded.
func elementError(ctx context.Context, err error, index ...int) *gqlerror.Error {
	e := gqlerror.WrapPath(graphql.GetPath(ctx), err)
	if worded, ok := errors.AsType[*gqlerror.Error](err); ok {
		e.Err, e.Message, e.Extensions = worded.Err, worded.Message, worded.Extensions
	}
	for _, i := range index {
		e.Path = append(e.Path, ast.PathIndex(i))
	}
	if pos := graphql.GetFieldContext(ctx).Field.Position; pos != nil {
		e.Locations = []gqlerror.Location{{Line: pos.Line, Column: pos.Column}}
	}
	return e
}

// views are a list of objects, nil where one is null or cannot be read: where nil may not stand, gqlgen's executor makes the list
// null. errs has what is wrong with each; nil: nothing is known.
func views[T view.Viewer](objects []view.Object, errs []error) ([]*T, error) {
	list := view.AsList[T](objects)
	var failed view.ListError
	for i, v := range list {
		var err error
		if errs != nil {
			err = errs[i]
		}
		if err == nil && v != nil {
			err = objects[i].Member(0).Object()
		}
		if err != nil {
			list[i] = nil
			failed.Add(i, err)
		}
	}
	return list, failed.OrNil()
}

// values are the objects as what stands there.
func values(objects []view.Object) iter.Seq2[int, view.Value] {
	return func(yield func(int, view.Value) bool) {
		for i, o := range objects {
			if !yield(i, o.Member(0)) {
				return
			}
		}
	}
}

// reportNodes reports the nodes of a page that cannot be read wherever the operation selects them: they are members of plain
// structs, which have no errors.
func (o *operation) reportNodes(ctx context.Context, object string, selections ast.SelectionSet, failed *view.ListError) {
	t := o.types[object]
	for _, selected := range graphql.CollectFields(graphql.GetOperationContext(ctx), selections, t.Satisfies) {
		within, ok := t.Within[selected.Name]
		if !ok {
			continue
		}
		ctx := graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: object, Field: selected})
		switch selected.Name {
		case "nodes":
			for _, e := range failed.Elements {
				graphql.AddError(ctx, elementError(ctx, e.Err, e.Index...))
			}
		case "edges":
			for _, e := range failed.Elements {
				one := &view.ListError{Elements: []view.ElementError{{Err: e.Err}}}
				o.reportNodes(graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &e.Index[0]}), within, selected.Selections, one)
			}
		case "node":
			graphql.AddError(ctx, elementError(ctx, failed.Elements[0].Err))
		}
	}
}
