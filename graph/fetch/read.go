package fetch

import (
	"context"
	"errors"
	"sync"
	"time"

	"weft/cache"
	"weft/graph/binding"
	"weft/upstream"
	"weft/upstream/failurelog"
)

// traffic is what is on its way for a service's operations, what has been learned by that, and what has failed. It is safe for concurrent
// use; the zero value is ready.
type traffic struct {
	refusing sync.Map // *binding.Binding → time.Time: when a call in which keys rode was refused
	flights  sync.Map // *upstream.Client → *cache.Flights[Result]
	learned  sync.Map // *binding.Binding: without a policy, but its upstream's headers have allowed to keep an answer
	failures failurelog.Log

	refusals   refusals
	allowances sync.Map // by upstream: *allowance of calls for parts of refused batches
}

func (t *traffic) of(upstream *upstream.Client) *cache.Flights[Result] {
	if f, ok := t.flights.Load(upstream); ok {
		return f.(*cache.Flights[Result])
	}
	f, _ := t.flights.LoadOrStore(upstream, new(cache.Flights[Result]))
	return f.(*cache.Flights[Result])
}

// load loads keys, each into the Result of the same index. It is the one place where keys become values, whoever needs them: a planned
// fetch, a loader, a single call under either executor. What the operation has loaded before does not come here again: memos are in
// front of it. Mutations do not come here; nothing may be kept of them. A panic is the callers' to catch.
func (x *Execution) load(ctx context.Context, l load, into []Result) {
	if err := x.stopped(); err != nil {
		fail(into, err)
		return
	}
	if x.closed.Load() {
		fail(into, errClosed)
		return
	}
	x.record.loaded(l, into)
	r := &reading{x: x, load: l, identity: x.identity(l.space.Binding), out: into}
	if x.service.Ledger != nil {
		r.asked = time.Now()
	}
	r.prepare(ctx)
	cache.Load(ctx, x.service.Cache, &r.request)
	if r.left != "" {
		x.record.calls.Left(l.space.Binding.Name, r.left)
	}
	x.primed(l.space.Binding, into)
}

// primed offers the objects that a field has brought to those who need them by key.
func (x *Execution) primed(b *binding.Binding, into []Result) {
	if b.Primes == nil || !x.offers(b.Primes) {
		return
	}
	var sparse []int
	if b.Stub != nil {
		sparse = b.Stub.Sparse
	}
	for i := range into {
		x.prime(b.Primes, offer{objects: into[i].Objects, sparse: sparse})
	}
}

// offers reports whether objects of other answers may be taken for an entity's: what is limited must be as new as is said.
func (x *Execution) offers(entity *binding.Binding) bool {
	_, limited := x.through.ages.accepts[entity]
	return !limited
}

// looksUp reports whether values of b may be in the cache.
func (x *Execution) looksUp(b *binding.Binding) bool {
	if x.through.reading == nil || b.Responds() {
		return false
	}
	if age, limited := x.through.ages.of(b); limited && age == 0 { // only a new one will do
		return false
	}
	if _, ok := x.service.policy(b); ok {
		return true
	}
	_, learned := x.service.traffic.learned.Load(b)
	return learned
}

// LooksUp reports whether values of a binding may be in the cache.
func (p Planned) LooksUp(b *binding.Binding) bool { return p.looksUp(b) }

// policy is what schema or configuration say of b. Configuration is for GETs.
func (s *Service) policy(b *binding.Binding) (binding.CachePolicy, bool) {
	if b.Func != "" && b.Identity == nil { // Go may look at anything
		return binding.CachePolicy{}, false
	}
	if b.Cache != nil {
		return *b.Cache, true
	}
	p, ok := s.Policies[b.Upstream]
	return p, ok && b.Safe()
}

// reading is one load that goes through the cache: the source of its keys' values. A flight may outlive the operation; what it
// uses of that it only reads, but for counters.
type reading struct {
	load
	x        *Execution
	identity string
	out      []Result
	asked    time.Time     // when it began, where somebody wants to know
	left     upstream.Kind // why calls of its own were not waited for; "": they were

	request cache.Request[Result]
	fence   [1]cache.Fence // room for the request's
}

var _ cache.Source[Result] = (*reading)(nil)

// prepare makes the request for all keys of the load.
func (r *reading) prepare(ctx context.Context) {
	x, b, request := r.x, r.space.Binding, &r.request
	request.Space = cache.Space{Of: b, Identity: r.identity, Rest: r.space.Rest}
	request.IDs, request.Apart, request.Source, request.Room = r.keys, r.apart(), r, r.out
	if x.looksUp(b) {
		request.Reading, request.Keys, request.Decode = x.through.reading, r.names(), decode(b)
		request.MaxAge, _ = x.through.ages.of(b)
	}
	client := x.service.Clients[b.Upstream]
	if b.Func != "" || x.without.Has(Shared) || client == nil || b.Responds() {
		return
	}
	r.fence[0] = client
	request.Flights, request.Fences = x.service.traffic.of(client), r.fence[:]
	if together(b, len(r.keys)) {
		request.Takes = client.Timeout()
	}
	if deadline, limited := ctx.Deadline(); limited {
		request.Until = deadline.Add(-upstream.Reserve)
	}
}

// names are the keys' in the cache, to be looked up by: they lie in one text, which nothing that is kept may hold.
func (r *reading) names() []cache.Key {
	names, ends := make([]cache.Key, len(r.keys)), make([]int, len(r.keys))
	size := 0
	for _, key := range r.keys {
		size += keySize(r.space.Binding, r.identity, r.space.Rest, key)
	}
	all := make([]byte, 0, size)
	for i, key := range r.keys {
		all = appendKey(all, r.space.Binding, r.identity, r.space.Rest, key)
		ends[i] = len(all)
	}
	text, from := cache.Key(all), 0
	for i, end := range ends {
		names[i], from = text[from:end], end
	}
	return names
}

// Value implements cache.Source.
func (r *reading) Value(f *cache.Found) Result {
	v := Result{Value: *f.Entry.View.(*binding.Value), entry: f.Entry}
	from := sourceOf(f)
	if a := f.Entry.Ahead; a != nil && !r.x.purpose.ahead() && !r.x.without.Has(Prefetch) && a.Take() {
		from = fromPrefetched
	}
	v.came(from, f.Entry.Age(r.x.service.Cache.Now()))
	return v
}

// Shared implements cache.Source. What an operation was not allowed to call for, or not ahead of time, is no value for others, nor is a
// stale one where its age is limited.
func (r *reading) Shared(v *Result) (*cache.Entry, bool) {
	_, limited := r.x.through.ages.of(r.space.Binding)
	refused := errors.Is(v.Err, errExceeded) || errors.Is(v.Err, errNotIssued)
	return v.entry, !refused && (v.Stale() == 0 || !limited)
}

// Take implements cache.Source.
func (r *reading) Take(i int, v *Result, joined bool) {
	out := &r.out[i]
	if out != v { // others may be reading it
		*out = *v
	}
	if r.x.through.keeps {
		r.x.parts.add(out)
	}
	if out.Stale() > 0 {
		r.x.parts.stale.some.Store(true)
	}
	if joined {
		out.came(fromShared, 0)
		if o := out.origin; o != nil && o.ticket != nil && !r.x.purpose.ahead() {
			o.ticket.Use(r.asked)
			if out.entry != nil && out.entry.Ahead != nil {
				out.entry.Ahead.Take() // for whoever comes next it is a value like another
			}
		}
	}
}

// Leave implements cache.Source.
func (r *reading) Leave(i int, err error, joined bool) {
	kind := upstream.Unavailable
	switch {
	case errors.Is(err, context.Canceled):
		kind = upstream.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		kind = upstream.Timeout
	}
	r.out[i] = Result{Err: r.space.Binding.Failed(kind, err)}
	if joined {
		r.out[i].came(fromShared, 0)
		return
	}
	r.out[i].came(fromUpstream, 0)
	r.left = kind
}

// Patience implements cache.Source. Nobody waits for what is loaded ahead of time.
func (r *reading) Patience(old []cache.Found) (time.Duration, bool) {
	b := r.space.Binding
	client := r.x.service.Clients[b.Upstream]
	if client == nil || r.x.purpose.ahead() {
		return 0, false
	}
	now := r.x.service.Cache.Now()
	for i := range old {
		if !r.had(&old[i], now).mayStand {
			return 0, false
		}
	}
	return client.Patience(b.Name)
}

// Stand implements cache.Source.
func (r *reading) Stand(i int, old *cache.Found, joined bool) {
	now := r.x.service.Cache.Now()
	h, from := r.had(old, now), fromStale
	if joined {
		from = h.from
	} else {
		r.left = upstream.Timeout
	}
	v := standIn(h, from, now)
	r.Take(i, &v, false)
}

// Refresh implements cache.Source.
func (r *reading) Refresh(places []int) {
	if r.x.purpose.ahead() {
		return // who asks for them has them refreshed
	}
	stale := make([]string, len(places))
	for k, i := range places {
		stale[k] = r.keys[i]
	}
	r.x.refresh(r.load, r.identity, stale)
}

// Fetch implements cache.Source: it calls the upstream, and keeps what may be kept.
func (r *reading) Fetch(ctx context.Context, b *cache.Batch[Result]) {
	defer func() {
		if v := recover(); v != nil {
			panic(panicOf(v)) // with this stack, wherever it goes on
		}
	}()
	l := r.only(b.Places)
	l.old = validated(b.Old)
	if r.apart() && l.counts == nil {
		r.callEach(ctx, l, b)
		return
	}
	if l.riding != nil && l.riding.taken.Swap(true) {
		l.riding = nil
	}
	defer r.settle(l.riding)
	r.x.call(ctx, l, b.Values)
	a := r.arrived(b.Old)
	for i := range b.Values {
		a.accept(l.keys[i], &b.Values[i], i)
	}
}

// callEach lands each key when its call has ended.
func (r *reading) callEach(ctx context.Context, l load, b *cache.Batch[Result]) {
	r.x.callEach(ctx, l, b.Values, func(i int) {
		r.arrived(b.Old).accept(l.keys[i], &b.Values[i], i)
		b.Land(i)
	})
}

// apart reports whether each key is a call.
func (r *reading) apart() bool { return r.space.Binding.Entity && !r.space.Binding.Batched() }

// only is the load of some of its keys.
func (r *reading) only(places []int) load {
	l := r.load
	if len(places) == len(r.keys) {
		return l
	}
	l.keys, l.counts = make([]string, len(places)), nil
	for k, i := range places {
		l.keys[k] = r.keys[i]
		if r.counts != nil {
			l.counts = append(l.counts, r.counts[i])
		}
	}
	return l
}

// validated is the entry whose validators can save the answer: of one key only.
func validated(old []cache.Found) *cache.Entry {
	if len(old) != 1 {
		return nil
	}
	e := old[0].Entry
	if e == nil || e.ETag == "" && e.LastModified == "" {
		return nil
	}
	return e
}

// OutOfTime reports whether ctx has ended, or is so near its deadline that upstreams were given no more time: what failed under
// it need not fail for others.
func OutOfTime(ctx context.Context) bool {
	deadline, limited := ctx.Deadline()
	return ctx.Err() != nil || limited && time.Until(deadline) < 2*upstream.Reserve
}
