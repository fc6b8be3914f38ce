package cache

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Space is all that keys have in common which are asked for together. Two keys name the same value if and only if they are equal, and
// their spaces are.
type Space struct {
	Of       any    // what the values are of; comparable
	Identity string // on whose behalf they are asked for: who differs in it never gets the other's values
	Rest     string // what they depend on beside that and the key
}

// Fence counts the writes that may change values: once when one is about to be sent, and once when it has ended. So it never stays
// the same over a write, and never falls.
type Fence interface {
	Writes() uint64
}

// Flights are the values that are being asked for right now, so that whoever wants one of them waits for it instead of asking again.
// The zero Flights is ready for use.
type Flights[V any] struct {
	mu   sync.Mutex // guards what follows, and of each flight what says so
	open map[Space]opened[V]
}

// opened are the flights of one space that may be joined.
type opened[V any] struct {
	flights int
	only    *flight[V]              // while there is one, and nobody has looked for a key
	index   map[string]flightKey[V] // by key, from then on
}

// flightKey is one key of a flight.
type flightKey[V any] struct {
	*flight[V]
	index int
}

// flight is the keys that one request has begun to ask for, and what comes of them.
//
// It belongs to all who wait for it. It runs on a goroutine and under a context of its own, which has no deadline of theirs and ends
// with the last of them. Who has begun it leaves like any other:
//
//	A begins, B joins, A is cancelled:  A gets its context's error, B the value
//	A begins, B joins, both leave:      the flight is cancelled, and C, who comes later, begins another
//
// It is closed under the lock under which the last one is counted off, so that nobody can join a cancelled one.
type flight[V any] struct {
	flights *Flights[V]
	space   Space
	keys    []string
	values  []V             // by key
	done    chan struct{}   // closed when all values are final; nil as long as nobody waits, guarded by Flights.mu until then
	apart   []chan struct{} // by key, closed when its value is final; nil: all are at once
	failed  error           // why there are no values, but for those that were final before; final when done is closed
	thrown  any             // what asking panicked with, likewise
	begun

	waiters int  // guarded by Flights.mu
	joined  bool // others have waited for it; guarded by Flights.mu until it is closed
	closed  bool // nobody joins it any more; guarded by Flights.mu
	cancel  context.CancelCauseFunc

	batch Batch[V]
	one   [1]V // room for values
}

// begun is when a flight began, and ends.
type begun struct {
	at     Position  // noted before the values were asked for
	writes uint64    // the sum of the fences, likewise
	ends   time.Time // at the latest, where it runs on the goroutine of a request that has so much time; zero: nobody knows
}

// errGone is why there is no value where asking for it has panicked or ended its goroutine.
var errGone = errors.New("what asked for the value has ended without one")

// claim joins the flights of the keys, at places, that others are asking for, and begins one flight for all other keys. joined has an
// element for each place, without a flight where none was joined. The caller must run the flight that was begun; nil: all were joined.
//
// A flight is joined only while no fence has been raised since it was begun:
//
//	end:    read₁ is sent · the service reads the old value for it · a write is sent, takes effect and is answered ·
//	        read₂ of one who has seen that answer must not join read₁, which carries the old value
//	start:  read₁ is sent and reads the old value · a write is sent and takes effect, its answer is still under way ·
//	        another read gets the new value · read₂ of one who has seen it must not join read₁ and go back in time
//
// What no fence can tell is that a write takes effect there after it has timed out here: that is any later read's fate.
func (f *Flights[V]) claim(r *Request[V], places []int, newer, here bool) (own *flight[V], ours []int, joined []flightKey[V]) {
	at := r.cache.position()
	f.mu.Lock()
	defer f.mu.Unlock()
	writes := r.writes()
	o := f.open[r.Space]
	if o.flights > 0 {
		o.look()
		if joined = r.one.joins[:]; len(places) != 1 {
			joined = make([]flightKey[V], len(places))
		}
		clear(joined) // of those that were refused
		for j, place := range places {
			s, ok := o.index[r.IDs[place]]
			if ok && s.writes == writes && (!newer || s.at.Local >= r.at.Local) {
				s.join()
				joined[j] = s
			} else {
				ours = append(ours, place)
			}
		}
	} else {
		ours = places
	}
	if len(ours) > 0 {
		own = &flight[V]{flights: f, space: r.Space, keys: pick(r.IDs, ours), begun: begun{at: at, writes: writes}}
		if here && !r.Apart && len(ours) == len(r.Room) {
			own.values = r.Room
		}
		own.begin(ours, r.Apart)
		if own.waiters++; !here {
			own.done = make(chan struct{})
		} else {
			own.ends = r.Until
		}
		o.add(own)
	}
	if f.open == nil {
		f.open = map[Space]opened[V]{}
	}
	f.open[r.Space] = o
	return own, ours, joined
}

// begin makes room for the values of keys at places.
func (f *flight[V]) begin(places []int, apart bool) {
	switch {
	case f.values != nil:
	case len(places) == 1:
		f.values = f.one[:]
	default:
		f.values = make([]V, len(places))
	}
	f.batch = Batch[V]{Places: places, Values: f.values, flight: f}
	if apart && len(places) > 1 {
		f.apart = make([]chan struct{}, len(places))
		for i := range f.apart {
			f.apart[i] = make(chan struct{})
		}
	}
}

// look makes the keys of the flights known one by one. Mostly nobody looks for one, and then nothing is done for each.
func (o *opened[V]) look() {
	if o.index == nil {
		o.index = make(map[string]flightKey[V], len(o.only.keys))
		o.enter(o.only)
		o.only = nil
	}
}

func (o *opened[V]) enter(f *flight[V]) {
	for i, key := range f.keys {
		if !f.has(i) {
			o.index[key] = flightKey[V]{f, i}
		}
	}
}

func (o *opened[V]) add(f *flight[V]) {
	if o.flights++; o.flights == 1 {
		o.only = f
		return
	}
	o.look()
	o.enter(f)
}

// has reports whether the value of the i-th key has become final before the others.
func (f *flight[V]) has(i int) bool {
	if f.apart == nil {
		return false
	}
	select {
	case <-f.apart[i]:
		return true
	default:
		return false
	}
}

// end makes all values final.
func (f *flight[V]) end() {
	f.flights.mu.Lock()
	f.close()
	f.flights.mu.Unlock()
	f.cancel(nil)
	if f.done != nil { // nobody joins it any more
		close(f.done)
	}
}

// land makes the value of the i-th key final, where keys are apart.
func (f *flight[V]) land(i int) {
	if f.apart == nil {
		return
	}
	f.flights.mu.Lock()
	defer f.flights.mu.Unlock()
	f.flights.open[f.space].forget(f, i)
	close(f.apart[i])
}

// close lets nobody join the flight any more. The lock must be held.
func (f *flight[V]) close() {
	if f.closed {
		return
	}
	f.closed = true
	o := f.flights.open[f.space]
	if o.flights--; o.flights == 0 {
		delete(f.flights.open, f.space)
		return
	}
	for i := range f.keys {
		o.forget(f, i)
	}
	f.flights.open[f.space] = o
}

// forget lets nobody join a key of a flight, unless another flight has taken its place.
func (o opened[V]) forget(f *flight[V], i int) {
	if o.index[f.keys[i]].flight == f {
		delete(o.index, f.keys[i])
	}
}

// join counts a waiter in. The lock must be held.
func (f *flight[V]) join() {
	f.joined = true
	if f.waiters++; f.done == nil {
		f.done = make(chan struct{})
	}
}

// leave counts a waiter off. The last one cancels the flight, for its own reason.
func (f *flight[V]) leave(why error) {
	f.flights.mu.Lock()
	defer f.flights.mu.Unlock()
	if f.waiters--; f.waiters == 0 {
		f.close()
		f.cancel(why)
	}
}

// deadlines are until when a flight is waited for.
type deadlines struct {
	late <-chan time.Time // then whoever waits leaves; nil: it does not
	soft <-chan time.Time // then who has something else takes that, and stays as far as the flight is concerned, so that it goes on; nil: it has not
}

// over is a time that has passed, for those who still wait when another one has heard of it.
var over = func() <-chan time.Time {
	c := make(chan time.Time)
	close(c)
	return c
}()

// errLate is why there is no value of a flight that goes on, for who has something else.
var errLate = errors.New("the value is late, and there is another")

// wait returns nil when the flight's values are final, or this key's is (landed). Its error is the flight's own, ctx's cause, DeadlineExceeded
// when it is too late, or errLate.
func (f *flight[V]) wait(ctx context.Context, until deadlines, landed <-chan struct{}) (err error) {
	defer func() {
		if err != errLate {
			f.leave(err)
		}
	}()
	select {
	case <-landed:
		return nil
	case <-f.done:
		return f.failed
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-until.late:
		return context.DeadlineExceeded
	case <-until.soft:
		return errLate
	}
}

// wait is the flight's, for the one key.
func (s flightKey[V]) wait(ctx context.Context, until deadlines) error {
	if s.apart == nil {
		return s.flight.wait(ctx, until, nil)
	}
	err := s.flight.wait(ctx, until, s.apart[s.index])
	if s.has(s.index) {
		return nil
	}
	return err
}
