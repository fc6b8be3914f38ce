package process

import (
	"context"
	"sync/atomic"
)

// drainingKey is the context key of a server's *atomic.Bool, true from the moment it drains.
type drainingKey struct{}

// Draining reports whether the server that ctx, a request's context, belongs to is draining. A handler that
// another server than this package's runs is never draining.
func Draining(ctx context.Context) bool {
	state, ok := ctx.Value(drainingKey{}).(*atomic.Bool)
	return ok && state.Load()
}
