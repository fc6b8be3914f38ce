package upstream

import (
	"errors"
	"sync"
)

// gate counts the calls that have entered and not left, and lets none in once it is closed.
type gate struct {
	inside sync.WaitGroup

	mu     sync.Mutex // guards closed, and orders entering before closing
	closed bool
}

// errClosed is the cause of every call after Close.
var errClosed = errors.New("the client is closed")

func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		g.inside.Add(1)
	}
	return !g.closed
}

func (g *gate) leave() { g.inside.Done() }

func (g *gate) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.inside.Wait()
}
