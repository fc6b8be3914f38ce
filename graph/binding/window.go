package binding

import (
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
	"weft/graph/view"
)

// Window is the part of a list that a client asked for: first elements after a position.
type Window struct {
	position        // of its first element
	field    *Field // the paged field
	values   []any  // of the binding's variables; those that the page fills are absent
	first    int    // how many elements it has at most; may be 0
	scope    string // what its cursors belong to
}

// span is elements of a list that follow each other.
type span struct {
	objects []view.Object
	cursors []string // one for each object
	hasMore bool     // there are elements behind it
	total   *int     // how many the list has; nil: unknown
	end     string   // where to go on if there are no objects, and more
	null    bool     // there is no such list
}

// PageCall calls the upstream of a list for one of its pages. Beyond: it is not the list's first, so that nothing is an empty page.
type PageCall func(values []any, beyond bool) (Value, error)

// Window reads first and after among a paged field's arguments; values are those of all other variables. Its error says which of the two
// a client got wrong.
func (f *Field) Window(args Arguments, values []any) (*Window, error) {
	p := f.Binding.Page
	w := &Window{field: f, values: values, first: p.defaultFirst(), scope: f.scope(values)}
	if v, ok := args["first"]; ok && v != nil {
		n, err := strconv.Atoi(fmt.Sprint(v))
		if err != nil || n < 0 || n > p.max() {
			return nil, badInput("first must be from 0 to %d, not %v", p.max(), v)
		}
		w.first = n
	}
	if v, ok := args["after"]; ok && v != nil {
		after, err := parseCursor(fmt.Sprint(v), w.scope, p.max())
		if err != nil || !p.gives(after) {
			return nil, badInput("after is not a cursor of this field with these arguments")
		}
		w.position = after.next()
	}
	return w, nil
}

// Load returns the window's objects and what is known of the page. It calls the upstream once where the client keeps to one first, and
// for most others twice.
func (w *Window) Load(call PageCall) (Value, error) {
	s, err := w.load(call)
	if err != nil {
		return Value{}, err
	}
	if s.null {
		return w.field.Checked(Value{}, nil)
	}
	page := &PageInfo{Cursors: s.cursors, HasNext: s.hasMore, HasPrevious: !w.start(), Total: s.total}
	switch n := len(s.cursors); {
	case n > 0:
		page.Start, page.End = &s.cursors[0], &s.cursors[n-1]
	case s.end != "":
		page.End = &s.end
	}
	return Value{Objects: s.objects, Found: true, extra: &extra{page: page}}, nil
}

// gives reports whether the style has positions like this one.
func (p *Page) gives(at position) bool {
	switch p.Style {
	case Cursor, Keyset:
		return at.Size == 0
	case Link:
		return at.After == "" || (at.Size > 0) == (p.Size != "")
	case Offset, PageNumber:
	}
	return at.After == "" && at.Size == 0
}

// badInput is an error of a client's, with its code.
func badInput(format string, args ...any) error {
	return &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": protocol.CodeBadInput}}
}

// load loads the window in the way of its style: by index, by numbers of pages, or along a chain of cursors.
func (w *Window) load(call PageCall) (span, error) {
	page := w.field.Binding.Page
	if w.field.EmptyList(w.values) {
		s := span{}
		if page.Total != "" {
			s.total = new(int)
		}
		return s, nil
	}
	size := max(w.first, 1) // to know whether there are more, and the total
	switch page.Style {
	case Offset:
		if page.Total == "" && page.Next == "" {
			size = min(w.first+1, page.max())
		}
		return w.indexed(call, w.Index, size, strconv.Itoa(w.Index))
	case PageNumber:
		return w.numbered(call, size)
	case Cursor, Link, Keyset:
	}
	return w.chained(call)
}

// numbered loads a window of numbered pages, each as long as the window. It lies across two of them unless it begins where one does: the
// end of the first, and as many of the next as are missing.
func (w *Window) numbered(call PageCall, size int) (span, error) {
	number, skip := w.Index/size, w.Index%size
	if !w.field.Binding.Page.FromZero {
		number++
	}
	s, err := w.indexed(call, w.Index-skip, size, strconv.Itoa(number))
	if err != nil || skip == 0 {
		return s, err
	}
	s.objects, s.cursors = drop(s.objects, skip), drop(s.cursors, skip)
	if !s.hasMore {
		return s, nil
	}
	next, err := w.indexed(call, w.Index-skip+size, size, strconv.Itoa(number+1))
	if err != nil {
		return s, err
	}
	n := min(skip, len(next.objects))
	return span{
		objects: append(s.objects[:len(s.objects):len(s.objects)], next.objects[:n]...), cursors: append(s.cursors, next.cursors[:n]...),
		hasMore: next.hasMore || len(next.objects) > n, total: s.total,
	}, nil
}

// indexed makes one call whose first element has the given index in the list. Whether there are more it tells by the surest sign that
// the upstream gives: an element too many, the total, the next member, or else a full page.
func (w *Window) indexed(call PageCall, index, size int, at string) (span, error) {
	a, err := w.page(call, size, at, index == 0)
	if err != nil {
		return span{}, err
	}
	n := len(a.Objects)
	s := span{objects: a.Objects[:min(n, w.first)], total: a.total(), null: !a.Found && w.start()}
	switch {
	case n == 0 || n > w.first:
		s.hasMore = n > 0
	case a.total() != nil:
		s.hasMore = index+n < *a.total()
	case w.field.Binding.Page.Next != "":
		s.hasMore = a.next() != ""
	default:
		s.hasMore = n == size
	}
	for i := range s.objects {
		s.cursors = append(s.cursors, position{Index: index + i}.cursor(w.scope))
	}
	return s, nil
}

// chainCalls is how many calls a window of an upstream's own cursors makes at most.
const chainCalls = 5

// chained loads a window that begins Index elements behind an upstream's own cursor. It goes on behind a page that the
// upstream ends before the window does, up to chainCalls: a window that is then still short is an answer with more behind it.
func (w *Window) chained(call PageCall) (span, error) {
	var s span
	at, page := w.position, w.field.Binding.Page
	for calls := 1; ; calls++ {
		wanted := w.first - len(s.objects)
		size := page.chainSize(at, wanted)
		a, err := w.page(call, size, at.After, at.After == "")
		if err != nil {
			return span{}, err
		}
		if calls == 1 {
			s.total, s.null = a.total(), !a.Found && w.start()
		}
		next := position{Index: behind}
		if next.After, err = w.after(&a, size); err != nil {
			return span{}, err
		}
		if next.After == at.After { // an upstream that turns in a circle has no more
			next.After = ""
		}
		if page.Style == Link {
			at.Size, next.Size = size, size
		}
		found := drop(a.Objects, at.Index)
		w.link(&s, found[:min(wanted, len(found))], at, next, len(found))
		if len(found) >= wanted || next.After == "" {
			return s, nil
		}
		if calls == chainCalls {
			if len(s.objects) == 0 {
				s.end = next.cursor(w.scope)
			}
			return s, nil
		}
		left := at.Index - min(at.Index, len(a.Objects)) // of the Index elements to skip, those that the page did not have
		at = next.next()
		at.Index = left
	}
}

// after is the upstream's own cursor of what follows an answer to a call for size elements; "" where nothing does.
func (w *Window) after(a *Value, size int) (string, error) {
	page, n := w.field.Binding.Page, len(a.Objects)
	if page.Style != Keyset {
		return a.next(), nil
	}
	if n == 0 || page.Next != "" && a.next() == "" || page.Next == "" && n < size {
		return "", nil
	}
	key := page.key(a.Objects[n-1])
	if key == "" {
		return "", a.Objects[n-1].Unfit(page.KeySlot, "a cursor in the last element")
	}
	return key, nil
}

// key is the element's own cursor; "" where it has none.
func (p *Page) key(element view.Object) string {
	if p.Style != Keyset {
		return ""
	}
	key, _ := element.Key(p.KeySlot)
	return key
}

// link adds objects, of which the first one stands at a position, and the last one of the n found before next. That one's cursor names
// the next page by its own cursor: the client then goes on there without a call for the page before. An element that has a cursor of its
// own is named by that.
func (w *Window) link(s *span, objects []view.Object, at, next position, n int) {
	s.objects = append(s.objects, objects...)
	for i := range objects {
		if key := w.field.Binding.Page.key(objects[i]); key != "" {
			at = position{After: key, Index: behind}
		} else if i == n-1 && next.After != "" {
			at = next
		}
		s.cursors = append(s.cursors, at.cursor(w.scope))
		at = at.next()
	}
	s.hasMore = n > len(objects) || next.After != ""
}

// chainSize is how many elements to ask for at a position so that those wanted are among them; 0: the upstream decides. Behind a [Link] only pages of the size
// that led there follow each other.
func (p *Page) chainSize(at position, wanted int) int {
	switch {
	case p.Size == "":
		return 0
	case p.Style == Link && at.After != "":
		return at.Size
	}
	if p.Style == Keyset && p.Next == "" {
		wanted++ // to know whether there are more
	}
	return min(at.Index+max(wanted, 1), p.max())
}

// drop is the list without its first n elements; empty where it has no more.
func drop[T any](list []T, n int) []T { return list[min(n, len(list)):] }

// page makes one call for size elements from at on, which is what the upstream takes there; "" is the beginning. first says that they
// are the list's first.
func (w *Window) page(call PageCall, size int, at string, first bool) (Value, error) {
	b, p := w.field.Binding, w.field.Binding.Page
	filled := make([]any, len(w.values))
	for i, v := range w.values {
		switch {
		case b.Vars[i].Name == p.Size:
			filled[i] = strconv.Itoa(size)
		case b.Vars[i].Name == p.Start && at == "":
			filled[i] = absent
		case b.Vars[i].Name == p.Start:
			filled[i] = at
		default:
			filled[i] = v
		}
	}
	return call(filled, !first)
}
