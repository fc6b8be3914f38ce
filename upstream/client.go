package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Client calls one upstream. It is safe for concurrent use.
type Client struct {
	name           string
	base           *url.URL
	query          string      // constant query, encoded
	header         http.Header // constant headers, credential included; read-only, since calls send it as it is
	headerWithBody http.Header // the same with a Content-Type
	forward        []string    // canonical names, sorted
	timeout        time.Duration
	maxBody        int64
	transport      http.RoundTripper
	slots          chan struct{} // holds one value for each call on the wire
	decoders       decoders
	buffers        buffers
	flights        flights
	calls          gate
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
		name:           spec.Name,
		base:           base,
		query:          o.constantQuery(),
		header:         header,
		headerWithBody: withContentType(header),
		forward:        forward,
		timeout:        o.Timeout,
		maxBody:        o.MaxBody,
		transport:      o.Transport,
		slots:          make(chan struct{}, o.InFlight),
	}, nil
}

// Close refuses new calls, waits for the running ones, which takes at most the timeout, and closes idle connections.
// It may be called more than once.
func (c *Client) Close() {
	c.calls.close()
	c.flights.running.Wait()
	if t, ok := c.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// Do calls the upstream and returns its 2xx answer, or its 304 to a conditional request; every other outcome is an [*Error].
// It returns by the client's timeout or 50 ms before ctx's deadline, whichever is first, and when ctx is cancelled; with less
// than 5 ms until then nothing is sent. Identical GETs under way become one (see [WithoutSharing]); the [Recorder] of each
// request gets an entry of its own.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	res, _, err := c.DoShared(ctx, r)
	return res, err
}

// DoShared is [Client.Do], and tells whether another caller had sent the call: before this one, so that its answer may be from
// before something that this one knows of.
func (c *Client) DoShared(ctx context.Context, r Request) (res *Response, shared bool, err error) {
	now := time.Now()
	deadline, failure := deadlineOf(ctx, now, c.timeout)
	if failure != nil {
		return nil, false, failure.of(c.name, &r)
	}
	if !c.calls.enter() {
		return nil, false, &Error{Upstream: c.name, Endpoint: r.Endpoint, At: r.At, Kind: Unavailable, Err: errClosed}
	}
	defer c.calls.leave()

	start := r.Recorder.elapsed()
	if !r.shareable() || unshared(ctx) {
		res, failure = c.alone(ctx, deadline, &r)
	} else {
		res, shared, failure = c.together(ctx, now, deadline, &r)
	}
	r.Recorder.add(c.name, &r, start, res, shared, failure)
	if failure != nil {
		return nil, shared, failure.of(c.name, &r)
	}
	return res, shared, nil
}

// alone makes the call on the caller's goroutine.
func (c *Client) alone(ctx context.Context, deadline time.Time, r *Request) (*Response, *Error) {
	out, err := c.address(r)
	if err != nil {
		return nil, &Error{Kind: BadInput, Err: err}
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	return c.send(ctx, out)
}

// together waits for the call that is under way, and starts it when there is none. Only who starts it looks at the request,
// since who joins has an equal one.
func (c *Client) together(ctx context.Context, now, deadline time.Time, r *Request) (res *Response, shared bool, failure *Error) {
	var space [256]byte // most keys fit, and then take no memory
	key := c.appendKey(space[:0], r)
	f := c.flights.join(key)
	shared = f != nil
	if !shared {
		out, err := c.address(r)
		if err != nil {
			return nil, false, &Error{Kind: BadInput, Err: err}
		}
		var own context.Context
		if f, own = c.flights.open(key, now.Add(c.timeout)); own == nil {
			shared = true
		} else {
			c.flights.running.Add(1)
			go c.fly(own, f, out)
		}
	}
	res, failure = c.flights.wait(ctx, deadline, f)
	return res, shared, failure
}

// fly makes the call of a flight. It runs on a goroutine, which Close waits for.
func (c *Client) fly(ctx context.Context, f *flight, out *outgoing) {
	defer c.flights.running.Done()
	defer c.flights.finish(f)
	if f.res, f.err = c.send(ctx, out); f.res != nil {
		f.res.derived = new(derived)
	}
}

// send waits for a slot and makes the call. It is the last function of ours above the transport, and catches its panics.
func (c *Client) send(ctx context.Context, out *outgoing) (res *Response, failure *Error) {
	defer func() {
		if v := recover(); v != nil {
			res, failure = nil, panicked(v)
			failure.unknown = out.unsafe()
		}
	}()
	if failure := c.acquire(ctx); failure != nil {
		return nil, failure
	}
	defer c.release()
	if out.unsafe() {
		c.flights.seal()
		defer c.flights.seal()
	}
	requested := time.Now()
	resp, err := c.transport.RoundTrip(out.request(ctx))
	received := time.Now()
	if err != nil {
		failure = broken(ctx, err)
		failure.unknown = out.unsafe() && !unsent(err)
		return nil, failure
	}
	if res, failure = c.receive(ctx, out, resp); failure != nil {
		return nil, failure
	}
	res.Requested, res.Received = requested, received
	return res, nil
}

// errNoSlot is the cause when all slots were taken for as long as the call could wait.
var errNoSlot = errors.New("too many calls in flight")

// acquire takes a slot, which the caller must release.
func (c *Client) acquire(ctx context.Context) *Error {
	select {
	case c.slots <- struct{}{}:
		return nil
	default:
	}
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
