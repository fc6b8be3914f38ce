package cache

import (
	"context"
	"time"
)

// Leaves is when whoever has asked leaves, at the latest. The zero Leaves is when ctx ends.
type Leaves struct {
	Until  time.Time       // zero: when ctx ends
	Client context.Context // whose end is waited for in the place of ctx's: one that ends by Until would take a timer; nil: it is ctx
}

// outlasts reports whether a flight that the request has joined may end after the request's time.
func (r *Request[V]) outlasts(joined []flightKey[V]) bool {
	for _, s := range joined {
		if s.flight != nil && (s.ends.IsZero() || s.ends.After(r.Until)) {
			return true
		}
	}
	return false
}
