package cache

import (
	"context"
	"sync"
)

// Flights are the values that are being asked for right now, so that whoever wants one of them waits for it instead of
// asking again. The zero Flights is ready for use.
//
// Who claims a key first must land its flight, with a value or without: on a goroutine of its own, or under a context that
// does not end with one of those who wait. A value that was invalidated on its way is not for those who came later: they
// check it when it has landed.
type Flights[V any] struct {
	mu   sync.Mutex
	open map[Key]*Flight[V]
}

// Flight is one value on its way.
type Flight[V any] struct {
	flights *Flights[V]
	key     Key
	done    chan struct{} // closed when value is final
	value   V
	landed  bool // guarded by flights.mu
}

// Claim returns the flight of key. Mine reports that there was none: the caller must make the call, and land it.
func (f *Flights[V]) Claim(key Key) (flight *Flight[V], mine bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if flight = f.open[key]; flight != nil {
		return flight, false
	}
	flight = &Flight[V]{flights: f, key: key, done: make(chan struct{})}
	if f.open == nil {
		f.open = map[Key]*Flight[V]{}
	}
	f.open[key] = flight
	return flight, true
}

// Seal closes all flights to newcomers: a write was sent, or has ended, and what is on its way may be from before it.
func (f *Flights[V]) Seal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.open)
}

// Land hands the value to all who wait. Only the first call counts.
func (f *Flight[V]) Land(value V) {
	f.flights.mu.Lock()
	defer f.flights.mu.Unlock()
	if f.landed {
		return
	}
	f.landed = true
	f.value = value
	if f.flights.open[f.key] == f {
		delete(f.flights.open, f.key)
	}
	close(f.done)
}

// Wait returns the value when it has landed, or the context's error.
func (f *Flight[V]) Wait(ctx context.Context) (V, error) {
	select {
	case <-f.done:
		return f.value, nil
	case <-ctx.Done():
		var none V
		return none, context.Cause(ctx)
	}
}
