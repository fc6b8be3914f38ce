package binding

import (
	"cmp"
	"strconv"
	"strings"

	"weft/graph/view"
	"weft/upstream"
)

// PageStyle is how an upstream says which part of a list is wanted.
type PageStyle int

// The styles.
const (
	Offset     PageStyle = iota // Start takes how many elements to leave out
	PageNumber                  // Start takes the number of a page of Size elements
	Cursor                      // Start takes the opaque text that the page before gave at Next
	// Link is as Cursor; the text stands in the URL of the Link header's rel="next" (RFC 8288), in the parameter that is called as Start, and
	// may be a page's number.
	Link
	Keyset // Start takes the member KeySlot of the element before the page's first
)

// String is the style's name; all but the last are those of schemas, where Keyset is CURSOR with a member that is the cursor.
func (s PageStyle) String() string {
	return [...]string{"OFFSET", "PAGE", "CURSOR", "LINK", "KEYSET"}[s]
}

// Page says how a list is paged. Pages become Relay connections: first and after are their arguments.
//
// An upstream gives as many elements as Size asks for, while it has them; the calls of one client may differ in Size.
// With [Cursor] what it gives at Next goes with any Size. Without Total and Next, and with [Keyset] without Next, a full page may have
// another one behind it, so one element more is asked for; not beyond Max, where a full page then counts as having a next one.
type Page struct {
	Style   PageStyle
	Size    string // the variable that takes how many elements are wanted
	Start   string // the variable that takes where they begin
	Total   string // how many there are: JSON pointer, or "header:NAME"; "" unknown
	Next    string // JSON pointer; Cursor: to the next page's cursor; otherwise to what is there only when there are more
	Max     int    // elements a client may ask for, and the upstream gives in one answer; 0 = 100
	Default int    // elements for a client that does not say; 0 = 20

	FromZero bool // [PageNumber]: the first page has the number 0, and not 1
	KeySlot  int  // [Keyset]: the member of an element that is its cursor
}

// PageInfo is what is known of one page beside its nodes.
type PageInfo struct {
	Cursors              []string // one for each node
	HasNext, HasPrevious bool
	Total                *int    // nil: the upstream does not say
	Start                *string // the first node's cursor; nil on an empty page
	// End is the last node's cursor. On an empty page it is nil, unless the upstream gave no elements and has more: then it is
	// where to go on.
	End *string
}

func (p *Page) max() int { return cmp.Or(p.Max, 100) }

func (p *Page) defaultFirst() int { return cmp.Or(p.Default, min(20, p.max())) }

// ReadPage reads what an answer says about its page, of a binding that has pages.
func (b *Binding) ReadPage(a *Value, r *upstream.Response) (err error) {
	p := b.Page
	if p == nil {
		return nil
	}
	e := &extra{total: p.total(r)}
	a.extra = e
	if !a.Found && e.total != nil && *e.total == 0 {
		a.Found = true // null for an empty list
	}
	if p.Style == Link {
		e.next, err = p.nextLink(b, r)
	} else {
		e.next, err = p.nextMember(b, r)
	}
	return err
}

// total is how many elements there are; nil where the answer does not say, or more than an Int holds.
func (p *Page) total(r *upstream.Response) *int {
	if p.Total == "" {
		return nil
	}
	if name, ok := strings.CutPrefix(p.Total, "header:"); ok {
		text := r.Header.Get(name)
		if _, complete, ok := strings.Cut(text, "/"); ok {
			text = complete // of a range, "items 0-24/3573" (RFC 9110, section 14.4), or without the unit
		}
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32)
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
	at := target.Query().Get(p.Start)
	if at == "" {
		return "", &view.Error{Source: b.Upstream, Want: "the parameter " + p.Start + " in the Link header's rel=next", Got: "nothing"}
	}
	return at, nil
}

// nextMember is the text at Next; "" for null, false, an empty text and nothing at all. Only with [Cursor] must it be a cursor: with other
// styles anything else just says that there are more.
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
