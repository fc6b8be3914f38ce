package upstream

import (
	"context"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Failing is what is done for an upstream that fails. The zero Failing is right for most.
type Failing struct {
	// Retries is how often a call is repeated that changes nothing or has an idempotency key, or of which nothing has arrived; 0: never, but
	// once where the connection was refused.
	Retries int
	// NoBreaker has calls made however many fail.
	NoBreaker bool
	// NoSoftTimeout has who has an old value wait for a new one as long as who has none.
	NoSoftTimeout bool
	// PerEndpoint is how many calls of one endpoint there may be at one time; 0: three quarters of those that the upstream may have.
	PerEndpoint int
	// DeadlineHeader is the header that tells the service how long it is waited for, so that it does not go on for nobody; "": none does. See
	// deadlineValue.
	DeadlineHeader string
	// Pause is how long the service may send nothing of a body that it has begun; then the call has failed as one that takes longer than it may.
	// 0: as long as the call may take, which bounds it in any case.
	Pause time.Duration
	// Changed is told of each new state of an endpoint's breaker; nil: nobody is. It must return at once.
	Changed func(upstream, endpoint string, s State) `json:"-"`
}

// policies are what a client does for an upstream that fails: a file each. attempts composes them.
//
// They are our own since they cost a fifth of those of a library, for calls that succeed, which most do. Processor time of one such call without
// the call itself, user and system, over 300,000 and 2,000,000 of them in a row, three times (2026-11, Go 1.26, 2 vCPU, a busy machine: ± 10 %):
//
//	failsafe-go 0.9.8: retry with a budget, breaker and two bulkheads     1.9 µs   23 allocations of 864 bytes
//	budget, breaker, two slots and how long the endpoint usually takes    0.4 µs   none
//
// To repeat it: a module with a benchmark that runs a function which returns at once by failsafe.With of these four policies, one retry, half of 20
// within 10 s, 75 and 100 at one time, with a context that has a deadline; and one in this package that calls pay, allow, acquire twice, judge and
// report in the order of attempts. Its breaker also knows nothing of answers that turn out to be of no use ([Client.Unusable]).
type policies struct {
	Failing
	share     int // of the upstream's slots that an endpoint may have
	budget    budget
	endpoints sync.Map // by name: *endpoint

	attempts, failures, refused, retries atomic.Uint64
}

func newPolicies(o Options) *policies {
	p := &policies{Failing: o.Network.Failing, share: o.share()}
	p.DeadlineHeader = textproto.CanonicalMIMEHeaderKey(p.DeadlineHeader)
	return p
}

// attempts makes a call, and makes it again where that may help. It is the one place where the policies for services that fail come together:
//
//	budget    each call pays for a part of a retry                 retry.go
//	breaker   an endpoint that fails is not called for a while     breaker.go
//	record    each attempt is a call of the report                 record.go
//	slot      and waits for its turn                               client.go, endpoint.go
//	retry     a failure that may pass, of what may be repeated     retry.go
func (c *Client) attempts(ctx context.Context, number uint64, r *Request, out *outgoing) (*Response, *Error) {
	c.policies.budget.pay()
	res, failure := c.attempt(ctx, number, r, out)
	for n := 1; failure != nil; n++ {
		wait, ok := c.again(ctx, n, out, failure)
		if !ok || !pause(ctx, wait) || r.further() != nil {
			return nil, failure
		}
		next, failed := c.attempt(ctx, number, r, out)
		if failed != nil && failed.Kind == CircuitOpen {
			return nil, failure // which says why it is
		}
		c.policies.retries.Add(1)
		res, failure = next, failed
	}
	return res, nil
}

// attempt makes a call once, if the endpoint's breaker lets it through.
func (c *Client) attempt(ctx context.Context, number uint64, r *Request, out *outgoing) (res *Response, failure *Error) {
	v := unjudged // as it stays where the goroutine ends
	if b := out.endpoint.breaker; b != nil {
		probe, ok := b.allow(time.Now())
		if !ok {
			c.policies.refused.Add(1)
			return nil, &Error{Kind: CircuitOpen, Err: errOpen}
		}
		defer func() { b.report(probe, time.Now(), v) }()
	}
	res, failure = c.recorded(ctx, number, r, out)
	v = judge(failure, time.Since(out.began), c.timeout)
	c.policies.attempts.Add(1)
	if v == failed {
		c.policies.failures.Add(1)
	}
	return res, failure
}

// Unusable says that an answer of an endpoint, which was complete, cannot be used: a failure, as its breaker counts.
func (c *Client) Unusable(endpoint string) {
	c.policies.failures.Add(1)
	if b := c.endpoint(endpoint).breaker; b != nil {
		b.spoil(time.Now())
	}
}

// Stats are a client's counters since it was made.
type Stats struct {
	Name     string   `json:"name"`
	Attempts uint64   `json:"attempts"` // requests that were sent, retries and redirects among them
	Failures uint64   `json:"failures"` // of these, those that breakers count
	Retries  uint64   `json:"retries"`
	NoBudget uint64   `json:"noBudget"` // retries that were not made, since a fifth of the calls had been repeated already
	Refused  uint64   `json:"refused"`  // calls that were not made, since a breaker was open
	Open     []string `json:"open"`     // endpoints whose breakers do not let all calls through

	Endpoints []EndpointStats `json:"endpoints"` // those of which calls were answered, by name
}

// EndpointStats are how long the last calls of an endpoint took that were answered, without their wait for a slot, in milliseconds.
type EndpointStats struct {
	Name  string  `json:"name"`
	Calls int     `json:"calls"` // that the others are of
	P50   float64 `json:"p50"`   // half of them took as long at most
	P95   float64 `json:"p95"`   // all but a twentieth, see Patience
}

// Stats returns the counters.
func (c *Client) Stats() Stats {
	p := c.policies
	s := Stats{Name: c.name, Attempts: p.attempts.Load(), Failures: p.failures.Load(), Refused: p.refused.Load(), Retries: p.retries.Load(), Open: []string{}, Endpoints: []EndpointStats{}}
	p.budget.mu.Lock()
	s.NoBudget = p.budget.refused
	p.budget.mu.Unlock()
	p.endpoints.Range(func(name, at any) bool {
		e := at.(*endpoint)
		if b := e.breaker; b != nil && b.current() != Closed {
			s.Open = append(s.Open, name.(string))
		}
		if p50, p95, calls := e.usual.percentiles(); calls > 0 {
			s.Endpoints = append(s.Endpoints, EndpointStats{name.(string), calls, milliseconds(p50), milliseconds(p95)})
		}
		return true
	})
	slices.Sort(s.Open)
	slices.SortFunc(s.Endpoints, func(a, b EndpointStats) int { return strings.Compare(a.Name, b.Name) })
	return s
}
