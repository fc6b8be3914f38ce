package fetch

import (
	"context"
	"time"

	"github.com/graph-gophers/dataloader/v7"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/view"
	"weft/loaders"
)

// Fields is an operation whose fields load by themselves, as gqlgen's executor runs it: one for each parent, in batches that a timer ends.
// Nothing is read from the cache or kept there.
type Fields struct{ *Execution }

// FieldOptions say how such an operation is executed. The zero value is for nobody, who sent no header.
type FieldOptions struct {
	Behalf
	Without Technique
	MaxAge  time.Duration // how old a value may be that is taken from a cache; 0: as old as its policy allows
	// Landed is called when a batch has its objects, before anyone who waits for one sees it; nil: nobody looks ahead.
	Landed func(of Space, keys []string, objects func(i int) []view.Object)
}

// BeginFields begins an operation whose fields load by themselves.
func BeginFields(s *Service, o FieldOptions) Fields {
	x := &Execution{landed: o.Landed}
	x.begin(s, o.Behalf, o.Without, ages{newest: o.MaxAge})
	return Fields{x}
}

// Load loads a key, which a field needs, and does not wait. needs returns the slots of the members that are needed of an entity's object, as
// [Member] has them.
func (f Fields) Load(ctx context.Context, of Space, values []any, key string, needs func() []int) dataloader.Thunk[binding.Value] {
	f.record.needs(of.Binding, 1, 0)
	s, ok := f.stubOf(of.Binding, key)
	if ok && s.has(needs()) {
		return func() (binding.Value, error) { return s.value(), nil }
	}
	load := f.loader(of, values).Load(ctx, key)
	if !ok {
		return load
	}
	return func() (binding.Value, error) {
		v, err := load()
		return s.completed(of.Binding, v, err), nil
	}
}

// LoadMany loads an entity's keys, which a field needs, and does not wait. needs is Load's.
func (f Fields) LoadMany(ctx context.Context, b *binding.Binding, keys []string, needs func() []int) dataloader.ThunkMany[binding.Value] {
	f.record.needs(b, len(keys), 0)
	stubs := f.stubsOf(b, keys)
	if stubs == nil {
		return f.entity(b).LoadMany(ctx, keys)
	}
	return f.completing(ctx, b, keys, stubs, needs())
}

// Known returns what there is of a key's object, where that is all that is needed of it.
func (f Fields) Known(b *binding.Binding, key string, needs func() []int) (view.Object, bool) {
	s, ok := f.stubOf(b, key)
	return s.object, ok && s.has(needs())
}

// memoOf is the memo of a binding's single calls.
type memoOf struct{ binding *binding.Binding }

// Call calls a binding that has no batch, once for each distinct set of values in the operation; key is their text.
func (f Fields) Call(ctx context.Context, b *binding.Binding, key string, values []any) (binding.Value, error) {
	f.record.needs(b, 1, 0)
	memo := loaders.In(&f.set, memoOf{b}, func() *loaders.Memo[string, binding.Value] { return new(loaders.Memo[string, binding.Value]) })
	return memo.Do(ctx, key, func(ctx context.Context) (binding.Value, error) {
		return f.loadOne(ctx, load{space: Space{b, ""}, keys: []string{key}, values: values})
	})
}

// Page answers a paged field; values are those of its variables.
func (f Fields) Page(ctx context.Context, of *binding.Field, values []any, args binding.Arguments) (binding.Value, error) {
	return f.page(ctx, of, values, args, false)
}

// Mutate calls a mutation, between two fresh memos: what was loaded before may no longer be true. Unless it has certainly changed
// nothing, what it may have changed is made invalid before anything is read again: in the operation, below the mutation's field, and
// anywhere else.
func (f Fields) Mutate(ctx context.Context, b *binding.Binding, values []any) (binding.Value, error) {
	return f.mutate(ctx, b, values)
}

// NoteStale names the place of a context's field, and of an element of it, if its answer is stale.
func (f Fields) NoteStale(ctx context.Context, a *binding.Value, element ...ast.PathElement) {
	f.noteStale(ctx, a, element...)
}
