package loaders

import (
	"context"
	"fmt"
	"reflect"
)

// attached is the context key of the value of type T.
type attached[T any] struct{}

// With returns a context in which [For] finds v. T is the operation's set of loaders, usually a pointer to a generated struct;
// another T can be attached beside it.
func With[T any](ctx context.Context, v T) context.Context {
	return context.WithValue(ctx, attached[T]{}, v)
}

// For returns the T that [With] attached, which is how a resolver reaches the loaders of its operation:
//
//	loaders.For[*generated.Loaders](ctx).User.Load(ctx, "1")
//
// It panics when there is none: that is a mistake in the wiring, not in the request.
func For[T any](ctx context.Context) T {
	v, ok := ctx.Value(attached[T]{}).(T)
	if !ok {
		panic(fmt.Sprintf("loaders: no %v in this context: attach one to each operation with loaders.With", reflect.TypeFor[T]()))
	}
	return v
}
