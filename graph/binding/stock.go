package binding

import (
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/graph-gophers/dataloader/v7"

	"weft/graph/gqlgen"
	"weft/graph/view"
	"weft/loaders"
)

// NewSchema makes gqlgen's generated schema run bindings: each operation gets an [Execution] under its context, and what
// attach adds to it (the typed loaders; nil: nothing). An operation's answer is complete only when all that it started has ended.
func NewSchema(stock graphql.ExecutableSchema, s *Service, attach func(context.Context, *Execution) context.Context) graphql.ExecutableSchema {
	return &schema{ExecutableSchema: stock, service: s, attach: attach, types: &goTypes{schema: stock.Schema()}}
}

type schema struct {
	graphql.ExecutableSchema
	service *Service
	attach  func(context.Context, *Execution) context.Context
	types   *goTypes
}

// Exec implements graphql.ExecutableSchema.
func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	x := NewExecution(s.service, op.Headers)
	x.refused = refuseNulls(op)
	x.without = DoesWithout(ctx)
	with := func(ctx context.Context) context.Context {
		ctx = loaders.With(ctx, x)
		if s.attach != nil {
			ctx = s.attach(ctx, x)
		}
		return ctx
	}
	c := counts(op, x, s.types)
	next := s.ExecutableSchema.Exec(with(graphql.WithOperationContext(ctx, c.op)))
	return func(ctx context.Context) *graphql.Response {
		defer func() {
			x.Wait()
			Ended(ctx, x.Record())
		}()
		apart, pass := gqlgen.Collect(ctx)
		c.roots()
		response := next(with(apart))
		if response != nil {
			_ = x.within(Size{Bytes: len(response.Data)})
		}
		if err := x.Excess(); err != nil {
			graphql.AddError(ctx, err)
			return &graphql.Response{Data: json.RawMessage("null")}
		}
		pass()
		return response
	}
}

// One answers a field with an object. It must run in a gqlgen resolver, as must all of its kind.
func One[T view.Viewer](ctx context.Context, f *Field, parent view.Object) (*T, error) {
	a, err := load(ctx, f, parent)
	if err != nil {
		return nil, err
	}
	return view.As[T](a.one()), nil
}

// List answers a field with a list of objects: a list's own, or the entities of a list of keys.
func List[T view.Viewer](ctx context.Context, f *Field, parent view.Object) ([]*T, error) {
	if f.Keys {
		return listByKeys[T](ctx, f, parent)
	}
	a, err := load(ctx, f, parent)
	if err != nil || !a.Found {
		return nil, err
	}
	return views[T](a.Objects, nil)
}

// OneAs answers a field whose type I, an interface or union, has the entity T.
func OneAs[I any, T view.Viewer](ctx context.Context, f *Field, parent view.Object) (I, error) {
	var none I
	v, err := One[T](ctx, f, parent)
	if err != nil || v == nil {
		return none, err
	}
	return any(v).(I), nil
}

// ListAs is [OneAs] for a list.
func ListAs[I any, T view.Viewer](ctx context.Context, f *Field, parent view.Object) ([]I, error) {
	list, err := List[T](ctx, f, parent)
	if list == nil {
		return nil, err
	}
	out := make([]I, len(list))
	for i, v := range list {
		if v != nil {
			out[i] = any(v).(I)
		}
	}
	return out, err
}

// Decode answers a field with any other value.
func Decode[T any](ctx context.Context, f *Field, parent view.Object, decode func(view.Value) (T, error)) (T, error) {
	var none T
	a, err := load(ctx, f, parent)
	if err != nil || !a.Found {
		return none, err
	}
	return view.Get(a.one(), 0, decode)
}

// DecodeList answers a field with a list of any other values; sparse: nil stands for those that cannot be read ([view.SparseListOf]).
func DecodeList[T any](ctx context.Context, f *Field, parent view.Object, sparse bool, decode func(view.Value) (T, error)) ([]T, error) {
	a, err := load(ctx, f, parent)
	if err != nil || !a.Found {
		return nil, err
	}
	return view.DecodeList(values(a.Objects), sparse, decode)
}

func load(ctx context.Context, f *Field, parent view.Object) (Answer, error) {
	x := execution(ctx)
	return f.load(ctx, x, parent, f.arguments(ctx), f.want(ctx))
}

// want is what the operation selects below the field that is being resolved.
func (f *Field) want(ctx context.Context) *want {
	if f.Binding.Object == "" {
		return nil
	}
	return &want{ctx, f.Binding.Object, graphql.GetFieldContext(ctx).Field.Selections}
}

func execution(ctx context.Context) *Execution { return loaders.For[*Execution](ctx) }

// arguments are the field's arguments as the client gave them, so that null and absent stay apart.
func (f *Field) arguments(ctx context.Context) Arguments {
	for _, s := range f.Sources {
		if s.Argument != "" || s.Page {
			return graphql.GetFieldContext(ctx).Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
		}
	}
	return nil
}

// listByKeys answers a list of keys with their entities.
func listByKeys[T view.Viewer](ctx context.Context, f *Field, parent view.Object) ([]*T, error) {
	answers, errs, ok := f.loadKeys(ctx, execution(ctx), parent, f.arguments(ctx), f.want(ctx))
	if !ok {
		_, err := f.checked(Answer{}, nil)
		return nil, err
	}
	objects := make([]view.Object, len(answers))
	for i := range answers {
		objects[i] = answers[i].one()
	}
	return views[T](objects, errs)
}

// Loader is the operation's loader of an entity for hand-written code, keyed by K and answering views.
func Loader[K comparable, T view.Viewer](x *Execution, b *Binding, key func(K) string) dataloader.Interface[K, *T] {
	return loaders.Map(x.entity(b), func(k K) string { x.record.ask(b, 1, 0); return key(k) },
		func(a Answer) (*T, error) { return view.As[T](a.one()), nil },
		func(v *T) Answer { return Answer{Objects: []view.Object{view.ObjectOf(v)}, Found: v != nil} })
}
