package oauth

import (
	"net/url"
	"sync"
	"time"
)

// Bounds of what is tried again.
const (
	dropEvery   = 10 * time.Second // between two times that a token is dropped since a service refuses it
	refusedTime = 10 * time.Second // for which a caller is not asked for again whom the endpoint refuses
)

// grant is what tokens are asked for by: this service's own, or one caller's.
type grant struct {
	form  func() url.Values
	until time.Time // after which no token of it is used; the zero time: nobody knows

	mu      sync.Mutex // guards what follows
	current token
	flying  *flight // what is being asked; nil: nothing is
	dropped time.Time
	refused error // that the endpoint refuses it; nil: it does not
	since   time.Time
}

// flight is a token that is being asked for.
type flight struct {
	landed chan struct{}
	token  token // these are there when it has landed
	err    error
}

// holds reports whether the current token may be used.
func (g *grant) holds(now time.Time) bool {
	return g.current.value != "" && now.Before(g.current.expires)
}

// land keeps what has become of a flight.
func (g *grant) land(f *flight, t token, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.flying = nil
	g.refused = nil
	if err == nil {
		if !g.until.IsZero() && g.until.Before(t.expires) {
			t.expires = g.until
		}
		g.current = t
	} else if refused, ok := err.(*refusal); ok {
		g.refused, g.since, g.current = refused, time.Now(), token{}
	}
	f.token, f.err = t, err
	close(f.landed)
}

// drop forgets a token that a service has refused, and reports whether there may be another one.
func (g *grant) drop(value string, now time.Time) (again bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.current.value != value:
		return true
	case now.Sub(g.dropped) < dropEvery:
		return false
	}
	g.dropped, g.current = now, token{}
	return true
}
