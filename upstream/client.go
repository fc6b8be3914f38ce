package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"weft/deadline"
)

// Client calls one upstream. It is safe for concurrent use.
type Client struct {
	name      string
	bases     []*url.URL // that links may have; the first is where calls go
	constants func() *constants

	authorizer Authorizer // nil: calls need none
	forward    []string   // canonical names, sorted
	claims     Claims
	redirects  bool // those of GETs are followed
	timeout    time.Duration
	transport  http.RoundTripper
	pool       http.RoundTripper // what transport sends requests by
	policies   *policies         // for when it fails
	slots      chan struct{}     // holds one value for each call on the wire
	writes     atomic.Uint64     // see Writes
	calls      gate
	reader
}

// reader is how answers are read.
type reader struct {
	maxBody  int64
	media    []string                   // taken for JSON though they do not say so, in lower case
	explain  func(body []byte) *Problem // see [Spec]
	decoders decoders
	buffers  buffers
}

// NewClient returns the client of an upstream, complete and ready. It reads the credential, and connects to nothing.
// The error joins everything that is wrong with spec and options, each with the upstream's name.
func NewClient(spec Spec, o Options) (*Client, error) {
	if o.URL == "" {
		return nil, missingURL(spec.Name)
	}
	o, wrongNumbers := o.withDefaults()
	base, wrongURL := o.base()
	links, wrongLinks := parseLinks(o.Links)
	media, wrongMedia := mediaTypes(o.ContentTypes)
	forward, wrongForward := forwardable(spec.ForwardHeaders)
	constants, wrongHeader := o.constants(spec, forward)
	transport, pool, wrongTLS := o.transport(spec.Name)
	if problems := slices.Concat(wrongURL, wrongLinks, wrongMedia, wrongForward, wrongHeader, wrongNumbers, wrongTLS, o.checkAuthorizer(spec, forward)); len(problems) > 0 {
		for i, problem := range problems {
			problems[i] = fmt.Errorf("upstream %q: %w", spec.Name, problem)
		}
		return nil, errors.Join(problems...)
	}
	return &Client{
		name:      spec.Name,
		bases:     append([]*url.URL{base}, links...),
		constants: constants,

		authorizer: o.Authorizer,
		forward:    forward,
		claims:     spec.Claims,
		redirects:  o.Redirects,
		timeout:    o.Timeout,
		transport:  transport,
		pool:       pool,
		policies:   newPolicies(o),
		slots:      make(chan struct{}, o.InFlight),
		reader:     reader{maxBody: o.MaxBody, media: media, explain: spec.Explain},
	}, nil
}

// base is the URL that calls are below.
func (c *Client) base() *url.URL { return c.bases[0] }

// Close refuses new calls, waits for the running ones, which takes at most the timeout, and closes idle connections.
// It may be called more than once.
func (c *Client) Close() {
	c.calls.close()
	if t, ok := c.pool.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// Writes counts the writes to the upstream: once right before one is sent, at every attempt, and once when that has ended, however it
// did. It never falls. A read that was sent before it rose may have missed a write that whoever comes later has seen.
func (c *Client) Writes() uint64 { return c.writes.Load() }

// Turn turns the client off, or on again. While it is off no call is begun: each is an error of the kind [Off]. Those in flight go on.
func (c *Client) Turn(off bool) { c.calls.off.Store(off) }

// Used is the share of calls that may be in flight which are: from 0 to 1.
func (c *Client) Used() float64 { return float64(len(c.slots)) / float64(cap(c.slots)) }

// Timeout is how long a call takes at most.
func (c *Client) Timeout() time.Duration { return c.timeout }

// Do calls the upstream and returns its 2xx answer, or its 304 to a conditional request; every other outcome is an [*Error].
// It returns by the client's timeout or 50 ms before ctx's deadline, whichever is first, and when ctx is cancelled; with less
// than 5 ms until then nothing is sent.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	until, failure := deadlineOf(ctx, time.Now(), c.timeout)
	if failure != nil {
		return nil, failure.of(c.name, &r)
	}
	if c.calls.off.Load() {
		return nil, (&Error{Kind: Off}).of(c.name, &r)
	}
	number, open := c.calls.enter()
	if !open {
		return nil, &Error{Upstream: c.name, Endpoint: r.Endpoint, At: r.At, Kind: Unavailable, Err: errClosed}
	}
	defer c.calls.leave()
	out, err := c.address(&r)
	if err != nil {
		return nil, (&Error{Kind: BadInput, Err: err}).of(c.name, &r)
	}
	limited := new(deadline.Context)
	limited.Begin(ctx, until)
	defer limited.End()
	res, failure := c.follow(limited, number, &r, out)
	if failure != nil {
		return nil, failure.of(c.name, &r)
	}
	res.Call = number
	return res, nil
}

// send waits for slots, the endpoint's and then the upstream's, and makes the call. It is the last function of ours above the transport, and catches its panics.
func (c *Client) send(ctx context.Context, out *outgoing) (res *Response, failure *Error) {
	defer func() {
		if v := recover(); v != nil {
			res, failure = nil, panicked(v)
			failure.unknown = !out.safe
		}
	}()
	if failure := acquire(ctx, out.endpoint.slots); failure != nil {
		return nil, failure
	}
	defer release(out.endpoint.slots)
	if failure := acquire(ctx, c.slots); failure != nil {
		return nil, failure
	}
	defer release(c.slots)
	if !out.safe {
		c.writes.Add(1)
		defer c.writes.Add(1)
	}
	requested := time.Now()
	out.began = requested
	resp, err := c.transport.RoundTrip(out.request(ctx))
	received := time.Now()
	if err != nil {
		failure = broken(ctx, err)
		failure.unknown = !out.safe && !unsent(err)
		return nil, failure
	}
	resp.Body = c.paced(resp.Body)
	if res, failure = c.receive(ctx, out, resp); failure != nil {
		if redirects(failure.Status) {
			failure.redirect = &Redirect{failure.Status, resp.Header, len(resp.Header["Set-Cookie"]) > 0, requested, received}
			delete(resp.Header, "Set-Cookie")
		}
		return nil, failure
	}
	res.Requested, res.Received = requested, received
	out.endpoint.usual.add(time.Since(requested))
	return res, nil
}

// errNoSlot is the cause when all slots were taken for as long as the call could wait.
var errNoSlot = errors.New("too many calls in flight")

// acquire takes a slot, which the caller must release.
func acquire(ctx context.Context, slots chan struct{}) *Error {
	select {
	case slots <- struct{}{}:
		return nil
	default:
	}
	select {
	case slots <- struct{}{}:
		return nil
	case <-ctx.Done():
	}
	if failure := interrupted(ctx); failure.Kind == Canceled {
		return failure
	}
	return &Error{Kind: Unavailable, Err: errNoSlot}
}

func release(slots chan struct{}) { <-slots }
