package binding

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"weft/graph/view"
	"weft/upstream"
)

// Request is a compiled [Call]: how one HTTP request is made of values, and how its answer is read.
type Request struct {
	Method string

	binding  *Binding
	template string // all that the schema says of the URL
	url      *template
	headers  headers
	body     *Body
	form     bool // the body is a form
	scanner  *view.Scanner
	status   bool         // see [Call]
	header   string       // see [Call]
	members  []string     // see [Call]
	source   *view.Source // of its answers
	entries  *entries     // nil: answers are read as they are
	included *included    // nil: nothing stands apart
}

// newRequest compiles a call whose answer has a layout. It panics on a template or pointer that does not parse.
func newRequest(b *Binding, c Call, l view.Layout) *Request {
	r := &Request{
		Method: method(c.Method), binding: b, template: c.Template, url: newTemplate(c), headers: newHeaders(c.Headers), body: c.Body,
		scanner: view.NewScanner(l), status: c.Status, header: c.Header, members: c.HeaderMembers, source: b.source(),
		included: newIncluded(c, l),
	}
	if c.Entries != nil {
		none := l
		none.At = c.At
		r.entries = &entries{c.Entries, view.NewScanner(view.Layout{At: c.At}), view.NewScanner(none), b.source()}
		r.source.Root, r.source.Key = c.At, 1 // an entry's place is its key
	}
	if l.In == view.Map {
		r.source.Key = strings.Count(l.At, "/") + 1
	}
	if r.form = c.Form; r.form {
		r.headers.constant = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		maps.Copy(r.headers.constant, newHeaders(c.Headers).constant)
	}
	for _, p := range c.Query {
		r.template += fmt.Sprintf(" %+v", p)
	}
	return r
}

// source is who gives the binding's answers.
func (b *Binding) source() *view.Source {
	return &view.Source{Upstream: b.Upstream, Binding: b.Name, At: b.At}
}

// Params are what a request is filled with.
type Params struct {
	Vars   []Var
	Values []any // one for each of Vars
	Keys   int   // how many keys it carries; 0: its binding takes none
	Ahead  int   // of these, those that nobody has asked for yet
}

// Params are what the request for one key, or one set of values, is filled with.
func (b *Binding) Params(values []any) Params {
	p := Params{Vars: b.Vars, Values: values}
	if b.Entity {
		p.Keys = 1
	}
	return p
}

// Path is the request's path and query. Its error, of kind BadInput, says that a value cannot stand there.
func (r *Request) Path(p Params) (string, error) {
	path, err := r.url.expand(p)
	if err != nil {
		return "", r.binding.Failed(upstream.BadInput, err)
	}
	return path, nil
}

// Header are the headers that the request has beside those of its upstream; nobody may change them. nil: none. Its error, of kind BadInput,
// says that a value cannot stand in one.
func (r *Request) Header(p Params) (http.Header, error) {
	header, err := r.headers.fill(p)
	if err != nil {
		return nil, r.binding.Failed(upstream.BadInput, err)
	}
	return header, nil
}

// fits reports whether a value of a variable can stand wherever the URL and the headers have that.
func (r *Request) fits(name, value string, of *Type) bool {
	return r.url.fits(name, value, of) && r.headers.fits(name, value)
}

// Body is the request's body; nil: none. Its error, of kind BadInput, says that a value cannot stand there.
func (r *Request) Body(p Params) ([]byte, error) {
	switch {
	case r.body == nil:
		return nil, nil
	case !r.form:
		return r.body.append(nil, p), nil
	}
	body, err := form(r.body, p)
	if err != nil {
		return nil, r.binding.Failed(upstream.BadInput, err)
	}
	return body, nil
}

// AnyBody reports whether the answer is its status or a header, so that its body may be anything.
func (r *Request) AnyBody() bool { return r.status || r.header != "" }

// Gets reports whether it is a GET, without a body and headers of its own: all of it is its URL. Nor does anything of its answer go to the client but by the operation's.
func (r *Request) Gets() bool {
	return r.Method == http.MethodGet && r.body == nil && !r.headers.any() && !r.binding.Responds()
}

// Scan finds the objects in the answer to a request that was filled with p. An answer without a body is a null answer; failure is where the upstream says in one that it failed.
// What the upstream says of a failure comes before objects that are missing or no objects: these are most likely due to it.
func (r *Request) Scan(a *upstream.Response, p Params, failure Failure) (view.Rows, error) {
	if r.AnyBody() {
		return r.scanAside(a, failure)
	}
	body := a.Body
	if len(body) == 0 {
		if r.binding.Empty.Has(view.EmptyNoContent) {
			return view.Rows{}, nil
		}
		body = []byte("null")
	}
	rows, err := r.rows(body, a, p)
	var syntax *view.SyntaxError
	if errors.As(err, &syntax) {
		return view.Rows{}, err
	}
	if failed := failure.in(a, r.binding); failed != nil {
		return view.Rows{}, failed
	}
	if err == nil && r == r.binding.single && !r.binding.List {
		err = r.binding.objectsOnly(rows)
	}
	if err != nil {
		return rows, err
	}
	return r.with(r.headerMembers(r.given(nil, p), a.Header), rows, a)
}

// objectsOnly refuses an answer in which something else stands where objects are due.
func (b *Binding) objectsOnly(rows view.Rows) error {
	for i := range rows.Len() {
		if err := b.objectOnly(rows.At(i)); err != nil {
			return err
		}
	}
	return nil
}

// objectOnly refuses something else where an object, or nothing, is due.
func (b *Binding) objectOnly(o view.Object) error {
	if b.Shape.Len() == 0 || b.nothing(o) {
		return nil
	}
	return o.Member(0).Object()
}
