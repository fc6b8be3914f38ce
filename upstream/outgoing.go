package upstream

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"
)

// Request is one call of a binding. Do reads it only; Body must not change afterwards either, since a transport may still
// be sending it when a call has failed.
//
// The validators make a GET conditional (RFC 9110 §13.1): when the upstream answers that what it would send is what the
// caller has, the [Response] says NotModified.
type Request struct {
	Endpoint string      // the binding's name, for errors and reports
	At       string      // where the binding stands in the schema, for errors and reports; "": nobody says
	Method   string      // GET, POST, PUT, PATCH or DELETE; "" is GET
	Safe     bool        // it changes nothing (RFC 9110 §9.2.1), whatever its method: a POST that asks. A GET is safe in any case.
	Path     string      // escaped path and query below the base URL; starts with "/"
	Body     []byte      // JSON, unless Set says otherwise; nil: none
	Header   http.Header // the incoming request's headers; only those of [Spec.ForwardHeaders] are taken
	Set      http.Header // headers of this call, in the place of constant ones; names are canonical, and the [Spec]'s Headers
	Plain    bool        // the answer is asked for without a content coding
	AnyBody  bool        // the status of a 2xx says all: its body may be anything, and counts as none where it cannot be read
	Recorder *Recorder   // records the call; nil: nobody does

	sent bool // once already: what is recorded now is a further call

	Asks
	Tally // counts what the call takes

	Validators
}

// Asks is how much a call asks for, for reports.
type Asks struct {
	Keys    int     // that it carries
	Ahead   int     // of these, those that nobody has asked for yet
	Members Members // of the objects in its answer; the zero value: the service says which it sends
}

// Members are those of an answer's objects that a call asks for, where it asks for no others.
type Members struct {
	Asked int `json:"asked"`
	Of    int `json:"of"` // those that it can ask for
}

// Validators are those of what the caller has. Only a GET has any.
type Validators struct {
	IfNoneMatch     string // an ETag, or a list of them; "": none
	IfModifiedSince string // a Last-Modified; "": none
}

// Tally is told what a call takes beyond its request.
type Tally struct {
	Counter                    // nil: nobody counts
	Answered func(http.Header) // of each answer, whatever its status is; nobody changes it
}

// Counter counts what a call takes. An error of either method ends the call, which is [Canceled] then.
type Counter interface {
	Received(bytes int) error // of the answer's body, decompressed, as they are read
	Further() error           // before each call but the first: a retry, and one that follows a redirect or has another Authorization
}

// further counts one more call.
func (t *Tally) further() error {
	if t.Counter == nil {
		return nil
	}
	return t.Further()
}

var (
	errMethod      = errors.New("method is not GET, POST, PUT, PATCH or DELETE")
	errHeader      = errors.New("a header holds a control character")
	errValidator   = errors.New("a validator holds a control character")
	errConditional = errors.New("only a GET can have validators")
)

// method returns the request's method, GET where it names none.
func (r *Request) method() string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

// conditional reports whether the caller has something that may still be valid.
func (r *Request) conditional() bool { return r.IfNoneMatch != "" || r.IfModifiedSince != "" }

// check refuses what must not be sent, but for the path (see resolve) and the forwarded headers (see headerFor).
func (r *Request) check() error {
	switch r.method() {
	case http.MethodGet:
		if !validHeaderValue(r.IfNoneMatch) || !validHeaderValue(r.IfModifiedSince) {
			return errValidator
		}
		return nil
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		if r.conditional() {
			return errConditional
		}
		return nil
	}
	return errMethod
}

// outgoing is a request as it goes on the wire. It needs nothing of the [Request] any more but Body, and so may outlive it.
type outgoing struct {
	method      string
	url         url.URL
	header      http.Header // read-only: it may be the client's own
	body        []byte
	conditional bool
	safe        bool
	keyed       bool // it has an idempotency key: it is one, however often it is sent
	anyBody     bool
	deadline    string // the header that says how much time is left; "": none does
	endpoint    *endpoint
	began       time.Time // of the last attempt, when it had its slots; zero: none has had them
	counter     Counter   // nil: nobody counts
	answered    func(http.Header)
}

// address turns a request of the graph into one of this upstream.
func (c *Client) address(r *Request) (*outgoing, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	constants := c.constants()
	header, err := c.headerFor(r, &constants.headers)
	if err != nil {
		return nil, err
	}
	out := &outgoing{
		method: r.method(), header: header, body: r.Body, conditional: r.conditional(),
		safe: r.Safe || r.method() == http.MethodGet, keyed: len(r.Set["Idempotency-Key"]) > 0, anyBody: r.AnyBody,
		deadline: c.policies.DeadlineHeader, endpoint: c.endpoint(r.Endpoint), counter: r.Counter, answered: r.Answered,
	}
	if out.url, err = resolve(c.base(), r.Path, constants.query); err != nil {
		return nil, err
	}
	return out, nil
}

// headerFor returns the constant header, as it is when the request adds nothing to it, otherwise a copy. The request's
// values are copied, since a call may outlive the request that they belong to.
func (c *Client) headerFor(r *Request, all *constantHeaders) (http.Header, error) {
	constant := all.plain
	switch {
	case r.Body != nil && r.Safe:
		constant = all.asking
	case r.Body != nil:
		constant = all.withBody
	}
	added := 0
	for _, name := range c.forward {
		if !validValues(r.Header[name]) {
			return nil, errHeader
		}
		added += len(r.Header[name])
	}
	for _, values := range r.Set {
		if !validValues(values) {
			return nil, errHeader
		}
		added += len(values)
	}
	for _, validator := range []string{r.IfNoneMatch, r.IfModifiedSince} {
		added += min(1, len(validator))
	}
	if r.Plain {
		added++
	}
	if added == 0 {
		return constant, nil
	}
	header := maps.Clone(constant)
	space := make([]string, 0, added)
	set := func(name string, values ...string) {
		start := len(space)
		space = append(space, values...)
		header[name] = space[start:len(space):len(space)]
	}
	for _, name := range c.forward {
		if values := r.Header[name]; len(values) > 0 {
			set(name, values...)
		}
	}
	for name, values := range r.Set {
		set(name, values...)
	}
	if r.Plain {
		set("Accept-Encoding", "identity")
	}
	if r.IfNoneMatch != "" {
		set("If-None-Match", r.IfNoneMatch)
	}
	if r.IfModifiedSince != "" {
		set("If-Modified-Since", r.IfModifiedSince)
	}
	return header, nil
}

func validValues(values []string) bool {
	for _, value := range values {
		if !validHeaderValue(value) {
			return false
		}
	}
	return true
}

// request returns the HTTP request to send.
func (o *outgoing) request(ctx context.Context) *http.Request {
	req := http.Request{
		Method: o.method, URL: &o.url, Host: o.url.Host, Header: o.header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if at, limited := ctx.Deadline(); limited && o.deadline != "" {
		req.Header = maps.Clone(o.header)
		req.Header[o.deadline] = []string{deadlineValue(o.deadline, time.Until(at))}
	}
	if body := o.body; body != nil {
		req.ContentLength = int64(len(body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		req.Body, _ = req.GetBody()
	}
	return req.WithContext(ctx)
}
