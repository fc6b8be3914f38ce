package stock

import (
	"context"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/graph-gophers/dataloader/v7"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/guard"
	"weft/graph/imageurl"
	"weft/graph/view"
	"weft/loaders"
)

// operation is one operation that gqlgen's executor runs.
type operation struct {
	fetch.Fields
	images     imageurl.Services
	types      map[string]*ObjectType
	refused    refused
	may        *guard.Decision // what who asks may see; nil: all
	selections selections
	nulls      nulls
	collecting sync.Mutex // held by who finds out what is selected: see collect
}

func operationOf(ctx context.Context) *operation { return loaders.For[*operation](ctx) }

// collect returns what is selected of an object, and may be seen; satisfies has the name of its type first. One goroutine finds it out, and
// all others, and gqlgen's executor, find it in op: it takes a millisecond for some hundred fields, and several batches may want it at the
// same time.
func (o *operation) collect(op *graphql.OperationContext, set ast.SelectionSet, satisfies []string) []graphql.CollectedField {
	o.collecting.Lock()
	defer o.collecting.Unlock()
	fields := graphql.CollectFields(op, set, satisfies)
	denied := func(f graphql.CollectedField) bool { return o.may.Denies(satisfies[0], f.Field) }
	if o.may == nil || !slices.ContainsFunc(fields, denied) {
		return fields
	}
	return slices.DeleteFunc(slices.Clone(fields), denied)
}

// permitted answers a field that may not be seen with an error, before anything is done for it.
func (o *operation) permitted(next graphql.FieldMiddleware) graphql.FieldMiddleware {
	if o.may == nil {
		return next
	}
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		if f := graphql.GetFieldContext(ctx); o.may.Denies(f.Object, f.Field.Field) {
			return nil, o.may.Refusal(f.Object, f.Field.Name)
		}
		return next(ctx, resolve)
	}
}

// load answers a field for one parent, the zero Object for a root field. below is what the operation selects below the
// answer; nil: nothing that would be loaded ahead.
func (o *operation) load(
	ctx context.Context, f *binding.Field, parent view.Object, args binding.Arguments, below *selection,
) (binding.Value, error) {
	values, ok, err := o.Values(f, parent, args)
	b := f.Binding
	switch {
	case err != nil:
		return binding.Value{}, err
	case !ok: // a member that the call needs is null
		return f.Checked(binding.Value{Found: b.ManyPerKey()}, f.Lost(parent))
	case b.Mutation:
		return f.Checked(o.mutate(ctx, b, values, below))
	case f.EmptyList(values):
		return binding.Value{Found: b.AnswersList()}, nil
	case b.TakesKeys():
		return f.Checked(o.loadKey(ctx, f, values, below)())
	}
	return f.Checked(o.call(ctx, f, values, below))
}

// loadKey loads the key among the values of a field.
func (o *operation) loadKey(ctx context.Context, f *binding.Field, values []any, below *selection) dataloader.Thunk[binding.Value] {
	b := f.Binding
	of, key := fetch.Space{Binding: b}, ""
	if b.Entity {
		key, values = b.KeyFor(values), nil
	} else {
		var ok bool
		if key, ok = b.KeyText(values); !ok {
			return func() (binding.Value, error) { return binding.Value{Found: b.ManyPerKey()}, nil }
		}
		of.Rest = b.RestOf(values)
	}
	o.selections.add(keyOf{of, key}, below)
	return o.Load(ctx, of, values, key, func() []int { return o.needsOf(f, below) })
}

// loadKeys loads entities.
func (o *operation) loadKeys(
	ctx context.Context, f *binding.Field, keys []string, below *selection,
) dataloader.ThunkMany[binding.Value] {
	for _, key := range keys {
		o.selections.add(keyOf{fetch.Space{Binding: f.Binding}, key}, below)
	}
	return o.LoadMany(ctx, f.Binding, keys, func() []int { return o.needsOf(f, below) })
}

// call calls a binding that has no batch, once for each distinct set of values in the operation.
func (o *operation) call(ctx context.Context, f *binding.Field, values []any, below *selection) (binding.Value, error) {
	b := f.Binding
	key := b.Canonical(values)
	o.selections.add(keyOf{fetch.Space{Binding: b}, key}, below)
	a, err := o.Call(ctx, b, key, values)
	return f.Settled(a, err, values)
}

// mutate calls a mutation. What was selected below what was loaded before it is forgotten with that.
func (o *operation) mutate(ctx context.Context, b *binding.Binding, values []any, below *selection) (binding.Value, error) {
	o.selections.reset()
	a, err := o.Mutate(ctx, b, values)
	o.selections.reset()
	if below != nil {
		o.ahead(*below, a.Objects)
	}
	return a, err
}
