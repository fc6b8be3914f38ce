package process

import (
	"context"
	"sync/atomic"
)

// phase is where a server is in its life.
type phase struct{ starting, draining atomic.Bool }

// phaseKey is the context key of a server's *phase.
type phaseKey struct{}

func phaseOf(ctx context.Context) *phase {
	if p, ok := ctx.Value(phaseKey{}).(*phase); ok {
		return p
	}
	return new(phase)
}

// Starting reports whether the server that ctx, a request's context, belongs to warms up. A handler that another server than this
// package's runs never does, nor does it drain.
func Starting(ctx context.Context) bool { return phaseOf(ctx).starting.Load() }

// Draining reports whether the server that ctx, a request's context, belongs to is draining.
func Draining(ctx context.Context) bool { return phaseOf(ctx).draining.Load() }
