package cache

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
)

// Request asks for the values of keys, once: see [Load].
type Request[V any] struct {
	Space Space
	IDs   []string // distinct keys in the space; they outlive the request, as Source does

	Reading *Reading           // how they are looked up; nil: they are not
	Keys    []Key              // their names in the tiers; nil where Reading is
	MaxAge  time.Duration      // the greatest age that is accepted of what is kept; 0: any
	Decode  func(*Entry) error // see Query

	Flights *Flights[V]   // where others ask for the same keys; nil: nobody else is asked, and nobody else is answered
	Fences  []Fence       // of all that may change the values while they are asked for
	Apart   bool          // Source lands keys one by one
	Stays   bool          // the goroutine that begins a flight runs it, and finishes it for the others even when its own ctx has ended; Fetch ends by Until
	Takes   time.Duration // how long Source takes at most; 0: nobody knows. A request that has more time than that behaves as with Stays
	Source  Source[V]
	Room    []V // where values of all keys may lie, for others to read, too: not changed once they have landed; nil: there is none

	Leaves
	progress[V]
}

// progress is how far a request has come.
type progress[V any] struct {
	Joined bool // when Load has returned: others may have got what the source has fetched

	value V        // of the key that was looked up last
	cache *Cache   // nil: there is none
	at    Position // noted before anything was looked for
	found []Found  // nil: nothing was looked up

	one struct { // room for what there is of one key
		place [1]int
		found [1]Found
		entry [1]*Entry
		joins [1]flightKey[V]
	}
}

// Source asks for the values that nobody has, and takes the values of all keys. Keys are named by their places in the request.
type Source[V any] interface {
	// Value returns the value that an entry has which may be served.
	Value(f *Found) V
	// Fetch fetches the keys of a batch, fills in their values, and keeps what may be kept. Where others may wait, too, ctx has the values
	// of Load's, but no deadline, and ends when nobody waits any more, for the last one's reason. So Fetch bounds itself, and it may be
	// running still when Load has returned.
	Fetch(ctx context.Context, b *Batch[V])
	// Shared returns the entry of a value that another request has asked for; nil: it may not be kept. ok is false where this request has
	// no use for the value.
	Shared(v *V) (e *Entry, ok bool)
	// Take takes the value of a key, which is not to be changed. Joined: another request has asked for it.
	Take(place int, v *V, joined bool)
	// Leave says that there is no value of a key: it did not come in time, or not at all. Joined: another request asks for it.
	Leave(place int, err error, joined bool)
	// Patience is how long keys are waited for of which there are old values, if each of these may stand in for one that is late: then the source
	// is asked on in any case. It is false where they are waited for as long as it takes.
	Patience(old []Found) (d time.Duration, ok bool)
	// Stand takes the old value of a key in the place of one that is late. Joined: another request asks for it.
	Stand(place int, old *Found, joined bool)
	// Refresh says that values were taken that should be asked for anew, off the request path.
	Refresh(places []int)
}

// Batch is keys that are asked for together.
type Batch[V any] struct {
	Places []int
	Old    []Found // what the cache had of each, which may not be served as it is; nil: nothing was looked up
	Values []V     // what came of each; final when Fetch returns

	flight *flight[V] // nil: nobody else waits
	at     []int      // where the keys are in the flight
}

// Land makes the i-th value final, for those who wait for it and not for the others, if keys are apart.
func (b *Batch[V]) Land(i int) {
	switch {
	case b.flight == nil:
	case b.at == nil:
		b.flight.land(i)
	default:
		b.flight.values[b.at[i]] = b.Values[i]
		b.flight.land(b.at[i])
	}
}

// least is the time below which nothing is asked for.
const least = 5 * time.Millisecond

// Load has the source take the value of each key: from the tiers what may be served; from other requests, over the same flights,
// what they are asking for at this moment; and what the source says when it is asked for the rest. It is the one way in which keys
// become values, of a binding's keys as of whole operations, and the one place that decides who gets what another has asked for.
//
// Requests share only within one [Space], which has the identity. A value that another request is asking for may have been asked for
// before an invalidation. So each request notes its position in the order of invalidations before it looks for anything, and accepts
//
//  1. a value that was asked for at that position or after;
//  2. a value that may be kept, and none of whose tags was invalidated since it was asked for.
//
// For the rest it claims once more, and joins only flights of the first kind. So nobody who asks after an invalidation gets an answer
// that was asked for before it. What it still cannot use, since the other request has given up, it asks for by itself.
func Load[V any](ctx context.Context, c *Cache, r *Request[V]) {
	r.cache, r.at = c, c.position()
	missing := r.lookUp(ctx)
	switch {
	case len(missing) == 0:
		return
	case !r.Until.IsZero() && time.Until(r.Until) < least:
		r.leave(missing, context.DeadlineExceeded)
		return
	case r.Flights != nil:
		missing = r.fly(ctx, missing, false)
		missing = r.fly(ctx, missing, true)
	}
	r.alone(ctx, missing)
}

// Renew asks for all keys anew, whether they may be served or not, and has the source take them. The source gets the old values: what comes
// may be no better, and the validators of a single one may save the answer (304).
func Renew[V any](ctx context.Context, c *Cache, r *Request[V]) {
	r.cache = c
	from := Memory
	if c.memory == nil {
		from = Remote
	}
	r.found = c.Reading(from).Get(ctx, r.Keys, Query{Decode: r.Decode})
	for i := range r.found {
		r.found[i].State = Gone // not served again
	}
	r.alone(ctx, r.all())
}

func (r *Request[V]) all() []int {
	places := r.one.place[:]
	if len(r.IDs) != 1 {
		places = make([]int, len(r.IDs))
	}
	for i := range places {
		places[i] = i
	}
	return places
}

// lookUp takes what the tiers have, and returns the places of the rest.
func (r *Request[V]) lookUp(ctx context.Context) (missing []int) {
	if r.Reading == nil {
		return r.all()
	}
	r.found = r.one.found[:]
	entries := r.one.entry[:]
	if len(r.Keys) != 1 {
		r.found, entries = make([]Found, len(r.Keys)), make([]*Entry, len(r.Keys))
	}
	r.Reading.get(ctx, r.Keys, Query{MaxAge: r.MaxAge, Decode: r.Decode}, r.found, entries)
	var stale []int
	for i := range r.found {
		f := &r.found[i]
		if f.State < Revalidate {
			missing = append(slices.Grow(missing, len(r.found)-i), i)
			continue
		}
		r.value = r.Source.Value(f)
		r.Source.Take(i, &r.value, false)
		if f.Refresh {
			stale = append(stale, i)
		}
	}
	if len(stale) > 0 {
		r.Source.Refresh(stale)
	}
	return missing
}

// fly waits for the keys that other requests are asking for, and asks for the rest. It returns the places of those whose values it could
// not accept. Newer: it joins only flights that were begun since this request began.
func (r *Request[V]) fly(ctx context.Context, places []int, newer bool) (refused []int) {
	if len(places) == 0 {
		return nil
	}
	hasTime := r.hasTime()
	patience, soft := r.patience(places)
	here := (r.Stays || hasTime) && !soft
	own, ours, joined := r.Flights.claim(r, places, newer, here)
	var until deadlines
	if !hasTime && !r.Until.IsZero() && (own != nil && !here || r.outlasts(joined)) {
		timer := time.NewTimer(time.Until(r.Until))
		defer timer.Stop()
		until.late = timer.C
	}
	if soft {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		until.soft = timer.C
	}
	if own != nil {
		err := r.begin(ctx, own, here, until)
		if err == errLate {
			until.soft = over
		}
		r.land(own, ours, err)
	}
	for j, s := range joined {
		if s.flight == nil {
			continue
		}
		switch err := s.wait(cmp.Or(r.Client, ctx), until); {
		case err == errLate:
			until.soft = over
			r.Source.Stand(places[j], &r.found[places[j]], true)
		case err != nil:
			r.Source.Leave(places[j], err, true)
		case !r.accepts(s):
			refused = append(refused, places[j])
		default:
			r.Source.Take(places[j], &s.values[s.index], true)
		}
	}
	return refused
}

// patience is how long the request waits for keys of all of which there are values that may stand in; false: as long as it takes.
func (r *Request[V]) patience(places []int) (time.Duration, bool) {
	if r.found == nil {
		return 0, false
	}
	for _, place := range places {
		if r.found[place].Entry == nil { // mostly there is none, and nobody is asked
			return 0, false
		}
	}
	return r.Source.Patience(pick(r.found, places))
}

// hasTime reports whether what the request asks for ends before the request's time does.
func (r *Request[V]) hasTime() bool {
	return r.Takes > 0 && (r.Until.IsZero() || time.Until(r.Until) > r.Takes)
}

// begin lets a flight of the request's own begin, and returns when it has ended, or when the request's time has: then with the reason.
//
// Here it runs on this goroutine, which sees it through, for others too, and otherwise on one that ends with its source's call. The
// first spares it a new stack, which costs 3 µs to grow: a quarter of what loading one key takes without a network.
func (r *Request[V]) begin(ctx context.Context, f *flight[V], here bool, until deadlines) error {
	own, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	f.cancel = cancel
	if here {
		if client := cmp.Or(r.Client, ctx); client.Done() != nil {
			defer context.AfterFunc(client, func() { f.leave(context.Cause(client)) })()
		}
		r.run(own, f)
		r.Joined = r.Joined || f.joined
		return f.failed
	}
	r.Joined = true // who waits for it does not know who does so, too
	go func() {
		GrowStack()
		r.run(own, f)
	}()
	return f.wait(cmp.Or(r.Client, ctx), until, nil)
}

// run asks for a flight's values. However that ends, with a return, a panic or [runtime.Goexit], those who wait are told.
func (r *Request[V]) run(ctx context.Context, f *flight[V]) {
	returned := false
	defer func() {
		if !returned {
			f.failed, f.thrown = errGone, recover()
		}
		f.end()
	}()
	r.ask(ctx, f)
	returned = true
}

// land takes the values of a flight of the request's own, which it has waited for.
func (r *Request[V]) land(f *flight[V], places []int, err error) {
	switch {
	case err == nil:
		for i, place := range places {
			r.Source.Take(place, &f.values[i], false)
		}
	case err == errLate:
		for i, place := range places {
			if f.has(i) {
				r.Source.Take(place, &f.values[i], false)
			} else {
				r.Source.Stand(place, &r.found[place], false)
			}
		}
	case errors.Is(err, errGone) && f.thrown != nil:
		panic(f.thrown)
	default:
		r.leave(places, err)
	}
}

func (r *Request[V]) leave(places []int, err error) {
	for _, place := range places {
		r.Source.Leave(place, err, false)
	}
}

// accepts reports whether what a flight of another request has brought will do: see [Load].
func (r *Request[V]) accepts(s flightKey[V]) bool {
	e, ok := r.Source.Shared(&s.values[s.index])
	return ok && (r.cache == nil || s.at.Local >= r.at.Local || e != nil && r.cache.Valid(e.Position, e.Tags))
}

// alone asks for keys without sharing them with anybody.
func (r *Request[V]) alone(ctx context.Context, places []int) {
	if len(places) == 0 {
		return
	}
	b := &Batch[V]{Places: places, Old: r.old(places), Values: r.Room}
	if len(places) != len(r.Room) {
		b.Values = make([]V, len(places))
	}
	r.Source.Fetch(ctx, b)
	for k, place := range places {
		r.Source.Take(place, &b.Values[k], false)
	}
}

// ask asks for the keys of a flight, but for those that another request has kept since this one has looked:
//
//	B looks up: nothing · A, which had asked before, keeps the value, and lands · B claims, and would ask anew
func (r *Request[V]) ask(ctx context.Context, f *flight[V]) {
	b := &f.batch
	if arrived := r.arrived(b.Places); arrived != nil {
		places := b.Places
		b.Places, b.at = nil, make([]int, 0, len(places))
		for i := range arrived {
			if arrived[i].State >= Revalidate {
				f.values[i] = r.Source.Value(&arrived[i])
				f.land(i)
			} else {
				b.Places, b.at = append(b.Places, places[i]), append(b.at, i)
			}
		}
		if len(b.Places) == 0 {
			return
		}
		b.Values = make([]V, len(b.Places))
	}
	b.Old = r.old(b.Places)
	r.Source.Fetch(ctx, b)
	for k, i := range b.at {
		f.values[i] = b.Values[k]
	}
}

// arrived is what memory has of keys now; nil: nothing that may be served, or nobody looks there.
func (r *Request[V]) arrived(places []int) []Found {
	if r.Reading == nil || r.Reading.from&Memory == 0 {
		return nil
	}
	found := r.cache.Reading(Memory).Get(context.Background(), pick(r.Keys, places), Query{MaxAge: r.MaxAge})
	for i := range found {
		if found[i].State >= Revalidate {
			return found
		}
	}
	return nil
}

func (r *Request[V]) old(places []int) []Found {
	if r.found == nil {
		return nil
	}
	return pick(r.found, places)
}

// writes is the sum of the fences: it is the same at two times only if each of them is.
func (r *Request[V]) writes() (sum uint64) {
	for _, fence := range r.Fences {
		sum += fence.Writes()
	}
	return sum
}

// pick is those of a list at places, which are in order and distinct.
func pick[T any](list []T, places []int) []T {
	if len(places) == len(list) {
		return list
	}
	picked := make([]T, len(places))
	for k, place := range places {
		picked[k] = list[place]
	}
	return picked
}
