package executor

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/fetch"
	"weft/graph/gqlgen"
	"weft/graph/plan"
	"weft/graph/view"
)

// maxErrors is how many errors an answer keeps; more tell nobody anything.
const maxErrors = 1000

// writer writes an answer in one pass over a run, or over those of a mutation's root fields. A method that returns false has met a null
// where none may be: its caller drops what was written of the parent, and the parent becomes null. Errors are in the order of the
// document.
type writer struct {
	*run
	dst    []byte
	errs   gqlerror.List
	failed bool // the whole answer is null
	ended  bool // the whole answer is null, because of a limit: nothing more is written, no error is added

	budget *fetch.Budget // the operation's

	got   fetch.Size // the values and objects written so far; bytes are len(dst)
	limit fetch.Size // what may be written before the limits of the operation are looked at again, and its room in memory
	depth int        // of nested objects that are read while they are written

	cuts int // how often what was written was dropped again

	serves bool          // the operation has stale values
	stale  []fetch.Stale // those in what is written

	pictures map[*plan.Node]*picture // what is wanted of those whose URLs are in the answer; nil: none yet

	parts bool       // the answer has several writers, which share the operation's limits
	spent fetch.Size // what this one has taken of them
}

// write writes the root fields of a run, and ends the run.
func (w *writer) write(r *run) {
	w.run = r
	defer r.leave()
	if r.excess != nil {
		w.end(r.excess)
		return
	}
	if w.failed {
		return
	}
	w.serves = r.x.ServesStale()
	if !w.members(r.plan.Root, view.Object{}, 0) {
		w.failed = true
	}
}

// data ends the pass, and returns the whole answer.
func (w *writer) data() json.RawMessage {
	if len(w.dst) == 0 {
		w.dst = append(w.dst, '{')
	}
	w.dst = append(w.dst, '}')
	if !w.fits() || w.failed {
		return json.RawMessage("null")
	}
	return w.dst
}

func (w *writer) object(s *plan.Scope, index int32) bool {
	if len(s.Nodes) == 0 {
		w.dst = append(w.dst, "{}"...)
		return true
	}
	if w.serves && s.Fill != nil {
		w.nameFilled(s, index)
	}
	return w.members(s, w.columns[s.Index].list[index], index) && w.closed()
}

func (w *writer) closed() bool {
	w.dst = append(w.dst, '}')
	return true
}

// members writes what is selected of an object, whose index in the scope's column is given. Runs of members whose text is the upstream's own are
// copied; all else is written one by one.
func (w *writer) members(s *plan.Scope, o view.Object, index int32) bool {
	w.got.Values += len(s.Nodes)
	if !w.fits() {
		return false
	}
	for i := 0; i < len(s.Nodes); i++ {
		var copied int
		if w.dst, copied = o.AppendVerbatim(w.dst, &s.Written, i, w.limit.Bytes); copied > 0 {
			if i += copied; !w.fits() {
				return false
			}
			if i == len(s.Nodes) {
				return true
			}
		}
		if n := s.Nodes[i]; n.Direct && n.Field.Type.Elem == nil && w.whole(n.Children.Scopes[0], o.Member(n.Slot), s.Written.Prefix(i)) {
			continue
		}
		if !w.member(s, i, o, index) || !w.fits() {
			return false
		}
	}
	return true
}

// member writes one of what is selected of an object.
func (w *writer) member(s *plan.Scope, i int, o view.Object, index int32) bool {
	n := s.Nodes[i]
	w.dst = append(w.dst, s.Written.Prefix(i)...)
	if n.Scalar != nil {
		if v := o.Member(n.Slot); !v.IsNull() {
			if written, err := n.Scalar(w.dst, v); err == nil {
				w.dst = written
				return true
			}
		}
	}
	switch {
	case n.Field != nil:
		return w.field(s, n, o, index)
	case n.Slot > 0:
		w.dst = strconv.AppendQuote(w.dst, s.TypeOf(o)) // a name
	}
	return true
}

// field writes a node's value for one parent, or null where that failed and the field may be null.
func (w *writer) field(s *plan.Scope, n *plan.Node, parent view.Object, index int32) bool {
	mark := w.mark()
	w.path = append(w.path, step{field: n.AST})
	ok := w.value(s, n, parent, index)
	if ok && w.serves && n.Fetch != nil {
		w.nameStale(n, index)
	}
	w.path = w.path[:len(w.path)-1]
	if ok {
		return true
	}
	if n.Field.Type.NonNull || w.ended {
		return false
	}
	w.nullFrom(mark)
	return true
}

func (w *writer) value(s *plan.Scope, n *plan.Node, parent view.Object, index int32) bool {
	switch {
	case n.Field.Denied != nil:
		return w.fail(n, n.Field.Denied)
	case n.Direct:
		return w.direct(s, n, parent)
	case n.Composite():
		return w.composite(s, n, parent, index)
	case n.Fetch != nil:
		return w.fetched(s, n, parent, index)
	}
	v := parent.Member(n.Slot).Meant(n.Field.Empty).Listed(n.Field.Entries)
	if n.Field.Image != "" {
		var err error
		if v, err = w.picture(n).url(v); err != nil {
			return w.fail(n, err)
		}
	}
	if v.IsNull() {
		return w.nullMember(n, v, parent)
	}
	if n.Field.Type.Elem != nil {
		return w.leaves(n, n.Field.Type, v, n.Each, parent)
	}
	return w.leaf(n, n.Field.Type, v, parent)
}

// leaf writes a scalar or enum, or a list of them. Of is the object that it is a member of, for the error; it may be the zero Object.
func (w *writer) leaf(n *plan.Node, t *plan.TypeRef, v view.Value, of view.Object) bool {
	if t.Elem != nil {
		return w.leaves(n, t, v, nil, of)
	}
	dst, err := n.Field.Leaf(w.dst, v)
	if err != nil {
		return w.unreadable(n, of, err)
	}
	w.dst = dst
	return true
}

// leaves writes a list.
func (w *writer) leaves(n *plan.Node, t *plan.TypeRef, v view.Value, each *view.Path, of view.Object) bool {
	if err := v.List(); err != nil {
		return w.unreadable(n, of, err)
	}
	w.dst = append(w.dst, '[')
	list := v.Elements()
	for i := 0; ; i++ {
		e, ok := list.Next()
		if !ok {
			break
		}
		if each != nil {
			e = e.At(*each)
		}
		if !w.element(n, t.Elem, i, e, of) {
			return false
		}
	}
	w.dst = append(w.dst, ']')
	return true
}

// element writes the i-th element of a list. One that cannot be read is null, and where it may not be null the list is.
func (w *writer) element(n *plan.Node, t *plan.TypeRef, i int, v view.Value, of view.Object) bool {
	if i > 0 {
		w.dst = append(w.dst, ',')
	}
	w.got.Values++
	if !w.fits() {
		return false
	}
	mark := len(w.dst)
	if t.NonNull || !v.IsNull() {
		w.path = append(w.path, step{index: i})
		ok := w.leaf(n, t, v, of)
		w.path = w.path[:len(w.path)-1]
		switch {
		case ok:
			return true
		case t.NonNull || w.ended:
			return false
		}
	}
	w.dst = append(w.dst[:mark], "null"...)
	return true
}

// fetched writes a scalar or enum, or a list of them, that a binding of its own answered.
func (w *writer) fetched(s *plan.Scope, n *plan.Node, parent view.Object, index int32) bool {
	o := &w.found[n.Fetch.Index]
	found := &o.found[n.Member]
	res := &found.Results[found.Of[index]]
	switch {
	case res.Err != nil:
		return w.fail(n, res.Err)
	case !res.Found:
		return w.null(s, n, parent)
	case n.Field.Resolve != nil:
		w.dst = append(w.dst, o.texts[index].Bytes()...)
		return true
	case n.Field.Type.Elem == nil:
		return w.fetchedOne(s, n, parent, res.Objects[0].Member(0))
	}
	w.dst = append(w.dst, '[')
	for i, o := range res.Objects {
		if !w.element(n, n.Field.Type.Elem, i, o.Member(0), view.Object{}) {
			return false
		}
	}
	w.dst = append(w.dst, ']')
	return true
}

func (w *writer) fetchedOne(s *plan.Scope, n *plan.Node, parent view.Object, v view.Value) bool {
	if v.IsNull() && !n.Field.Type.NonNull {
		return w.null(s, n, parent)
	}
	return w.leaf(n, n.Field.Type, v, view.Object{})
}

func (w *writer) fail(n *plan.Node, err error) bool { return w.failAt(n, nil, err) }

// failAt adds an error with the current path, at a node or an entry of its page, and returns false. The message and extensions of
// a gqlerror.Error are kept: somebody has worded them for clients.
func (w *writer) failAt(n *plan.Node, entry *plan.PageEntry, err error) bool {
	if w.ended || len(w.errs) == maxErrors {
		return false
	}
	if in, ok := err.(*elementError); ok {
		w.path = append(w.path, step{index: in.index})
		w.failAt(n, entry, in.err)
		w.path = w.path[:len(w.path)-1]
		return false
	}
	e := gqlerror.WrapPath(w.here(), err)
	if worded, ok := errors.AsType[*gqlerror.Error](err); ok {
		e.Err, e.Message, e.Extensions, e.Locations = worded.Err, worded.Message, maps.Clone(worded.Extensions), worded.Locations
	}
	if e.Locations == nil {
		if entry != nil {
			e.Locations = gqlgen.Locations(entry.AST, entry.Merged)
		} else {
			e.Locations = gqlgen.Locations(n.AST, w.plan.Merged[n])
		}
	}
	w.errs = append(w.errs, e)
	return false
}

// unreadable adds the error of a member, or of an element of it, that cannot be read.
func (w *writer) unreadable(n *plan.Node, of view.Object, err error) bool {
	if len(w.errs) == maxErrors {
		return false
	}
	var indexes []int
	for _, s := range slices.Backward(w.path) {
		if s.field != nil {
			break
		}
		indexes = append(indexes, s.index)
	}
	slices.Reverse(indexes)
	return w.fail(n, of.Located(n.Slot, err, indexes...))
}
