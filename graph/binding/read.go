package binding

import (
	"context"
	"net/http"
	"sync"
	"time"

	"weft/cache"
	"weft/upstream"
)

// landing is what an operation hands to others that want the same.
type landing struct {
	Result
	entry     *cache.Entry // nil: it may not be kept
	abandoned bool         // all who waited have left: that is no answer for others
}

// keeping is what a service knows of its cache. It is safe for concurrent use; the zero value is ready.
type keeping struct {
	flights sync.Map // upstream → *cache.Flights[landing]
	learned sync.Map // *Binding: without a policy, but its upstream's headers have allowed to keep an answer
}

func (k *keeping) of(upstream string) *cache.Flights[landing] {
	if f, ok := k.flights.Load(upstream); ok {
		return f.(*cache.Flights[landing])
	}
	f, _ := k.flights.LoadOrStore(upstream, new(cache.Flights[landing]))
	return f.(*cache.Flights[landing])
}

// answer answers a question, each of its keys into the Result of the same index: from the cache what may be served, from other
// operations what they are asking for at this moment, and the rest from the upstream.
//
// It is the one place where keys become answers, whoever asks: a planned fetch, a loader, a single call under either
// executor. What was asked for before in the operation does not come here again: memos are in front of it. Mutations do not
// come here; nothing may be kept of them. A panic is the callers' to catch.
func (x *Execution) answer(ctx context.Context, q question, into []Result) {
	x.record.load(q, into)
	if !x.looksUp(q.of.binding) {
		x.askThrough(ctx, q, into)
		x.primed(q.of.binding, into)
		return
	}
	r := &reading{x: x, question: q, digest: x.digest(q.of.binding), out: into, names: make([]cache.Key, len(q.keys))}
	for i, key := range q.keys {
		r.names[i] = q.of.binding.cacheKey(r.digest, q.of.rest, key)
	}
	r.lookUp(ctx)
	if len(r.misses) > 0 {
		r.claim()
		r.ask(ctx)
		r.wait(ctx)
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
	if age, limited := x.accepts[b]; limited && age == 0 { // only a new one will do
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

// reading is one answer that looks into the cache.
type reading struct {
	question
	x      *Execution
	digest string
	names  []cache.Key
	found  []cache.Found
	out    []Result

	misses  []int                    // indexes of keys
	own     []int                    // those of misses that this operation asks for
	group   *cache.Group[landing]    // of them, where others may wait
	begun   []*cache.Flight[landing] // of own
	others  []int                    // those that another operation is asking for
	waiting []*cache.Flight[landing] // of others
	rounds  int                      // how often others were waited for
}

// maxRounds is how often a key is waited for whose flights bring nothing that may be served; then it is asked for here.
const maxRounds = 3

// lookUp finds what the cache has.
func (r *reading) lookUp(ctx context.Context) {
	x, b := r.x, r.of.binding
	r.found = x.reading.Get(ctx, r.names, cache.Query{MaxAge: x.accepts[b], Decode: b.decode})
	var stale []string
	for i := range r.found {
		if r.found[i].State < cache.Revalidate {
			r.misses = append(r.misses, i)
			continue
		}
		r.serve(i, sourceOf(&r.found[i]))
		if r.found[i].Refresh {
			stale = append(stale, r.keys[i])
		}
	}
	if len(stale) > 0 {
		x.refresh(r.question, r.digest, stale)
	}
}

// serve answers a key by what was found of it.
func (r *reading) serve(i int, from source) {
	e := r.found[i].Entry
	r.out[i] = Result{Answer: *e.View.(*Answer)}
	r.x.parts.add(e)
	r.out[i].came(from, e.Age(r.x.service.Cache.Now()))
}

// claim divides the misses into those that this operation asks for, and those that another one is asking for.
func (r *reading) claim() {
	if r.x.without.Has(Shared) || r.rounds == maxRounds {
		r.own = r.misses
		return
	}
	names := make([]cache.Key, len(r.misses))
	for j, i := range r.misses {
		names[j] = r.names[i]
	}
	flights, group := r.x.service.keeping.of(r.of.binding.Upstream).Claim(names...)
	r.group = group
	for j, i := range r.misses {
		if flights[j].Of(group) {
			r.own, r.begun = append(r.own, i), append(r.begun, flights[j])
		} else {
			r.others, r.waiting = append(r.others, i), append(r.waiting, flights[j])
		}
	}
}

// ask asks the upstream for this operation's own misses.
func (r *reading) ask(ctx context.Context) {
	switch {
	case len(r.own) == 0:
	case r.group == nil:
		r.take(r.answers(ctx))
	default:
		r.fly(ctx)
	}
}

// fly asks for what others may wait for, too.
func (r *reading) fly(ctx context.Context) {
	r.group.Fly(ctx, landing{abandoned: true}, func(ctx context.Context) {
		answers := r.answers(ctx)
		for j, flight := range r.begun {
			flight.Land(answers[j])
		}
		r.take(answers)
	})
}

// take files the answers to this operation's own misses.
func (r *reading) take(answers []landing) {
	for j, i := range r.own {
		r.file(i, &answers[j])
	}
}

// file makes an answer a Result of the operation.
func (r *reading) file(i int, l *landing) {
	r.out[i] = l.Result
	if l.entry != nil {
		r.x.parts.add(l.entry)
	} else {
		r.x.parts.addUnkept(&l.Result)
	}
	if l.origin != nil && l.origin.joined {
		r.x.parts.late()
	}
}

// answers asks the upstream, and keeps what may be kept. It changes nothing of the reading: who began it may be gone.
func (r *reading) answers(ctx context.Context) []landing {
	landings := make([]landing, len(r.own))
	places := r.arrived(landings)
	if len(places) == 0 {
		return landings
	}
	missing := make([]int, len(places))
	for k, j := range places {
		missing[k] = r.own[j]
	}
	q := r.question
	q.old = r.old(missing)
	if len(missing) < len(r.keys) {
		q.keys, q.counts = make([]string, len(missing)), nil
		for k, i := range missing {
			q.keys[k] = r.keys[i]
			if r.counts != nil {
				q.counts = append(q.counts, r.counts[i])
			}
		}
	}
	results := make([]Result, len(q.keys))
	r.x.ask(ctx, q, results)
	for k, j := range places {
		landings[j] = r.accept(q.keys[k], results[k], r.found[missing[k]])
		landings[j].abandoned = results[k].Err != nil && OutOfTime(ctx)
	}
	return landings
}

// arrived lands those of own that another operation has kept since this one looked, and returns the places in own of the rest:
//
//	B looks up: nothing · A, which had asked before, keeps the answer, and lands · B claims, and would ask anew
func (r *reading) arrived(landings []landing) (rest []int) {
	var found []cache.Found
	if r.group != nil && !r.x.without.Has(Memory) {
		names := make([]cache.Key, len(r.own))
		for j, i := range r.own {
			names[j] = r.names[i]
		}
		b := r.of.binding
		found = r.x.service.Cache.Reading(cache.Memory).Get(context.Background(), names, cache.Query{MaxAge: r.x.accepts[b]})
	}
	for j := range landings {
		if found == nil || found[j].State < cache.Revalidate {
			rest = append(rest, j)
			continue
		}
		e := found[j].Entry
		landings[j] = landing{Result: Result{Answer: *e.View.(*Answer)}, entry: e}
		landings[j].came(fromMemory, e.Age(r.x.service.Cache.Now()))
	}
	return rest
}

// old is the entry whose validators can save the answer: of one key only.
func (r *reading) old(missing []int) *cache.Entry {
	if len(missing) != 1 {
		return nil
	}
	e := r.found[missing[0]].Entry
	if e == nil || e.ETag == "" && e.LastModified == "" {
		return nil
	}
	return e
}

// accept makes of what the upstream said what is served, and keeps it. f is what the cache had.
func (r *reading) accept(key string, res Result, f cache.Found) landing {
	l := landing{Result: res}
	switch {
	case res.Err != nil && f.State == cache.IfError && failing(res.Err) && r.x.service.Cache.Valid(f.Entry.Position, f.Entry.Tags):
		l.Result, l.entry = Result{Answer: *f.Entry.View.(*Answer)}, f.Entry
		l.came(fromStale, f.Entry.Age(r.x.service.Cache.Now()))
		return l
	case res.Err == nil && res.origin != nil && res.origin.current && f.Entry != nil:
		l.Answer = *f.Entry.View.(*Answer)
		if l.origin = res.origin; res.origin.keeps() {
			l.entry = renewed(f.Entry, res.origin)
			r.x.put(l.entry, r.digest, res.origin)
		}
	default:
		l.entry = r.x.keep(r.question, r.digest, key, &l.Result)
	}
	l.came(res.source(), 0)
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

// wait takes what other operations have asked for. What they got no answer to, or what was invalidated on its way, is asked
// for here.
func (r *reading) wait(ctx context.Context) {
	var again []int
	for j, i := range r.others {
		got, err := r.waiting[j].Wait(ctx)
		switch {
		case err != nil:
			r.out[i] = Result{Err: err}
		case got.abandoned, !r.current(&got):
			again = append(again, i)
		default:
			got.came(fromShared, 0)
			r.file(i, &got)
		}
	}
	if len(again) > 0 { // what was left on its way still reads r
		next := &reading{
			question: r.question, x: r.x, digest: r.digest, names: r.names, found: r.found, out: r.out, misses: again, rounds: r.rounds + 1,
		}
		next.claim()
		next.ask(ctx)
		next.wait(ctx)
	}
}

// current reports whether nothing in an answer was invalidated since it was asked for. Not all tags are known of what is not kept.
func (r *reading) current(l *landing) bool {
	c := r.x.service.Cache
	switch {
	case l.entry != nil:
		return c.Valid(l.entry.Position, l.entry.Tags)
	case l.Err != nil || l.origin == nil || l.origin == noCall:
		return true
	}
	return c.Position() == l.origin.at
}
