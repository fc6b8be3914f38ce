package binding

import (
	"context"
	"net/http"
	"sync"
	"time"

	"weft/cache"
	"weft/upstream"
)

// keeping is what a service knows of its cache. It is safe for concurrent use; the zero value is ready.
type keeping struct {
	flights sync.Map // upstream → *flights
	learned sync.Map // *Binding: without a policy, but its upstream's headers have allowed to keep an answer
}

// flights are questions' keys on their way to one upstream.
type flights = cache.Flights[cache.Landed[Result]]

func (k *keeping) of(upstream string) *flights {
	if f, ok := k.flights.Load(upstream); ok {
		return f.(*flights)
	}
	f, _ := k.flights.LoadOrStore(upstream, new(flights))
	return f.(*flights)
}

// answer answers a question, each of its keys into the Result of the same index. It is the one place where keys become answers,
// whoever asks: a planned fetch, a loader, a single call under either executor. What was asked for before in the operation does not
// come here again: memos are in front of it. Mutations do not come here; nothing may be kept of them. A panic is the callers' to
// catch.
func (x *Execution) answer(ctx context.Context, q question, into []Result) {
	if err := x.stopped(); err != nil {
		fail(into, err)
		return
	}
	x.record.load(q, into)
	if b := q.of.binding; x.looksUp(b) {
		r := &reading{x: x, question: q, digest: x.digest(b), out: into}
		cache.Load(ctx, x.service.Cache, r.request())
	} else {
		x.askThrough(ctx, q, into)
	}
	x.primed(q.of.binding, into)
}

// primed offers what a list has brought to those who ask for its objects by key.
func (x *Execution) primed(b *Binding, into []Result) {
	if _, limited := x.accepts[b.Primes]; b.List && !b.takesKeys() && !limited { // what is limited must be as new as is said
		x.prime(b.Primes, into[0].Objects)
	}
}

// looksUp reports whether values of b may be in the cache.
func (x *Execution) looksUp(b *Binding) bool {
	if x.reading == nil {
		return false
	}
	if age, limited := x.maxAge(b); limited && age == 0 { // only a new one will do
		return false
	}
	if _, ok := x.service.policy(b); ok {
		return true
	}
	_, learned := x.service.keeping.learned.Load(b)
	return learned
}

// policy is what schema or configuration say of b. Configuration is for GETs.
func (s *Service) policy(b *Binding) (CachePolicy, bool) {
	if b.Func != "" { // Go may look at anything
		return CachePolicy{}, false
	}
	if b.Cache != nil {
		return *b.Cache, true
	}
	p, ok := s.Policies[b.Upstream]
	return p, ok && b.safe()
}

// safe reports whether all its calls are GETs, whose answers may be kept if their headers say so.
func (b *Binding) safe() bool {
	return b.Func == "" && (b.single == nil || b.single.method == http.MethodGet) && (b.batch == nil || b.batch.method == http.MethodGet)
}

// askThrough asks the upstream without looking into the cache first, and learns whether that would be worth while.
func (x *Execution) askThrough(ctx context.Context, q question, into []Result) {
	x.ask(ctx, q, into)
	digest, learned := "", false
	for i := range into {
		r := &into[i]
		r.came(r.source(), 0)
		if !x.keeps {
			continue
		}
		if r.Err != nil || !r.origin.keeps() || !q.of.binding.safe() {
			x.parts.addUnkept(r)
			continue
		}
		if !learned {
			learned = true
			x.service.keeping.learned.Store(q.of.binding, true)
			digest = x.digest(q.of.binding)
		}
		if r.origin.joined {
			x.parts.late()
		}
		x.parts.add(x.keep(q, digest, q.keys[i], r))
	}
}

// keep stores what was loaded, if it may be. The entry that it returns is nil otherwise.
func (x *Execution) keep(q question, digest, key string, r *Result) *cache.Entry {
	if r.Err != nil || !r.origin.keeps() {
		return nil
	}
	b := q.of.binding
	e := b.entry(b.cacheKey(digest, q.of.rest, key), r.Answer, r.origin, x.service.Cache.Bound(b.tags(key, q.values, r)))
	x.put(e, digest, r.origin)
	return e
}

// put stores an entry. One of a call that was sent before the operation began to watch for invalidations is the sender's to store.
func (x *Execution) put(e *cache.Entry, digest string, o *origin) {
	if x.keeps && !o.joined && (digest != "" || !e.Private) { // nobody is known to whom it is private
		x.service.Cache.Keep(e, digest != "")
	}
}

// reading is one question that is answered through the cache: the source of its keys' values.
type reading struct {
	question
	x      *Execution
	digest string
	out    []Result
}

var _ cache.Source[Result] = (*reading)(nil)

// request asks for all keys of the question.
func (r *reading) request() *cache.Request[Result] {
	x, b := r.x, r.of.binding
	maxAge, _ := x.maxAge(b)
	request := &cache.Request[Result]{
		Keys: make([]cache.Key, len(r.keys)), Reading: x.reading, MaxAge: maxAge, Decode: b.decode, Source: r,
	}
	for i, key := range r.keys {
		request.Keys[i] = b.cacheKey(r.digest, r.of.rest, key)
	}
	if !x.without.Has(Shared) {
		request.Flights = x.service.keeping.of(b.Upstream)
	}
	return request
}

// Value implements cache.Source.
func (r *reading) Value(f *cache.Found) Result {
	v := Result{Answer: *f.Entry.View.(*Answer)}
	v.came(sourceOf(f), f.Entry.Age(r.x.service.Cache.Now()))
	return v
}

// Take implements cache.Source.
func (r *reading) Take(i int, l *cache.Landed[Result], joined bool) {
	v := &r.out[i]
	*v = l.Value
	if l.Entry != nil {
		r.x.parts.add(l.Entry)
	} else {
		r.x.parts.addUnkept(v)
	}
	if v.origin != nil && v.origin.joined {
		r.x.parts.late()
	}
	if joined {
		v.came(fromShared, 0)
	}
}

// Leave implements cache.Source.
func (r *reading) Leave(i int, err error) { r.out[i] = Result{Err: err} }

// Refresh implements cache.Source.
func (r *reading) Refresh(places []int) {
	stale := make([]string, len(places))
	for k, i := range places {
		stale[k] = r.keys[i]
	}
	r.x.refresh(r.question, r.digest, stale)
}

// Ask implements cache.Source: it asks the upstream, and keeps what may be kept. It changes nothing of the reading, whose operation
// may have ended.
func (r *reading) Ask(ctx context.Context, places []int, old []cache.Found) []cache.Landed[Result] {
	q := r.only(places)
	q.old = validated(old)
	results := make([]Result, len(places))
	r.x.ask(ctx, q, results)
	landed := make([]cache.Landed[Result], len(places))
	for k := range places {
		landed[k] = r.accept(q.keys[k], results[k], old[k])
		landed[k].Abandoned = results[k].Err != nil && (OutOfTime(ctx) || r.x.Excess() != nil)
	}
	return landed
}

// only is the question for some of its keys.
func (r *reading) only(places []int) question {
	q := r.question
	if len(places) == len(r.keys) {
		return q
	}
	q.keys, q.counts = make([]string, len(places)), nil
	for k, i := range places {
		q.keys[k] = r.keys[i]
		if r.counts != nil {
			q.counts = append(q.counts, r.counts[i])
		}
	}
	return q
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

// accept makes of what the upstream said what is served, and keeps it. f is what the cache had.
func (r *reading) accept(key string, res Result, f cache.Found) cache.Landed[Result] {
	l := cache.Landed[Result]{Value: res}
	switch {
	case res.Err != nil && f.State == cache.IfError && failing(res.Err) && r.x.service.Cache.Valid(f.Entry.Position, f.Entry.Tags):
		l.Value, l.Entry = Result{Answer: *f.Entry.View.(*Answer)}, f.Entry
		l.Value.came(fromStale, f.Entry.Age(r.x.service.Cache.Now()))
		return l
	case res.Err == nil && res.origin != nil && res.origin.current && f.Entry != nil:
		l.Value.Answer = *f.Entry.View.(*Answer)
		if l.Value.origin = res.origin; res.origin.keeps() {
			l.Entry = renewed(f.Entry, res.origin)
			r.x.put(l.Entry, r.digest, res.origin)
		}
	default:
		l.Entry = r.x.keep(r.question, r.digest, key, &l.Value)
	}
	l.Value.came(res.source(), 0)
	if o := l.Value.origin; l.Value.Err != nil || o == nil || o == noCall {
		l.Undated = true
	} else {
		l.At = o.at
	}
	return l
}

// OutOfTime reports whether ctx has ended, or is so near its deadline that upstreams were given no more time: what failed under
// it need not fail for others.
func OutOfTime(ctx context.Context) bool {
	deadline, limited := ctx.Deadline()
	return ctx.Err() != nil || limited && time.Until(deadline) < 2*upstream.Reserve
}

// renewed is an entry that its upstream has called current.
func renewed(old *cache.Entry, o *origin) *cache.Entry {
	e := *old
	e.Freshness, e.Position, e.Took = freshness(&o.decision), o.at, o.took
	e.Private = e.Private || o.decision.Private
	if o.decision.ETag != "" {
		e.ETag = o.decision.ETag
	}
	if o.decision.LastModified != "" {
		e.LastModified = o.decision.LastModified
	}
	return &e
}

// failing reports whether an error is one that a stale value may stand in for (RFC 5861 §4).
func failing(err error) bool {
	kind := kindOf(err)
	return kind == upstream.Unavailable || kind == upstream.Timeout
}
