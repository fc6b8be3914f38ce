package binding

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/view"
	"weft/upstream"
)

// PageStyle is how an upstream says which part of a list is wanted.
type PageStyle int

// The styles.
const (
	Offset     PageStyle = iota // At takes how many elements to leave out
	PageNumber                  // At takes a number, from 1, of pages of Size elements
	Cursor                      // At takes the opaque text that the page before gave at Next
	Link                        // as Cursor; the text stands in the URL of the Link header's rel="next" (RFC 8288), under At's name
)

// Page says how a list is paged. Pages become Relay connections: first and after are their arguments.
type Page struct {
	Style   PageStyle
	Size    string // the variable that takes how many elements are wanted
	At      string // the variable that takes where they begin
	Total   string // how many there are: JSON pointer, or "header:NAME"; "" unknown
	Next    string // JSON pointer; Cursor: to the next page's cursor; otherwise to what is there only when there are more
	Max     int    // elements a client may ask for; 0 = 100
	Default int    // elements for a client that does not say; 0 = 20
}

// PageOf is one page of a connection.
type PageOf[N any] struct {
	Nodes                []N
	Cursors              []string // one for each node
	HasNext, HasPrevious bool
	Total                *int // nil: the upstream does not say
}

// Start is the first node's cursor, nil on an empty page.
func (p *PageOf[N]) Start() *string {
	if len(p.Cursors) == 0 {
		return nil
	}
	return &p.Cursors[0]
}

// End is the last node's cursor, nil on an empty page.
func (p *PageOf[N]) End() *string {
	if len(p.Cursors) == 0 {
		return nil
	}
	return &p.Cursors[len(p.Cursors)-1]
}

// Connection answers a field with a Relay connection, which build makes of a page of nodes ([Views], [Values]). It must run in a gqlgen resolver.
//
// A negative first, one above the page's Max, and a cursor that this field with these arguments did not give are errors
// with code BAD_INPUT. A page beyond the end is empty.
func Connection[N, C any](
	ctx context.Context, f *Field, parent view.Object, nodes func([]view.Object) ([]N, error), build func(*PageOf[N]) *C,
) (*C, error) {
	x, args := execution(ctx), f.arguments(ctx)
	values, ok := f.values(parent, args)
	if !ok {
		_, err := f.checked(Answer{}, nil)
		return nil, err
	}
	w, err := f.window(args, values)
	if err != nil {
		return nil, err
	}
	s, err := w.load(ctx, x, f, values)
	if err != nil {
		return nil, err
	}
	if w := f.want(ctx); w != nil {
		x.below(*w, s.objects)
	}
	list, err := nodes(s.objects)
	if err != nil {
		return nil, err
	}
	page := &PageOf[N]{Nodes: list, Cursors: s.cursors, HasNext: s.more, HasPrevious: w.position != position{}, Total: s.total}
	return build(page), nil
}

// Views makes a page's objects views.
func Views[T view.Viewer](objects []view.Object) ([]*T, error) { return view.AsList[T](objects), nil }

// Values makes a page's objects values of another kind.
func Values[N any](decode func(view.Value) (N, error)) func([]view.Object) ([]N, error) {
	return func(objects []view.Object) ([]N, error) { return decodeAll(objects, decode) }
}

// window is the part of a list that a client asked for: first elements after a position.
type window struct {
	position
	first int
	scope string // what its cursors belong to
}

// segment is what an upstream has of a window.
type segment struct {
	objects []view.Object
	cursors []string
	more    bool
	total   *int
}

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
		after, err := parseCursor(fmt.Sprint(v), w.scope)
		if err != nil {
			return w, badInput("after is not a cursor of this field with these arguments")
		}
		w.position = after.next()
	}
	return w, nil
}

func badInput(format string, args ...any) error {
	return &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": "BAD_INPUT"}}
}

func (p *Page) max() int {
	if p.Max == 0 {
		return 100
	}
	return p.Max
}

func (p *Page) defaultFirst() int {
	if p.Default == 0 {
		return min(20, p.max())
	}
	return p.Default
}

// load calls the upstream for the window, once, or twice where it begins within a numbered page.
func (w window) load(ctx context.Context, x *Execution, f *Field, values []any) (segment, error) {
	page := f.Binding.Page
	size := max(w.first, 1) // to know whether there are more, and the total
	switch page.Style {
	case Offset:
		if page.Total == "" && page.Next == "" {
			size = w.first + 1
		}
		return w.indexed(ctx, x, f, values, w.Index, size, strconv.Itoa(w.Index))
	case PageNumber:
		return w.numbered(ctx, x, f, values, size)
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
	a, err := f.page(ctx, x, values, size, at)
	if err != nil {
		return segment{}, err
	}
	n := len(a.Objects)
	s := segment{objects: a.Objects[:min(n, w.first)], total: a.total}
	switch page := f.Binding.Page; {
	case a.total != nil:
		s.more = index+len(s.objects) < *a.total && n > 0
	case page.Next != "":
		s.more = a.next != ""
	default:
		s.more = n > w.first || n == w.first && n == size
	}
	for i := range s.objects {
		s.cursors = append(s.cursors, position{Index: index + i}.cursor(w.scope))
	}
	return s, nil
}

// chained loads a window that begins Index elements behind an upstream's own cursor.
func (w window) chained(ctx context.Context, x *Execution, f *Field, values []any) (segment, error) {
	a, err := f.page(ctx, x, values, max(w.Index+w.first, 1), w.After)
	if err != nil {
		return segment{}, err
	}
	objects := drop(a.Objects, w.Index)
	s := segment{objects: objects[:min(len(objects), w.first)], total: a.total}
	s.more = a.next != "" || len(objects) > w.first
	for i := range s.objects {
		p := position{After: w.After, Index: w.Index + i}
		if i == len(objects)-1 && a.next != "" {
			p = position{After: a.next, Index: -1}
		}
		s.cursors = append(s.cursors, p.cursor(w.scope))
	}
	return s, nil
}

func drop[T any](list []T, n int) []T { return list[min(n, len(list)):] }

// page makes one call for size elements from at on; "" is the beginning.
func (f *Field) page(ctx context.Context, x *Execution, values []any, size int, at string) (Answer, error) {
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
	return x.once(ctx, f, filled, nil)
}

// readPage reads what an answer says about its page.
func (p *Page) read(a *Answer, r *upstream.Response) {
	if text := p.total(r); text != "" {
		if n, err := strconv.Atoi(text); err == nil && n >= 0 {
			a.total = &n
		}
	}
	switch {
	case p.Style == Link:
		a.next = linkNext(r.Header, p.At)
	case p.Next != "":
		a.next = truthy(r.Body, p.Next)
	}
}

func (p *Page) total(r *upstream.Response) string {
	if name, ok := strings.CutPrefix(p.Total, "header:"); ok {
		return r.Header.Get(name)
	}
	return find(r.Body, p.Total)
}

// truthy is the text at pointer; "" for null, false, an empty text and nothing at all.
func truthy(body []byte, pointer string) string {
	v, ok := view.Find(body, pointer)
	if !ok || v.IsNull() || string(v.Raw()) == "false" {
		return ""
	}
	if text := v.Text(); text != "" || v.Kind() == view.KindString {
		return text
	}
	return "more"
}

// linkNext is the query parameter name of the Link header's rel="next" target (RFC 8288, section 3).
func linkNext(h http.Header, name string) string {
	for _, value := range h.Values("Link") {
		for value != "" {
			_, rest, ok := strings.Cut(value, "<")
			target, params, closed := strings.Cut(rest, ">")
			if !ok || !closed {
				break
			}
			params, value, _ = strings.Cut(params, "<")
			if u, err := url.Parse(target); err == nil && isNext(params) {
				return u.Query().Get(name)
			}
			value = "<" + value
			if value == "<" {
				break
			}
		}
	}
	return ""
}

// isNext reports whether a link's parameters say rel="next", among other relations or alone.
func isNext(params string) bool {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.Trim(param, " \t,"), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for relation := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(relation, "next") {
				return true
			}
		}
	}
	return false
}
