package upstreamtest

import (
	"net/http"
	"sync"
)

// Barrier lets requests pass only together, which proves that they were sent in parallel: were they not, the first would
// wait until it is given up. It may stand before several routes, of several servers. It closes again behind each group.
type Barrier struct {
	size int

	mu      sync.Mutex    // guards waiting and group
	waiting int           // requests of the group so far
	group   chan struct{} // closed when the group is complete
}

// NewBarrier returns a barrier for groups of n requests.
func NewBarrier(n int) *Barrier {
	return &Barrier{size: n, group: make(chan struct{})}
}

// arrive counts a request in and returns what it must wait for.
func (b *Barrier) arrive() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	group := b.group
	if b.waiting++; b.waiting == b.size {
		close(group)
		b.waiting, b.group = 0, make(chan struct{})
	}
	return group
}

// leave counts a request off that no longer waits, unless its group has passed.
func (b *Barrier) leave(group <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.group == group { // otherwise it has passed
		b.waiting--
	}
}

// wait reports whether the request may be answered: false when the caller or the server has gone.
func (s *Server) wait(req *http.Request, b *Barrier) bool {
	group := b.arrive()
	if s.until(req, group) {
		return true
	}
	b.leave(group)
	return false
}

// until waits for done. It is false when the caller or the server has gone before.
func (s *Server) until(req *http.Request, done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	case <-req.Context().Done():
	case <-s.closing:
	}
	return false
}
