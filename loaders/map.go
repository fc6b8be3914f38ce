package loaders

import (
	"context"
	"fmt"

	"github.com/graph-gophers/dataloader/v7"
)

// Map returns a face of l with other types: K2 and V2 outside, K1 and V1 inside. Batches, answers and what is primed
// are those of l, so several faces of one loader share their work.
//
//   - key turns the caller's key into l's. nil = the key as it is; K1 and K2 are then one type.
//   - value turns an answer of l into the caller's; its error is the key's. It runs at each call of a thunk, not once
//     an answer, and not for errors, so it should be cheap: a view, not a decoder. nil = the answer as it is;
//     V1 and V2 are then one type.
//   - prime turns a value that the caller primes into an answer of l. nil = the value as it is when
//     V1 and V2 are one type, otherwise Prime does nothing.
//
// Map panics when key or value is nil and the types differ. Go infers K2 and V2 from the functions; where one is nil,
// name the types: Map[K1, V1, K2, V2](…).
func Map[K1 comparable, V1 any, K2 comparable, V2 any](
	l dataloader.Interface[K1, V1], key func(K2) K1, value func(V1) (V2, error), prime func(V2) V1,
) dataloader.Interface[K2, V2] {
	// A function from a type to itself has the type asked for exactly when both types are one.
	if key == nil {
		same, ok := any(func(k K1) K1 { return k }).(func(K2) K1)
		if !ok {
			panic(fmt.Sprintf("loaders: Map needs a key function from %T to %T", *new(K2), *new(K1)))
		}
		key = same
	}
	if value == nil {
		same, ok := any(func(v V1) (V1, error) { return v, nil }).(func(V1) (V2, error))
		if !ok {
			panic(fmt.Sprintf("loaders: Map needs a value function from %T to %T", *new(V1), *new(V2)))
		}
		value = same
	}
	if prime == nil {
		prime, _ = any(func(v V1) V1 { return v }).(func(V2) V1)
	}
	return &face[K1, V1, K2, V2]{l, key, value, prime}
}

// face is the Loader that Map returns.
type face[K1 comparable, V1 any, K2 comparable, V2 any] struct {
	inner dataloader.Interface[K1, V1]
	key   func(K2) K1
	value func(V1) (V2, error)
	prime func(V2) V1 // nil = Prime does nothing
}

func (f *face[K1, V1, K2, V2]) Load(ctx context.Context, key K2) dataloader.Thunk[V2] {
	thunk := f.inner.Load(ctx, f.key(key))
	return func() (V2, error) { return f.outer(thunk()) }
}

func (f *face[K1, V1, K2, V2]) LoadMany(ctx context.Context, keys []K2) dataloader.ThunkMany[V2] {
	inner := make([]K1, len(keys))
	for i, key := range keys {
		inner[i] = f.key(key)
	}
	thunk := f.inner.LoadMany(ctx, inner)
	return func() ([]V2, []error) {
		values, errs := thunk()
		return gather(len(values), func(i int) (V2, error) {
			if errs == nil {
				return f.outer(values[i], nil)
			}
			return f.outer(values[i], errs[i])
		})
	}
}

func (f *face[K1, V1, K2, V2]) Clear(ctx context.Context, key K2) dataloader.Interface[K2, V2] {
	f.inner.Clear(ctx, f.key(key))
	return f
}

func (f *face[K1, V1, K2, V2]) ClearAll() dataloader.Interface[K2, V2] {
	f.inner.ClearAll()
	return f
}

func (f *face[K1, V1, K2, V2]) Prime(ctx context.Context, key K2, value V2) dataloader.Interface[K2, V2] {
	if f.prime != nil {
		f.inner.Prime(ctx, f.key(key), f.prime(value))
	}
	return f
}

// outer turns an answer of the inner loader into the caller's.
func (f *face[K1, V1, K2, V2]) outer(value V1, err error) (V2, error) {
	if err != nil {
		var zero V2
		return zero, err
	}
	return f.value(value)
}

// part lets a set wait for the inner loader.
func (f *face[K1, V1, K2, V2]) part(of *work) {
	if p, ok := f.inner.(part); ok {
		p.part(of)
	}
}
