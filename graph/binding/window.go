package binding

import (
	"context"
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
	"weft/graph/view"
	"weft/upstream"
)

// window is the part of a list that a client asked for: first elements after a position.
type window struct {
	position
	first int
	scope string // what its cursors belong to
	early bool   // nobody wants it yet
}

// segment is what an upstream has of a window.
type segment struct {
	objects []view.Object
	cursors []string
	more    bool
	total   *int
	end     string // where to go on if there are no objects, and more
	null    bool   // there is no such list
}

// window reads first and after.
func (f *Field) window(args Arguments, values []any) (window, error) {
	p := f.Binding.Page
	w := window{first: p.defaultFirst(), scope: f.scope(values)}
	if v, ok := args["first"]; ok && v != nil {
		n, err := strconv.Atoi(fmt.Sprint(v))
		if err != nil || n < 0 || n > p.max() {
			return w, badInput("first must be from 0 to %d, not %v", p.max(), v)
		}
		w.first = n
	}
	if v, ok := args["after"]; ok && v != nil {
		after, err := parseCursor(fmt.Sprint(v), w.scope, p.max())
		if err != nil || !p.gives(after) {
			return w, badInput("after is not a cursor of this field with these arguments")
		}
		w.position = after.next()
	}
	return w, nil
}

// gives reports whether the style has positions like this one.
func (p *Page) gives(at position) bool {
	switch p.Style {
	case Cursor:
		return at.Size == 0
	case Link:
		return at.After == "" || at.Size > 0
	case Offset, PageNumber:
	}
	return at.After == "" && at.Size == 0
}

func badInput(format string, args ...any) error {
	return &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": protocol.CodeBadInput}}
}

// load calls the upstream for the window, once where the client keeps to one first.
func (w window) load(ctx context.Context, x *Execution, f *Field, values []any) (segment, error) {
	page := f.Binding.Page
	if f.emptyList(values) {
		s := segment{}
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
		return w.indexed(ctx, x, f, values, w.Index, size, strconv.Itoa(w.Index))
	case PageNumber:
		return w.numbered(ctx, x, f, values, size)
	case Cursor, Link:
	}
	return w.chained(ctx, x, f, values)
}

// numbered loads a window of numbered pages: the page it begins in, and the next one where it ends there.
func (w window) numbered(ctx context.Context, x *Execution, f *Field, values []any, size int) (segment, error) {
	number, skip := w.Index/size+1, w.Index%size
	s, err := w.indexed(ctx, x, f, values, w.Index-skip, size, strconv.Itoa(number))
	if err != nil || skip == 0 {
		return s, err
	}
	s.objects, s.cursors = drop(s.objects, skip), drop(s.cursors, skip)
	if !s.more {
		return s, nil
	}
	next, err := w.indexed(ctx, x, f, values, w.Index-skip+size, size, strconv.Itoa(number+1))
	if err != nil {
		return s, err
	}
	n := min(skip, len(next.objects))
	return segment{
		objects: append(s.objects[:len(s.objects):len(s.objects)], next.objects[:n]...), cursors: append(s.cursors, next.cursors[:n]...),
		more: next.more || len(next.objects) > n, total: s.total,
	}, nil
}

// indexed makes one call whose first element has the given index in the list.
func (w window) indexed(ctx context.Context, x *Execution, f *Field, values []any, index, size int, at string) (segment, error) {
	a, err := w.page(ctx, x, f, values, size, at, index == 0)
	if err != nil {
		return segment{}, err
	}
	n := len(a.Objects)
	s := segment{objects: a.Objects[:min(n, w.first)], total: a.total(), null: !a.Found && w.start()}
	switch {
	case n == 0 || n > w.first:
		s.more = n > 0
	case a.total() != nil:
		s.more = index+n < *a.total()
	case f.Binding.Page.Next != "":
		s.more = a.next() != ""
	default:
		s.more = n == size
	}
	for i := range s.objects {
		s.cursors = append(s.cursors, position{Index: index + i}.cursor(w.scope))
	}
	return s, nil
}

// chainCalls is how many calls a window of an upstream's own cursors makes at most.
const chainCalls = 5

// chained loads a window that begins Index elements behind an upstream's own cursor. It goes on behind a page that the
// upstream ends before the window does.
func (w window) chained(ctx context.Context, x *Execution, f *Field, values []any) (segment, error) {
	var s segment
	at, page := w.position, f.Binding.Page
	for calls := 1; ; calls++ {
		wanted := w.first - len(s.objects)
		size := page.chainSize(at, wanted)
		a, err := w.page(ctx, x, f, values, size, at.After, at.After == "")
		if err != nil {
			return segment{}, err
		}
		if calls == 1 {
			s.total, s.null = a.total(), !a.Found && w.start()
		}
		next := position{After: a.next(), Index: behind}
		if a.next() == at.After { // an upstream that turns in a circle has no more
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
		left := at.Index - min(at.Index, len(a.Objects)) // of those to leave out
		at = next.next()
		at.Index = left
	}
}

// link adds objects, of which the first one stands at a position, and the last one of the n found before next.
func (w window) link(s *segment, objects []view.Object, at, next position, n int) {
	s.objects = append(s.objects, objects...)
	for i := range objects {
		if i == n-1 && next.After != "" {
			at = next
		}
		s.cursors = append(s.cursors, at.cursor(w.scope))
		at = at.next()
	}
	s.more = n > len(objects) || next.After != ""
}

// chainSize is how many elements to ask for at a position so that those wanted are among them. Behind a [Link] only pages of the size
// that led there follow each other.
func (p *Page) chainSize(at position, wanted int) int {
	if p.Style == Link && at.After != "" {
		return at.Size
	}
	return min(at.Index+max(wanted, 1), p.max())
}

func drop[T any](list []T, n int) []T { return list[min(n, len(list)):] }

// page makes one call for size elements from at on; "" is the beginning. Beyond the first page nothing is an empty page.
func (w window) page(ctx context.Context, x *Execution, f *Field, values []any, size int, at string, first bool) (Answer, error) {
	b, p := f.Binding, f.Binding.Page
	filled := make([]any, len(values))
	for i, v := range values {
		switch {
		case b.Vars[i].Name == p.Size:
			filled[i] = strconv.Itoa(size)
		case b.Vars[i].Name == p.At && at == "":
			filled[i] = absent
		case b.Vars[i].Name == p.At:
			filled[i] = at
		default:
			filled[i] = v
		}
	}
	a, err := x.once(ctx, f, filled, nil, w.early)
	if !first && kindOf(err) == upstream.NotFound {
		x.parts.add(&Result{}) // nothing is known of how long there will be no more
		return Answer{}, nil
	}
	return a, err
}
