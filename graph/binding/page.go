package binding

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"

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
	Link                        // as Cursor; the text stands in the URL of the Link header's rel="next" (RFC 8288), under At's name, and may be a page's number
)

// Page says how a list is paged. Pages become Relay connections: first and after are their arguments.
//
// An upstream gives as many elements as Size asks for, while it has them; the calls of one client may differ in Size.
// With [Cursor] what it gives at Next goes with any Size. Without Total and Next a full page may have another one behind
// it, so one element more is asked for; not beyond Max, where a full page then counts as having a next one.
type Page struct {
	Style   PageStyle
	Size    string // the variable that takes how many elements are wanted
	At      string // the variable that takes where they begin
	Total   string // how many there are: JSON pointer, or "header:NAME"; "" unknown
	Next    string // JSON pointer; Cursor: to the next page's cursor; otherwise to what is there only when there are more
	Max     int    // elements a client may ask for, and the upstream gives in one answer; 0 = 100
	Default int    // elements for a client that does not say; 0 = 20
}

// Segment is what is known of one page beside its nodes.
type Segment struct {
	Cursors              []string // one for each node
	HasNext, HasPrevious bool
	Total                *int    // nil: the upstream does not say
	Start                *string // the first node's cursor; nil on an empty page
	// End is the last node's cursor. On an empty page it is nil, unless the upstream gave no elements and has more: then it is
	// where to go on.
	End *string
}

// PageOf is one page of a connection.
type PageOf[N any] struct {
	Segment
	Nodes []N
}

// Connection answers a field with a Relay connection, which build makes of a page of nodes ([Views], [Values]). It must run in a gqlgen resolver.
//
// A negative first, one above the page's Max, and a cursor that this field with these arguments did not give are errors
// with code BAD_INPUT. A page beyond the end is empty, also when the upstream has none there (404). A page can be shorter
// than first and have a next one where the upstream gives less than it is asked for.
func Connection[N, C any](
	ctx context.Context, f *Field, parent view.Object, nodes func([]view.Object) ([]N, error), build func(*PageOf[N]) *C,
) (*C, error) {
	x, args := execution(ctx), f.arguments(ctx)
	values, ok := f.values(parent, args)
	if !ok {
		_, err := f.checked(Answer{}, nil)
		return nil, err
	}
	res := f.pageResult(ctx, x, values, args, false)
	if res.Err != nil || !res.Found {
		return nil, res.Err
	}
	if w := f.want(ctx); w != nil {
		x.below(*w, res.Objects)
	}
	list, err := nodes(res.Objects)
	switch failed, some := err.(*view.ListError); {
	case err == nil:
	case some && !failed.Lost:
		field := graphql.GetFieldContext(ctx).Field
		x.reportNodes(ctx, f.Binding.Object, field.Selections, failed)
	case some:
		return nil, failed.Unwrap() // an element's index is none of the connection's
	default:
		return nil, err
	}
	return build(&PageOf[N]{Nodes: list, Segment: *res.Page()}), nil
}

// Views makes a page's objects views.
func Views[T view.Viewer](objects []view.Object) ([]*T, error) { return views[T](objects, nil) }

// Values makes a page's objects values of another kind; sparse: nil stands for those that cannot be read ([view.SparseListOf]).
func Values[N any](sparse bool, decode func(view.Value) (N, error)) func([]view.Object) ([]N, error) {
	return func(objects []view.Object) ([]N, error) { return view.DecodeList(values(objects), sparse, decode) }
}

func (p *Page) max() int { return cmp.Or(p.Max, 100) }

func (p *Page) defaultFirst() int { return cmp.Or(p.Default, min(20, p.max())) }

// read reads what an answer says about its page.
func (p *Page) read(a *Answer, b *Binding, r *upstream.Response) (err error) {
	m := &more{total: p.total(r)}
	a.more = m
	if !a.Found && m.total != nil && *m.total == 0 {
		a.Found = true // null for an empty list
	}
	if p.Style == Link {
		m.next, err = p.nextLink(b, r)
	} else {
		m.next, err = p.nextMember(b, r)
	}
	return err
}

// total is how many elements there are; nil where the answer does not say, or more than an Int holds.
func (p *Page) total(r *upstream.Response) *int {
	if p.Total == "" {
		return nil
	}
	if name, ok := strings.CutPrefix(p.Total, "header:"); ok {
		n, err := strconv.ParseInt(strings.TrimSpace(r.Header.Get(name)), 10, 32)
		if err != nil || n < 0 {
			return nil
		}
		return new(int(n))
	}
	v, _ := view.Find(r.Body, p.Total)
	n, err := view.Int(v)
	if err != nil || n < 0 {
		return nil
	}
	return &n
}

// nextLink is where the next page begins, by the Link header.
func (p *Page) nextLink(b *Binding, r *upstream.Response) (string, error) {
	target, ok := nextPage(r.Header)
	if !ok {
		return "", nil
	}
	at := target.Query().Get(p.At)
	if at == "" {
		return "", &view.Error{Source: b.Upstream, Want: "the parameter " + p.At + " in the Link header's rel=next", Got: "nothing"}
	}
	return at, nil
}

// nextMember is the text at Next; "" for null, false, an empty text and nothing at all. Only with [Cursor] it must be one.
func (p *Page) nextMember(b *Binding, r *upstream.Response) (string, error) {
	if p.Next == "" {
		return "", nil
	}
	v, _ := view.Find(r.Body, p.Next)
	switch v.Kind() {
	case view.KindNothing, view.KindNull:
		return "", nil
	case view.KindString, view.KindNumber:
		return v.Text(), nil
	case view.KindBoolean:
		if string(v.Raw()) == "false" {
			return "", nil
		}
	case view.KindList, view.KindObject:
	}
	if p.Style == Cursor {
		return "", &view.Error{Source: b.Upstream, Pointer: p.Next, Want: "a cursor", Got: v.Kind().String()}
	}
	return "more", nil
}
