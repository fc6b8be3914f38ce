package fetch

import (
	"context"

	"github.com/graph-gophers/dataloader/v7"

	"weft/graph/binding"
	"weft/graph/view"
	"weft/loaders"
)

// What needs keys one by one uses loaders: hand-written fields, and gqlgen's executor.

// Load loads a key, which a field or hand-written code needs, and does not wait.
func (x *Execution) Load(ctx context.Context, of Space, values []any, key string) dataloader.Thunk[binding.Answer] {
	x.record.needs(of.Binding, 1, 0)
	return x.loader(of, values).Load(ctx, key)
}

// LoadMany loads an entity's keys, which a field needs, and does not wait.
func (x *Execution) LoadMany(ctx context.Context, b *binding.Binding, keys []string) dataloader.ThunkMany[binding.Answer] {
	x.record.needs(b, len(keys), 0)
	return x.entity(b).LoadMany(ctx, keys)
}

// memoOf is the memo of a binding's single calls.
type memoOf struct{ binding *binding.Binding }

// Call calls a binding that has no batch, once for each distinct set of values in the operation; key is their text.
func (x *Execution) Call(ctx context.Context, b *binding.Binding, key string, values []any) (binding.Answer, error) {
	x.record.needs(b, 1, 0)
	memo := loaders.In(&x.set, memoOf{b}, func() *loaders.Memo[string, binding.Answer] { return new(loaders.Memo[string, binding.Answer]) })
	return memo.Do(ctx, key, func(ctx context.Context) (binding.Answer, error) {
		return x.loadOne(ctx, load{space: Space{b, ""}, keys: []string{key}, values: values})
	})
}

// Loader is the operation's loader of an entity for hand-written code, keyed by K and answering views.
func Loader[K comparable, T view.Viewer](x *Execution, b *binding.Binding, key func(K) string) dataloader.Interface[K, *T] {
	return loaders.Map[string, binding.Answer](placing{x.entity(b), x}, func(k K) string { x.record.needs(b, 1, 0); return key(k) },
		func(a binding.Answer) (*T, error) { return view.As[T](a.Object()), nil },
		func(v *T) binding.Answer {
			return binding.Answer{Objects: []view.Object{view.ObjectOf(v)}, Found: v != nil}
		})
}

// entity returns the operation's loader of an entity.
func (x *Execution) entity(b *binding.Binding) *loaders.Loader[string, binding.Answer] {
	return x.loader(Space{b, ""}, nil)
}

// loader returns the operation's loader of that space; values are those of a batched field, of which the key is left out.
func (x *Execution) loader(of Space, values []any) *loaders.Loader[string, binding.Answer] {
	b := of.Binding
	return loaders.In(&x.set, of, func() *loaders.Loader[string, binding.Answer] {
		o := loaders.Options{Max: b.Max(), Wait: x.service.BatchWait, Gate: x.gate.Load()}
		if b.Batched() {
			return loaders.New(func(ctx context.Context, keys []string) []*dataloader.Result[binding.Answer] {
				results := make([]Result, len(keys))
				x.load(ctx, load{space: of, keys: keys, values: values}, results)
				x.hasLanded(of, keys, results)
				return loaded(results)
			}, o)
		}
		return loaders.NewEach(func(ctx context.Context, key string) (binding.Answer, error) {
			return x.loadOne(ctx, load{space: of, keys: []string{key}})
		}, o)
	})
}

// loadOne loads one key.
func (x *Execution) loadOne(ctx context.Context, l load) (binding.Answer, error) {
	var results [1]Result
	x.load(ctx, l, results[:])
	x.hasLanded(l.space, l.keys, results[:])
	return results[0].Answer, results[0].Err
}

func (x *Execution) hasLanded(of Space, keys []string, results []Result) {
	if x.landed != nil {
		x.landed(of, keys, func(i int) []view.Object { return results[i].Objects })
	}
}

// loaded is results as a loader takes them.
func loaded(results []Result) []*dataloader.Result[binding.Answer] {
	slab, out := make([]dataloader.Result[binding.Answer], len(results)), make([]*dataloader.Result[binding.Answer], len(results))
	for i := range results {
		slab[i] = dataloader.Result[binding.Answer]{Data: results[i].Answer, Error: results[i].Err}
		out[i] = &slab[i]
	}
	return out
}

// prime offers a list's objects to whoever needs their entity by key: those in which every member is present.
func (x *Execution) prime(entity *binding.Binding, objects []view.Object) {
	switch {
	case entity == nil || len(objects) == 0:
		return
	case x.own && x.gate.Load() == nil:
		x.memo.offer(entity, objects)
		return
	}
	x.entity(entity).PrimeLater(func(yield func(string, binding.Answer) bool) {
		for i, o := range objects {
			key, ok := entity.KeyOf(o)
			if ok && o.Complete() && !yield(key, binding.One(objects, i)) {
				return
			}
		}
	})
}
