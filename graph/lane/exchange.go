package lane

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// exchange is what one request has of its own: its body, its URL, its answer, and its context, which ends when it has been answered, when its client
// leaves, or with the server's. Each request has another one, since who is handed it may look at it after its end.
//
// The context becomes one that can end only when somebody asks for its end. What is answered at once does without, and without a look at the
// connection.
type exchange struct {
	context.Context // the server's

	of       *connection
	body     body
	url      url.URL
	response response

	mu     sync.Mutex // guards what follows
	armed  context.Context
	cancel context.CancelFunc // of armed
	ended  bool
}

// body is a request's.
type body struct{ strings.Reader }

// Close implements io.Closer.
func (*body) Close() error { return nil }

// begin returns the request that a head and a body are.
func (c *connection) begin(h *head, text []byte) (*exchange, *http.Request) {
	x := &exchange{Context: c.server.Context, of: c, url: h.url}
	x.response.begin(x)
	r := h.request.WithContext(x)
	r.URL, r.RemoteAddr = &x.url, c.remote
	if len(text) > 0 {
		x.body.Reset(string(text))
		r.Body = &x.body
	}
	return x, r
}

// end ends the context. Nobody looks at the connection after that.
func (x *exchange) end() {
	if x.stop() {
		x.of.look.stop()
	}
}

// stop ends the context alone. It reports whether anybody has waited for that.
func (x *exchange) stop() (armed bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ended = true
	if x.armed != nil {
		x.cancel()
	}
	return x.armed != nil
}

// arm returns the context as one that can end.
func (x *exchange) arm() context.Context {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.armed == nil {
		x.armed, x.cancel = context.WithCancel(x.Context)
		if x.ended {
			x.cancel()
		} else {
			x.of.look.begin(x)
		}
	}
	return x.armed
}

// Done implements context.Context.
func (x *exchange) Done() <-chan struct{} { return x.arm().Done() }

// Err implements context.Context.
func (x *exchange) Err() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.armed != nil:
		return x.armed.Err()
	case x.ended:
		return context.Canceled
	}
	return x.Context.Err()
}

// Value implements context.Context. Package context finds the context to join children to by it, after it called Done.
func (x *exchange) Value(key any) any {
	x.mu.Lock()
	armed := x.armed
	x.mu.Unlock()
	if armed != nil {
		return armed.Value(key)
	}
	return x.Context.Value(key)
}
