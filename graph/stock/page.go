package stock

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/binding"
	"weft/graph/view"
)

// PageOf is one page of a connection.
type PageOf[N any] struct {
	binding.PageInfo
	Nodes []N
}

// Connection answers a field with a Relay connection, which build makes of a page of nodes ([Views], [Values]). It must run in a gqlgen resolver.
//
// A negative first, one above the page's Max, and a cursor that this field with these arguments did not give are errors
// with code BAD_INPUT. A page beyond the end is empty, also when the upstream has none there (404). A page can be shorter
// than first and have a next one where the upstream gives less than it is asked for.
func Connection[N, C any](
	ctx context.Context, f *binding.Field, parent view.Object, nodes func([]view.Object) ([]N, error), build func(*PageOf[N]) *C,
) (*C, error) {
	o, args := operationOf(ctx), arguments(ctx, f)
	values, ok, err := o.Values(f, parent, args)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		_, err := f.Checked(binding.Value{}, f.Lost(parent))
		return nil, err
	}
	a, err := o.Page(ctx, f, values, args)
	o.NoteStale(ctx, &a)
	if err != nil || !a.Found {
		return nil, err
	}
	o.nulls.note(ctx, f.Binding, a.Objects)
	if below := selectionOf(ctx, f); below != nil {
		o.ahead(*below, a.Objects)
	}
	list, err := nodes(filled(ctx, f, a.Objects))
	switch failed, some := err.(*view.ListError); {
	case err == nil:
	case some && !failed.Lost:
		field := graphql.GetFieldContext(ctx).Field
		o.reportNodes(ctx, f.Binding.Object, field.Selections, failed)
	case some:
		return nil, failed.Unwrap() // an element's index is none of the connection's
	default:
		return nil, err
	}
	return build(&PageOf[N]{Nodes: list, PageInfo: *a.Page()}), nil
}

// Views makes a page's objects views.
func Views[T view.Viewer](objects []view.Object) ([]*T, error) { return views[T](objects, nil) }

// Values makes a page's objects values of another kind; sparse: nil stands for those that cannot be read ([view.SparseListOf]).
func Values[N any](sparse bool, decode func(view.Value) (N, error)) func([]view.Object) ([]N, error) {
	return func(objects []view.Object) ([]N, error) { return view.DecodeList(values(objects), sparse, decode) }
}
