package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Client calls one upstream. It is safe for concurrent use.
type Client struct {
	name      string
	base      *url.URL
	query     string      // constant query, encoded
	header    http.Header // constant headers, credential included
	forward   []string    // canonical names, sorted
	timeout   time.Duration
	maxBody   int64
	transport http.RoundTripper
	slots     chan struct{} // holds one value for each call on the wire
	decoders  decoders
	flights   flights
	calls     gate
}

// NewClient returns the client of an upstream, complete and ready. It reads the credential, and connects to nothing.
// The error joins everything that is wrong with spec and options, each with the upstream's name.
func NewClient(spec Spec, o Options) (*Client, error) {
	if o.URL == "" {
		return nil, missingURL(spec.Name)
	}
	o, wrongNumbers := o.withDefaults()
	base, wrongURL := parseBase(o.URL)
	forward, wrongForward := forwardable(spec.ForwardHeaders)
	header, wrongHeader := constantHeader(o, forward)
	if problems := slices.Concat(wrongURL, wrongForward, wrongHeader, wrongNumbers); len(problems) > 0 {
		for i, problem := range problems {
			problems[i] = fmt.Errorf("upstream %q: %w", spec.Name, problem)
		}
		return nil, errors.Join(problems...)
	}
	if o.Transport == nil {
		o.Transport = newTransport(o.InFlight)
	}
	return &Client{
		name:      spec.Name,
		base:      base,
		query:     o.constantQuery(),
		header:    header,
		forward:   forward,
		timeout:   o.Timeout,
		maxBody:   o.MaxBody,
		transport: o.Transport,
		slots:     make(chan struct{}, o.InFlight),
	}, nil
}

// Name returns the upstream's name in the schema.
func (c *Client) Name() string { return c.name }

// Close refuses new calls, waits for the running ones, which takes at most the timeout, and closes idle connections.
// It may be called more than once.
func (c *Client) Close() {
	c.calls.close()
	c.flights.running.Wait()
	if t, ok := c.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// Do calls the upstream and returns its 2xx answer; every other outcome is an [*Error]. It returns by the client's timeout
// or 50 ms before ctx's deadline, whichever is first, and when ctx is cancelled; with less than 5 ms until then nothing is
// sent. Identical GETs under way become one (see [WithoutSharing]); each caller's [Recorder] gets an entry of its own.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	out, err := c.address(r)
	if err != nil {
		return nil, &Error{Upstream: c.name, Endpoint: r.Endpoint, Kind: BadInput, Err: err}
	}
	limited, cancel, failure := within(ctx)
	if failure != nil {
		return nil, failure.of(c.name, r.Endpoint)
	}
	defer cancel()
	if !c.calls.enter() {
		return nil, &Error{Upstream: c.name, Endpoint: r.Endpoint, Kind: Unavailable, Err: errClosed}
	}
	defer c.calls.leave()

	recorder := recorderOf(ctx)
	start := recorder.elapsed()
	res, shared, failure := c.exchange(limited, r.Path, out)
	recorder.add(c.name, out.method, r, start, res, shared, failure)
	if failure != nil {
		return nil, failure.of(c.name, r.Endpoint)
	}
	return res, nil
}

// exchange makes the call, or waits for the one under way.
func (c *Client) exchange(ctx context.Context, path string, out outgoing) (res *Response, shared bool, failure *Error) {
	if !out.shareable() || unshared(ctx) {
		res, failure = c.send(ctx, out)
		return res, false, failure
	}
	return c.flights.do(ctx, out.key(c.forward, path), func(own context.Context) (*Response, *Error) {
		return c.send(own, out)
	})
}

// send waits for a slot and makes the call. It is the last function of ours above the transport, and catches its panics.
func (c *Client) send(ctx context.Context, out outgoing) (res *Response, failure *Error) {
	defer func() {
		if v := recover(); v != nil {
			res, failure = nil, panicked(v)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if failure := c.acquire(ctx); failure != nil {
		return nil, failure
	}
	defer c.release()
	if out.unsafe() {
		c.flights.seal()
		defer c.flights.seal()
	}
	resp, err := c.transport.RoundTrip(out.request(ctx))
	if err != nil {
		return nil, broken(ctx, err)
	}
	return c.receive(ctx, resp)
}

// errNoSlot is the cause when all slots were taken for as long as the call could wait.
var errNoSlot = errors.New("too many calls in flight")

// acquire takes a slot, which the caller must release.
func (c *Client) acquire(ctx context.Context) *Error {
	select {
	case c.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
	}
	if failure := interrupted(ctx); failure.Kind == Canceled {
		return failure
	}
	return &Error{Kind: Unavailable, Err: errNoSlot}
}

func (c *Client) release() { <-c.slots }

// gate counts the calls that have entered and not left, and lets none in once it is closed.
type gate struct {
	inside sync.WaitGroup

	mu     sync.Mutex // guards closed, and orders entering before closing
	closed bool
}

// errClosed is the cause of every call after Close.
var errClosed = errors.New("the client is closed")

func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		g.inside.Add(1)
	}
	return !g.closed
}

func (g *gate) leave() { g.inside.Done() }

func (g *gate) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.inside.Wait()
}
