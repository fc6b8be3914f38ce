package binding

import (
	"cmp"
	"net/url"
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
	// Link is as Cursor; the text is a parameter of the next page's URL, Param, and may be a page's number. That URL stands in the Link
	// header's rel="next" (RFC 8288) or, where there is a Next, in the body.
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
	Size    string // the variable that takes how many elements are wanted; "": the upstream decides how many it gives
	Start   string // the variable that takes where they begin
	Total   string // how many there are: JSON pointer, or "header:NAME"; "" unknown
	Next    string // JSON pointer; Cursor, Link: to the next page's cursor or URL; otherwise to what is there only when there are more
	Max     int    // elements a client may ask for, and the upstream gives in one answer; 0 = 100
	Default int    // elements for a client that does not say; 0 = 20

	FromZero bool // [PageNumber]: the first page has the number 0, and not 1
	KeySlot  int  // [Keyset]: the member of an element that is its cursor

	Param string // [Link]: the parameter of the URL that takes Start; "": it is called as Start
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

// Variables is how many variables of the call the page fills.
func (p *Page) Variables() int {
	if p.Size == "" {
		return 1
	}
	return 2
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
		e.next, err = p.nextURL(b, r)
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

// nextURL is where the next page begins, by its URL. Only the parameter of that is taken, so that no cursor holds more of it, and nothing
// but this binding's own call can be made of one. A URL that leads elsewhere is of something else, or of a service that does not know where
// it is.
func (p *Page) nextURL(b *Binding, r *upstream.Response) (string, error) {
	wrong := func(want string, got string) error {
		return &view.Error{Source: b.Upstream, Pointer: p.Next, Want: want, Got: got}
	}
	target, ok := nextLink(r.Header)
	if p.Next != "" {
		v, _ := view.Find(r.Body, p.Next)
		if v.Kind() == view.KindObject { // as HAL and JSON:API have it
			v, _ = view.Find(v.Raw(), "/href")
		}
		target, ok = v.Text(), v.Kind() == view.KindString && v.Text() != ""
		if !ok && v.Kind() > view.KindNull && v.Kind() != view.KindString && string(v.Raw()) != "false" {
			return "", wrong("the next page's URL", v.Kind().String())
		}
	}
	if !ok {
		return "", nil
	}
	path, err := r.Link(target)
	if err != nil {
		return "", wrong("the next page's URL", err.Error())
	}
	_, query, _ := strings.Cut(path, "?")
	values, _ := url.ParseQuery(query) // what can be read of it
	param := cmp.Or(p.Param, p.Start)
	if values.Get(param) == "" {
		return "", wrong("the parameter "+param+" in the next page's URL", "nothing")
	}
	return values.Get(param), nil
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
