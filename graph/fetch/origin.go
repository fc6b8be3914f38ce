package fetch

import (
	"errors"
	"net/http"
	"time"

	"weft/cache"
	"weft/cache/httpcache"
	"weft/graph/binding"
	"weft/graph/prefetch/ledger"
	"weft/upstream"
)

// origin is the call that values came with, as far as keeping them goes. A nil origin says that nothing is known of it.
type origin struct {
	at       cache.Position // noted before it was sent
	asked    cache.Instant  // when that was
	decision httpcache.Decision
	took     time.Duration
	uri      string         // the tag of its URL; "" of a call for many keys
	current  bool           // there is no value: what was validated is still current
	gone     bool           // the service says that there was something, and is no more (410)
	ticket   *ledger.Ticket // it was made ahead of time; nil: somebody has asked
}

// noCall is the origin of what needs no call.
var noCall = &origin{}

func (o *origin) keeps() bool { return o != nil && o.decision.Store }

// source is where a Result came from that an upstream was called for.
func (r *Result) source() source {
	switch o := r.origin; {
	case o == noCall, r.Err != nil && meanings[kindOf(r.Err)].uncalled:
		return fromNowhere
	case o == nil:
		return fromUpstream
	case o.current:
		return fromValidated
	}
	return fromUpstream
}

// noting is what must be noted before a call, so that its values can be kept.
type noting struct {
	at    cache.Position
	began time.Time
}

func (x *Execution) note() (n noting) {
	if x.through.keeps {
		n = noting{x.service.Cache.Position(), time.Now()}
	}
	return n
}

// origin returns what an answer to b's call says about keeping its values; nil where nothing is kept.
func (x *Execution) origin(b *binding.Binding, n noting, r *upstream.Response) *origin {
	if !x.through.keeps {
		return nil
	}
	status := r.Status
	if r.NotModified {
		status = 200
	}
	o := &origin{
		at: n.at, asked: cache.InstantOf(n.began), took: r.Received.Sub(r.Requested), current: r.NotModified,
		decision: x.decide(b, r.Requested, r.SetCookie, httpcache.Response{Status: status, Header: r.Header, Received: r.Received}),
	}
	for _, by := range r.Redirects {
		through := x.decide(b, by.Requested, by.SetCookie, httpcache.Response{Status: by.Status, Header: by.Header, Received: by.Received})
		o.decision = o.decision.And(through)
	}
	return o
}

// missing is the origin of what was not found.
func (x *Execution) missing(b *binding.Binding, n noting, err error, t *ledger.Ticket) *origin {
	failure, ok := errors.AsType[*upstream.Error](err)
	if !x.through.keeps || !ok {
		return nil
	}
	now := time.Now()
	answer := httpcache.Response{Status: http.StatusNotFound, Header: failure.Header, Received: now}
	return &origin{at: n.at, asked: cache.InstantOf(n.began), took: now.Sub(n.began), decision: x.decide(b, n.began, failure.SetCookie, answer), gone: failure.Status == http.StatusGone, ticket: t}
}

// made is the origin of what Go has answered: as an answer that says nothing itself of how long it may be kept. nil where the schema
// says nothing of it, too.
func (x *Execution) made(b *binding.Binding, n noting) *origin {
	if _, kept := x.service.policy(b); !kept || !x.through.keeps {
		return nil
	}
	now := time.Now()
	answer := httpcache.Response{Status: http.StatusOK, Received: now}
	return &origin{at: n.at, asked: cache.InstantOf(n.began), took: now.Sub(n.began), decision: x.decide(b, n.began, x.identity(b) != "", answer)}
}

// decide applies the policy. A call that is no GET is a read all the same where the schema says how long its values are fresh.
func (x *Execution) decide(b *binding.Binding, sent time.Time, private bool, r httpcache.Response) httpcache.Decision {
	request := httpcache.Request{Sent: sent}
	if client := x.service.Clients[b.Upstream]; client != nil {
		request.Authorized = client.ForwardsAuthorization(x.who.Header) || x.told(b).headers != nil
	}
	if !b.Safe() && b.Cache == nil {
		request.Method = "POST"
	}
	var o httpcache.Override
	if p, ok := x.service.policy(b); ok {
		o = httpcache.Override(p)
	}
	if p, ok := x.service.Policies[b.Upstream]; ok { // whatever the schema says of values
		o.IgnoreNoCache, o.IgnorePrivate = p.IgnoreNoCache, p.IgnorePrivate
	}
	o.Private = o.Private || private
	return httpcache.Evaluate(request, r, o)
}
