package stock

import (
	"context"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/binding"
	"weft/graph/view"
)

// nulls are the bindings that have answered fields with nulls among their objects. gqlgen's executor finds those that stand where none may
// be, and does not know whose they are.
type nulls struct{ by sync.Map } // *graphql.FieldContext → *binding.Binding

// note notes that a binding has answered the field that is being resolved.
func (n *nulls) note(ctx context.Context, b *binding.Binding, objects []view.Object) {
	if slices.ContainsFunc(objects, view.Object.IsNull) {
		n.by.Store(graphql.GetFieldContext(ctx), b)
	}
}

// blame makes of a null where none may be the error of the upstream that has given it, if one has.
func (n *nulls) blame(ctx context.Context, null *graphql.InvalidNullError) error {
	for at := graphql.GetFieldContext(ctx); at != nil; at = at.Parent {
		if b, ok := n.by.Load(at); ok {
			return b.(*binding.Binding).Null(null)
		}
		if at.IsResolver || at.IsMethod { // what is left are elements, and the fields of a page
			break
		}
	}
	return null
}
