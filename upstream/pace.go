package upstream

import (
	"context"
	"io"
	"net/http"
	"time"
)

// paced is a body whose service may pause for so long between two parts of it. Who pauses for longer has its call given up, as one that takes
// longer than it may. Time in which nobody reads does not count.
type paced struct {
	io.ReadCloser
	pause time.Duration
	timer *time.Timer // gives the call up
}

// pacing returns a context for a request, and what has the body of its answer paced; end must be called when the body was read. Where no pause
// is configured, nothing is done.
func (c *Client) pacing(ctx context.Context) (within context.Context, pace func(*http.Response), end func()) {
	pause := c.policies.Pause
	if pause <= 0 {
		return ctx, func(*http.Response) {}, func() {}
	}
	within, cancel := context.WithCancelCause(ctx)
	pace = func(r *http.Response) {
		timer := time.AfterFunc(pause, func() { cancel(context.DeadlineExceeded) })
		r.Body = &paced{r.Body, pause, timer}
	}
	return within, pace, func() { cancel(nil) }
}

// Read implements io.Reader.
func (p *paced) Read(b []byte) (int, error) {
	p.timer.Reset(p.pause)
	defer p.timer.Stop()
	return p.ReadCloser.Read(b)
}

// Close implements io.Closer.
func (p *paced) Close() error {
	p.timer.Stop()
	return p.ReadCloser.Close()
}
