package upstream

import "context"

type unsharedKey struct{}

// WithoutSharing returns a context whose GETs are all sent, even when an identical one is under way. Nobody joins them either.
func WithoutSharing(ctx context.Context) context.Context {
	return context.WithValue(ctx, unsharedKey{}, true)
}

func unshared(ctx context.Context) bool { return ctx.Value(unsharedKey{}) != nil }
