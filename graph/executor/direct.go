package executor

import (
	"weft/graph/plan"
	"weft/graph/view"
)

// direct writes a nested object, or a list of them, below which nothing is fetched. Such objects are never filed: each is scanned when
// it is written, into scratch memory that the next one uses again.
func (w *writer) direct(s *plan.Scope, n *plan.Node, parent view.Object) bool {
	v := parent.Member(n.Slot).Meant(n.Field.Empty).Listed(n.Field.Entries)
	t := n.Field.Type
	if v.IsNull() {
		if err := parent.Lost(n.Slot, t.NonNull); err != nil {
			return w.fail(n, err)
		}
	}
	switch {
	case v.IsNull() && !t.NonNull:
		w.dst = append(w.dst, "null"...)
		return true
	case t.Elem == nil:
		return w.directOne(n, v, func(err error) bool { return w.fail(n, parent.Located(n.Slot, err)) })
	}
	if err := v.List(); err != nil {
		return w.fail(n, parent.Located(n.Slot, err))
	}
	return w.directList(n, v, parent)
}

// whole writes a prefix, and behind it a nested object whose text is what the answer has. It returns false, and writes nothing, where the object
// has to be read member by member, or a limit may be reached.
func (w *writer) whole(s *plan.Scope, v view.Value, prefix []byte) bool {
	if !s.Whole {
		return false
	}
	dst, ok := v.AppendWhole(append(w.dst, prefix...), &s.Written)
	if !ok || len(dst) > w.limit.Bytes || w.got.Objects >= w.limit.Objects || !w.read(v) {
		return false
	}
	w.dst = dst
	w.got.Objects++
	w.got.Values += len(s.Nodes)
	return true
}

// mayRead counts a value that is about to be read. It returns false, and ends the answer, where that is too much.
func (w *writer) mayRead(v view.Value) bool {
	if !w.read(v) && !w.ended {
		w.end(w.excess)
	}
	return !w.ended
}

// directOne writes an object. Wrong is called, and its result returned, where the value is no object.
func (w *writer) directOne(n *plan.Node, v view.Value, wrong func(error) bool) bool {
	if w.depth == len(w.scratch) {
		w.scratch = append(w.scratch, view.Scratch{})
	}
	scope := n.Children.Scopes[0]
	if w.whole(scope, v, nil) {
		return true
	}
	if !w.mayRead(v) {
		return false
	}
	o, err := w.scratch[w.depth].Object(v, scope.Shape)
	if err != nil {
		return wrong(err)
	}
	if !w.count(1) {
		return false
	}
	if len(scope.Nodes) == 0 {
		w.dst = append(w.dst, "{}"...)
		return true
	}
	w.depth++
	ok := w.members(scope, o, -1) && w.closed()
	w.depth--
	return ok
}

// directList writes a list of objects. An element that is no object is null, and where it may not be null the list is.
func (w *writer) directList(n *plan.Node, v view.Value, parent view.Object) bool {
	nonNull := n.Field.Type.Elem.NonNull
	if !w.mayRead(v) {
		return false
	}
	w.dst = append(w.dst, '[')
	list := v.Elements()
	for i := 0; ; i++ {
		e, ok := list.Next()
		if !ok {
			break
		}
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		if n.Each != nil {
			e = e.At(*n.Each)
		}
		mark := len(w.dst)
		if nonNull || !e.IsNull() {
			w.path = append(w.path, step{index: i})
			ok := w.directOne(n, e, func(err error) bool { return w.fail(n, parent.Located(n.Slot, err, i)) })
			w.path = w.path[:len(w.path)-1]
			switch {
			case ok:
				continue
			case nonNull || w.ended:
				return false
			}
		}
		w.dst = append(w.dst[:mark], "null"...)
	}
	w.dst = append(w.dst, ']')
	return true
}
