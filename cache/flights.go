package cache

import (
	"context"
	"sync"
)

// Flights are the values that are being asked for right now, so that whoever wants one of them waits for it instead of
// asking again. The zero Flights is ready for use.
//
// A flight belongs to all who wait for it: it goes on when the one who began it is cancelled, and ends with the last of them. A
// value that was invalidated on its way is not for those who came later: they check it when it has landed.
type Flights[V any] struct {
	mu   sync.Mutex // guards what follows, and the waiters of groups
	open map[Key]*Flight[V]
}

// Flight is one value on its way.
type Flight[V any] struct {
	group *Group[V]
	key   Key
	done  chan struct{} // closed when value is final
	value V
	ended bool // guarded by Flights.mu
}

// Group is the flights that one caller has begun together.
type Group[V any] struct {
	flights *Flights[V]
	begun   []*Flight[V]
	waiters int // those who wait for one of them, with the one who began them; guarded by Flights.mu
	cancel  context.CancelFunc
}

// Claim returns the flight of each key. Those that nobody had begun are in group, for which the caller must call Fly at once;
// group is nil when there is none. For each of the others it must call Wait.
func (f *Flights[V]) Claim(keys ...Key) (flights []*Flight[V], group *Group[V]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	flights = make([]*Flight[V], len(keys))
	for i, key := range keys {
		if flight := f.open[key]; flight != nil {
			flights[i] = flight
			if flight.group != group {
				flight.group.waiters++
			}
			continue
		}
		if group == nil {
			group = &Group[V]{flights: f, waiters: 1}
		}
		if f.open == nil {
			f.open = map[Key]*Flight[V]{}
		}
		flights[i] = &Flight[V]{group: group, key: key, done: make(chan struct{})}
		group.begun = append(group.begun, flights[i])
		f.open[key] = flights[i]
	}
	return flights, group
}

// Seal closes all flights to newcomers: a write was sent, or has ended, and what is on its way may be from before it.
func (f *Flights[V]) Seal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.open)
}

// Of reports whether the flight is one of a group's.
func (f *Flight[V]) Of(g *Group[V]) bool { return g != nil && f.group == g }

// Fly calls ask, which must land the group's flights; those that it has not when it ends get otherwise. Its context has ctx's
// values and deadline, but is cancelled only when nobody waits any more: who has begun flights that others wait for sees
// them through.
func (g *Group[V]) Fly(ctx context.Context, otherwise V, ask func(context.Context)) {
	var own context.Context
	if deadline, ok := ctx.Deadline(); ok {
		own, g.cancel = context.WithDeadline(context.WithoutCancel(ctx), deadline)
	} else {
		own, g.cancel = context.WithCancel(context.WithoutCancel(ctx))
	}
	defer g.cancel()
	defer context.AfterFunc(ctx, g.leave)()
	defer func() {
		for _, flight := range g.begun {
			flight.Land(otherwise)
		}
	}()
	ask(own)
}

// leave counts one off who waited. The last one ends the flights.
func (g *Group[V]) leave() {
	g.flights.mu.Lock()
	defer g.flights.mu.Unlock()
	if g.waiters--; g.waiters > 0 {
		return
	}
	for _, flight := range g.begun {
		flight.close()
	}
	g.cancel()
}

// close lets nobody join the flight any more. It holds Flights.mu.
func (f *Flight[V]) close() {
	if open := f.group.flights.open; open[f.key] == f {
		delete(open, f.key)
	}
}

// Land hands the value to all who wait. Only the first call counts.
func (f *Flight[V]) Land(value V) {
	f.group.flights.mu.Lock()
	defer f.group.flights.mu.Unlock()
	if f.ended {
		return
	}
	f.ended = true
	f.value = value
	f.close()
	close(f.done)
}

// Wait returns the value when it has landed, or the cause when ctx ends before.
func (f *Flight[V]) Wait(ctx context.Context) (V, error) {
	select {
	case <-f.done:
		return f.value, nil
	case <-ctx.Done():
		f.group.leave()
		var none V
		return none, context.Cause(ctx)
	}
}
