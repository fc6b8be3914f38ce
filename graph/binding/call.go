package binding

import (
	"context"
	"errors"

	"weft/cache"
	"weft/graph/view"
	"weft/upstream"
)

// call is a compiled Call.
type call struct {
	binding *Binding
	method  string
	url     *template
	body    *Body
	scanner *view.Scanner

	template string // of url
}

func newCall(b *Binding, c Call, l view.Layout) *call {
	return &call{binding: b, method: method(c.Method), url: newTemplate(c.Template), body: c.Body, scanner: view.NewScanner(l), template: c.Template}
}

// input is what a call's template and body are filled with: a value for each variable. keys is how many keys it carries.
type input struct {
	vars   []Var
	values []any
	keys   int
}

// do sends the request for in and scans the answer. An answer without a body is a null answer.
func (c *call) do(ctx context.Context, x *Execution, in input, old *cache.Entry) (reply, error) {
	path, err := c.url.expand(in)
	if err != nil {
		return reply{}, c.badInput(err)
	}
	return c.send(ctx, x, path, in, old)
}

// reply is an upstream's answer: what was found in it, and the whole of it.
type reply struct {
	view.Rows
	response *upstream.Response
	origin   *origin
}

func (c *call) send(ctx context.Context, x *Execution, path string, in input, old *cache.Entry) (reply, error) {
	if err := x.call(); err != nil {
		return reply{}, err
	}
	request := upstream.Request{
		Endpoint: c.binding.Name, At: c.binding.At, Method: c.method, Path: path, Header: x.header, Keys: in.keys, Recorder: &x.record.calls, Safe: !c.binding.Mutation,
	}
	if c.body != nil {
		request.Body = c.body.append(nil, in)
	}
	if old != nil {
		request.IfNoneMatch, request.IfModifiedSince = old.ETag, old.LastModified
	}
	n := x.note()
	response, err := x.get(ctx, c, &request)
	if err != nil {
		return reply{}, err
	}
	origin := x.origin(c.binding, n, response)
	if origin != nil && c == c.binding.single {
		origin.uri = cache.OfURL(c.binding.Upstream, path)
	}
	if response.NotModified {
		return reply{response: response, origin: origin}, nil
	}
	rows, err := c.scan(x, response)
	return reply{rows, response, origin}, err
}

func (c *call) scan(x *Execution, r *upstream.Response) (view.Rows, error) {
	body := r.Body
	if len(body) == 0 {
		body = []byte("null")
	}
	rows, err := c.scanner.Scan(body, c.binding.Upstream)
	var syntax *view.SyntaxError
	if errors.As(err, &syntax) {
		return view.Rows{}, err
	}
	if failed := x.service.Failures[c.binding.Upstream].in(r, c.binding); failed != nil {
		return view.Rows{}, failed
	}
	if err == nil && !c.lists() {
		err = c.binding.objectsOnly(rows)
	}
	return rows, err
}

// lists reports whether the answer holds GraphQL lists: then what is no object costs its element only, which the executors see to.
func (c *call) lists() bool { return c.binding.lists != nil || c == c.binding.single && c.binding.List }

// objectsOnly refuses an answer in which something else stands where objects are due.
func (b *Binding) objectsOnly(rows view.Rows) error {
	for i := range rows.Len() {
		switch kind := rows.At(i).Kind(0); {
		case b.Shape.Len() == 0, kind == view.KindObject, kind == view.KindNull, kind == view.KindNothing:
		default:
			return &view.Error{Source: b.Upstream, Want: "object", Got: kind.String()}
		}
	}
	return nil
}

func (c *call) badInput(err error) error {
	return c.binding.failed(upstream.BadInput, err)
}

// Failure is where an upstream says in a 2xx answer that it failed. The zero Failure is: nowhere.
type Failure struct {
	When    string // JSON pointer; the answer is a failure when it finds neither null nor false
	Code    string // JSON pointers to the failure's code and text; "" none
	Message string
}

func (f Failure) in(r *upstream.Response, b *Binding) error {
	if f.When == "" {
		return nil
	}
	v, ok := view.Find(r.Body, f.When)
	if !ok || v.IsNull() || string(v.Raw()) == "false" {
		return nil
	}
	return &upstream.Error{
		Upstream: b.Upstream, Endpoint: b.Name, At: b.At, Kind: upstream.Rejected, Status: r.Status,
		Problem: upstream.NewProblem("", "", find(r.Body, f.Message), find(r.Body, f.Code)),
	}
}

func find(body []byte, pointer string) string {
	if pointer == "" {
		return ""
	}
	v, _ := view.Find(body, pointer)
	return v.Text()
}
