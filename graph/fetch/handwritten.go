package fetch

import (
	"context"

	"weft/graph/view"
	"weft/loaders"
)

// maxResolvers is how many hand-written fields of one operation run at once; those that wait for a loader do not count.
const maxResolvers = 64

// HandWritten runs an operation's hand-written fields.
type HandWritten struct{ gate *loaders.Gate }

// HandWritten says that hand-written fields will run, which may load what Fetch loads, too: all of that is batched
// together and remembered in one place from now on.
func (x *Execution) HandWritten() HandWritten {
	if x.gate.Load() == nil {
		x.gate.CompareAndSwap(nil, loaders.NewGate(maxResolvers))
	}
	return HandWritten{x.gate.Load()}
}

// Expect says that n calls of functions by Resolve are about to begin: what all of them load is batched together.
func (h HandWritten) Expect(n int) { h.gate.Expect(n) }

// Resolve calls f with 0 to n-1, which Expect has announced, in parallel within a bound, and returns when all have ended. What
// they load is batched exactly. f must not panic.
func (h HandWritten) Resolve(ctx context.Context, n int, f func(ctx context.Context, i int)) {
	h.gate.RunExpected(ctx, n, f)
}

// ObjectOf is a view's object; false for nil.
func ObjectOf[T view.Viewer](v *T) ([]view.Object, bool) {
	if v == nil {
		return nil, false
	}
	return []view.Object{view.ObjectOf(v)}, true
}

// ObjectsOf are a list's objects, zero ones for nil; false for a nil list.
func ObjectsOf[T view.Viewer](list []*T) ([]view.Object, bool) {
	if list == nil {
		return nil, false
	}
	objects := make([]view.Object, len(list))
	for i, v := range list {
		if v != nil {
			objects[i] = view.ObjectOf(v)
		}
	}
	return objects, true
}
