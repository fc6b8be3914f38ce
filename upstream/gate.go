package upstream

import (
	"errors"
	"sync"
	"sync/atomic"
)

// gate counts the calls that have entered and not left, and lets none in once it is closed.
type gate struct {
	inside sync.WaitGroup
	off    atomic.Bool // see Client.Turn

	mu     sync.Mutex // guards what follows, and orders entering before closing
	closed bool
	calls  uint64 // that have entered
}

// errClosed is the cause of every call after Close.
var errClosed = errors.New("the client is closed")

// enter returns the call's number, from 1; false when the gate is closed.
func (g *gate) enter() (call uint64, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return 0, false
	}
	g.inside.Add(1)
	g.calls++
	return g.calls, true
}

func (g *gate) leave() { g.inside.Done() }

func (g *gate) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.inside.Wait()
}
