package upstream

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	idleReads  = 90 * time.Second // that a connection is kept for the next call
	idleWrites = time.Second      // the same of one that carries what changes something
	defaultAge = 5 * time.Minute  // of connections
)

// pool has the connections of one upstream, of which none gets older than the configuration says: a name that leads elsewhere by then is
// followed, and load goes to instances that were added. The pool is replaced as a whole, a tenth sooner or later, by chance; what is under way
// on an old connection ends there, and closes it.
type pool struct {
	renew func() connections
	age   time.Duration // negative: connections may have any

	mu      sync.Mutex // held by who replaces current
	current atomic.Pointer[generation]
}

// generation is connections, and until when they are used.
type generation struct {
	connections
	until time.Time // zero: for ever
}

func newPool(age time.Duration, renew func() connections) *pool {
	p := &pool{renew: renew, age: cmp.Or(age, defaultAge)}
	p.current.Store(p.generation(time.Now()))
	return p
}

func (p *pool) generation(now time.Time) *generation {
	g := &generation{connections: p.renew()}
	if p.age > 0 {
		g.until = now.Add(time.Duration(float64(p.age) * (0.9 + 0.2*rand.Float64())))
	}
	return g
}

// of is the generation that is used at a time.
func (p *pool) of(now time.Time) *generation {
	if g := p.current.Load(); g.until.IsZero() || now.Before(g.until) {
		return g
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if g := p.current.Load(); now.Before(g.until) {
		return g
	}
	next := p.generation(now)
	p.current.Swap(next).CloseIdleConnections() // also those that are in use now, when they are not any more
	return next
}

// RoundTrip implements [http.RoundTripper].
func (p *pool) RoundTrip(r *http.Request) (*http.Response, error) {
	return p.of(time.Now()).RoundTrip(r)
}

// CloseIdleConnections closes connections that nobody uses.
func (p *pool) CloseIdleConnections() { p.current.Load().CloseIdleConnections() }

// connections are those of calls that may be repeated on another one, as net/http sees it, and those of calls that may not. These take a
// connection that was in use within the last second, or a new one: so they do not meet a service that closes what is idle, and of which
// nobody would know whether it has still read them.
type connections struct{ repeated, once *http.Transport }

// RoundTrip implements [http.RoundTripper].
func (c connections) RoundTrip(r *http.Request) (*http.Response, error) {
	_, key := r.Header["Idempotency-Key"]
	if key || r.Method == http.MethodGet {
		return c.repeated.RoundTrip(r)
	}
	return c.once.RoundTrip(r)
}

// CloseIdleConnections closes connections that nobody uses.
func (c connections) CloseIdleConnections() {
	c.repeated.CloseIdleConnections()
	c.once.CloseIdleConnections()
}
