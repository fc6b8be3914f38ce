package loaders

import (
	"context"
	"time"
)

// detached is a context that reports a deadline without enforcing it: the batch function plans with
// it, and those whose deadline it is end the dispatch by leaving.
type detached struct {
	context.Context
	deadline time.Time // zero = none
}

// Deadline is the latest of those who asked before the batch left.
func (d detached) Deadline() (time.Time, bool) { return d.deadline, !d.deadline.IsZero() }

// latest is the deadline of the last to leave, or zero when one of them has none.
func latest[K comparable, V any](calls []*call[K, V]) time.Time {
	var last time.Time
	for _, c := range calls {
		for _, ctx := range c.asked {
			deadline, ok := ctx.Deadline()
			if !ok {
				return time.Time{}
			}
			if deadline.After(last) {
				last = deadline
			}
		}
	}
	return last
}
