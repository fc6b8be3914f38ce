package executor

import (
	"github.com/99designs/gqlgen/graphql"

	"weft/graph/plan"
	"weft/graph/view"
)

// null writes null where the field may be null, and is an error otherwise.
func (w *writer) null(s *plan.Scope, n *plan.Node, parent view.Object) bool {
	if n.Field.Type.NonNull {
		return w.fail(n, invalidNull(n, &graphql.InvalidNullError{Object: s.TypeOf(parent), Field: n.AST.Name, Path: w.here()}))
	}
	w.dst = append(w.dst, "null"...)
	return true
}

// nullMember writes a member that is null or missing, of a leaf's field. One that another object should have had is in error.
func (w *writer) nullMember(n *plan.Node, v view.Value, parent view.Object) bool {
	if err := parent.Lost(n.Slot, n.Field.Type.NonNull); err != nil {
		return w.fail(n, err)
	}
	if !n.Field.Type.NonNull {
		w.dst = append(w.dst, "null"...)
		return true
	}
	_, err := n.Field.Leaf(nil, v)
	if n.Field.Type.Elem != nil {
		err = v.List()
	}
	return w.fail(n, parent.Located(n.Slot, err))
}
