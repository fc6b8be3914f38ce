package rate

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"weft/graph/auth"
)

// Options are what each client may have. The zero Options bound nothing.
type Options struct {
	// Operations are those that a client sends.
	Operations Limit

	// Named are those of operations by their names, or persisted ids, each beside Operations.
	Named map[string]Limit

	// UpstreamCalls are calls to services, as many as the client's operations have taken. They are counted when an operation has been
	// answered, so that one operation may go beyond: the next one is refused then.
	UpstreamCalls Limit

	// FailedAuthentications are requests with credentials that were refused, by address. When an address has had them, its credentials are
	// not looked at, and its requests that have some are refused. It needs TrustedHops.
	FailedAuthentications Limit

	// TrustedHops are the networks of proxies in front, which say in X-Forwarded-For where a request has come from. nil: nobody knows where that
	// is, and nothing is counted by address; empty: clients connect to this service themselves.
	TrustedHops []netip.Prefix

	// Sharing is what becomes of clients while Redis does not count them: [Proceed], [Refuse] or [Off]; "" = Proceed.
	Sharing string

	// Redis is where replicas count together.
	Redis Redis
}

// Together reports whether there is something that replicas can count together.
func (o Options) Together() bool {
	return o.Operations != (Limit{}) || len(o.Named) > 0 || o.UpstreamCalls != (Limit{}) || o.FailedAuthentications != (Limit{})
}

// Rates count what clients have. The nil Rates bound nothing. They are safe for concurrent use.
type Rates struct {
	operations, calls, failures *limiter
	named                       map[string]*limiter // by operation
	hops                        []netip.Prefix
	shared                      *shared // nil: they are this process's alone
}

// New returns Rates, which end with Close; nil where the options bound nothing. The error says what they lack.
func New(o Options) (*Rates, error) {
	if !o.Together() {
		return nil, nil
	}
	if o.FailedAuthentications != (Limit{}) && o.TrustedHops == nil {
		return nil, fmt.Errorf("failedAuthentications needs trustedHops: whose address it is that is counted; [] where clients connect to this service themselves")
	}
	r := &Rates{
		shared: newShared(o.Redis, o.Sharing), named: map[string]*limiter{},
		operations: newLimiter("operations", o.Operations), calls: newLimiter("calls to services", o.UpstreamCalls), failures: newLimiter("refused credentials", o.FailedAuthentications),
	}
	for name, limit := range o.Named {
		r.named[name] = newLimiter("operations "+name, limit)
	}
	if o.TrustedHops != nil {
		r.hops = make([]netip.Prefix, len(o.TrustedHops))
	}
	for i, p := range o.TrustedHops {
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		r.hops[i] = p
	}
	return r, nil
}

// Close ends counting in Redis.
func (r *Rates) Close() {
	if r != nil {
		r.shared.close()
	}
}

// Status is what operators are shown of counting together.
type Status struct {
	Redis    bool `json:"redis"`    // counts what clients have
	Replicas int  `json:"replicas"` // that were heard from lately
}

// Status is nil where replicas do not count together.
func (r *Rates) Status() *Status {
	if r == nil || r.shared == nil {
		return nil
	}
	return &Status{r.shared.alone.Load() == 0, r.shared.parts()}
}

// Exceeded says that a client has had what it may have.
type Exceeded struct {
	What  string // operations, calls to services, refused credentials
	Limit Limit
	Wait  time.Duration // until there is more
}

// Error implements error. It is for clients.
func (e *Exceeded) Error() string {
	return fmt.Sprintf("too many %s, %s at most: try again in %d s", e.What, e.Limit, e.Seconds())
}

// Seconds is when to try again, in whole seconds: at least one.
func (e *Exceeded) Seconds() int { return max(1, int((e.Wait+time.Second-1)/time.Second)) }

// Address is where a request has come from: the connection's address, or, where that is a trusted hop's, the last one in X-Forwarded-For that is
// none, with a port or without. It is not valid where nobody knows: where a hop does not say it.
func (r *Rates) Address(from netip.Addr, headers map[string][]string) netip.Addr {
	if r == nil || r.hops == nil {
		return netip.Addr{}
	}
	from = from.Unmap().WithZone("")
	named := strings.Split(strings.Join(headers["X-Forwarded-For"], ","), ",")
	for i := len(named) - 1; i >= 0 && r.isHop(from); i-- {
		from = addressOf(strings.TrimSpace(named[i]))
	}
	if r.isHop(from) { // all clients behind it would be one
		return netip.Addr{}
	}
	return from
}

// addressOf reads an address, with a port or without; what is none is not valid.
func addressOf(text string) netip.Addr {
	if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return a.Unmap().WithZone("")
	}
	a, _ := netip.ParseAddrPort(text)
	return a.Addr().Unmap().WithZone("")
}

func (r *Rates) isHop(a netip.Addr) bool {
	for _, p := range r.hops {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Credentials says why those of an address are not looked at; nil: they are.
func (r *Rates) Credentials(at netip.Addr) error {
	if r == nil {
		return nil
	}
	if wait := r.failures.wait(At(at), time.Now(), 1); wait > 0 {
		return &Exceeded{r.failures.what, r.failures.limit, wait}
	}
	return nil
}

// Failed counts credentials of an address that were refused: here, and in Redis when there is time, which says what all replicas have refused.
// So who tries some at each of them has what it may have, and one more at each; and nobody whose credentials are good waits for Redis.
func (r *Rates) Failed(at netip.Addr) {
	c := At(at)
	if r == nil || r.failures == nil || c == (Client{}) {
		return
	}
	r.failures.charge(c, 1, time.Now(), 1)
	if r.shared != nil {
		told := func(wait time.Duration) { r.failures.empty(c, wait, time.Now()) }
		r.shared.later(c, drawing{r.failures, "failures", 1}, told, func() {})
	}
}

// Client is who is counted: who asks, or the address, if nobody is known.
func (r *Rates) Client(who *auth.Caller, at netip.Addr) Client {
	if who != nil {
		return Known(who)
	}
	return At(at)
}

// Operation counts an operation. The error is an [*Exceeded], or [ErrUncounted], and the operation is not counted.
func (r *Rates) Operation(ctx context.Context, c Client) error {
	if r == nil || c == (Client{}) {
		return nil
	}
	return r.draw(ctx, c, drawing{r.calls, "calls", 0}, drawing{r.operations, "operations", 1})
}

// Named counts an operation by the first of its names that has a limit of its own, beside what [Rates.Operation] has counted; what it returns is
// as there.
func (r *Rates) Named(ctx context.Context, c Client, names ...string) error {
	if r == nil || c == (Client{}) {
		return nil
	}
	for _, name := range names {
		if l := r.named[name]; l != nil {
			return r.draw(ctx, c, drawing{l, "operation:" + name, 1})
		}
	}
	return nil
}

// Names reports whether there are limits of operations by their names.
func (r *Rates) Names() bool { return r != nil && len(r.named) > 0 }

// draw takes all drawings out of a client's buckets, in Redis or here.
func (r *Rates) draw(ctx context.Context, c Client, all ...drawing) error {
	if r.shared != nil {
		lacks, wait, counted := r.shared.draw(ctx, c, false, all...)
		switch {
		case lacks != nil:
			return &Exceeded{lacks.what, lacks.limit, wait}
		case counted:
			return nil
		case r.shared.refuse:
			return ErrUncounted
		}
	}
	now, parts := time.Now(), r.shared.parts()
	for _, d := range all { // the last one is the one of which something is taken
		wait := d.of.wait
		if d.n > 0 {
			wait = d.of.take
		}
		if wait := wait(c, now, parts); wait > 0 {
			return &Exceeded{d.of.what, d.of.limit, wait}
		}
	}
	return nil
}

// Calls counts calls to services.
func (r *Rates) Calls(c Client, n int) {
	if r == nil || r.calls == nil || c == (Client{}) || n <= 0 {
		return
	}
	here := func() { r.calls.charge(c, n, time.Now(), r.shared.parts()) }
	if r.shared == nil {
		here()
		return
	}
	r.shared.later(c, drawing{r.calls, "calls", n}, nil, here)
}
