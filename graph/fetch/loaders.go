package fetch

import (
	"context"

	"github.com/graph-gophers/dataloader/v7"

	"weft/graph/binding"
	"weft/graph/view"
	"weft/loaders"
)

// What needs keys one by one uses loaders: hand-written fields, and gqlgen's executor.

// Loader is the operation's loader of an entity for hand-written code, keyed by K and answering views.
func Loader[K comparable, T view.Viewer](x *Execution, b *binding.Binding, key func(K) string) dataloader.Interface[K, *T] {
	return loaders.Map[string, binding.Value](placing{x.entity(b), x}, func(k K) string { x.record.needs(b, 1, 0); return key(k) },
		func(a binding.Value) (*T, error) { return view.As[T](a.Object()), nil },
		func(v *T) binding.Value {
			return binding.Value{Objects: []view.Object{view.ObjectOf(v)}, Found: v != nil}
		})
}

// entity returns the operation's loader of an entity.
func (x *Execution) entity(b *binding.Binding) *loaders.Loader[string, binding.Value] {
	return x.loader(Space{b, ""}, nil)
}

// maxKeys is how many keys a loader collects for one load: more than an operation may have.
const maxKeys = 1 << 20

// loader returns the operation's loader of that space; values are those of a batched field, of which the key is left out.
func (x *Execution) loader(of Space, values []any) *loaders.Loader[string, binding.Value] {
	b := of.Binding
	return loaders.In(&x.set, of, func() *loaders.Loader[string, binding.Value] {
		o := loaders.Options{Max: b.Max(), Wait: x.service.BatchWait, Gate: x.gate}
		if b.Batched() {
			if x.gate != nil { // a load divides its keys into calls, in their order: here they come in any, and would make more
				o.Max, o.Parallel = maxKeys, 1
			}
			return loaders.New(func(ctx context.Context, keys []string) []*dataloader.Result[binding.Value] {
				results := make([]Result, len(keys))
				x.load(ctx, load{space: of, keys: keys, values: values}, results)
				x.hasLanded(of, keys, results)
				return loaded(results)
			}, o)
		}
		return loaders.NewEach(func(ctx context.Context, key string) (binding.Value, error) {
			return x.loadOne(ctx, load{space: of, keys: []string{key}})
		}, o)
	})
}

// loadOne loads one key.
func (x *Execution) loadOne(ctx context.Context, l load) (binding.Value, error) {
	var results [1]Result
	x.load(ctx, l, results[:])
	x.hasLanded(l.space, l.keys, results[:])
	return results[0].Value, results[0].Err
}

func (x *Execution) hasLanded(of Space, keys []string, results []Result) {
	if x.landed != nil {
		x.landed(of, keys, func(i int) []view.Object { return results[i].Objects })
	}
}

// loaded is results as a loader takes them.
func loaded(results []Result) []*dataloader.Result[binding.Value] {
	slab, out := make([]dataloader.Result[binding.Value], len(results)), make([]*dataloader.Result[binding.Value], len(results))
	for i := range results {
		slab[i] = dataloader.Result[binding.Value]{Data: results[i].Value, Error: results[i].Err}
		out[i] = &slab[i]
	}
	return out
}

// prime offers a list's objects to whoever needs their entity by key.
func (x *Execution) prime(entity *binding.Binding, o offer) {
	if len(o.objects) == 0 {
		return
	}
	o.whole = x.planned && x.gate == nil
	x.memo.offer(entity, o)
	if o.whole {
		return
	}
	x.entity(entity).PrimeLater(func(yield func(string, binding.Value) bool) {
		for i, object := range o.objects {
			key, ok := entity.KeyOf(object)
			if ok && object.Complete() && len(entity.Lacking(nil, object, o.sparse)) == 0 && !yield(key, binding.One(o.objects, i)) {
				return
			}
		}
	})
}
