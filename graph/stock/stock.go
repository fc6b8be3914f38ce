package stock

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/auth"
	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/gqlgen"
	"weft/graph/guard"
	"weft/graph/imageurl"
	"weft/graph/view"
	"weft/loaders"
	"weft/upstream"
)

// NewSchema makes gqlgen's generated schema run bindings over s: each operation gets an execution under its context, and what
// Attach of its options adds to it. An operation's answer is complete only when all that it started has ended.
func NewSchema(generated graphql.ExecutableSchema, s *fetch.Service, o Options) graphql.ExecutableSchema {
	return &schema{ExecutableSchema: generated, service: s, Options: o, goTypes: &goTypes{schema: generated.Schema()}}
}

// Options are what a schema has beside its bindings.
type Options struct {
	Images imageurl.Services      // those that fields name
	Types  map[string]*ObjectType // the object types that looking ahead can walk, by name
	Guards *guard.Schema          // what not everybody may see; nil: everybody may see all
	// Attach adds the typed loaders to the context of resolvers; nil: nothing.
	Attach func(context.Context, *fetch.Execution) context.Context
}

type schema struct {
	graphql.ExecutableSchema
	Options
	service *fetch.Service
	goTypes *goTypes
}

// Failed writes a failure of an upstream into the log of those.
func (s *schema) Failed(e *upstream.Error) { s.service.Failed(e) }

// Guarded is what not everybody may see; nil: everybody may see all. Who runs operations decides that for each: see guard.With.
func (s *schema) Guarded() *guard.Schema { return s.Guards }

// Exec implements graphql.ExecutableSchema.
func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	o := &operation{images: s.Images, types: s.Types, refused: refuseNulls(op), may: s.Guards.Decision(ctx)}
	own := fetch.RunOf(ctx)
	o.Fields = fetch.BeginFields(s.service, fetch.FieldOptions{
		Behalf: fetch.Behalf{Header: op.Headers, Caller: auth.From(ctx)}, Without: own.Without, MaxAge: own.MaxAge, Landed: o.landed,
	})
	with := func(ctx context.Context) context.Context {
		ctx = loaders.With(ctx, o)
		if s.Attach != nil {
			ctx = s.Attach(ctx, o.Execution)
		}
		return ctx
	}
	c := counts(op, o, s.goTypes)
	next := s.ExecutableSchema.Exec(with(graphql.WithOperationContext(ctx, c.op)))
	return func(ctx context.Context) *graphql.Response {
		defer func() { own.Ended(o.Close().Record()) }()
		if err := own.Begin(ctx); err != nil {
			if own.NoTurn() {
				err = fetch.Overloaded()
			}
			graphql.AddError(ctx, err)
			return &graphql.Response{Data: json.RawMessage("null")}
		}
		defer own.Leave()
		apart, pass := gqlgen.Collect(ctx, s.Schema(), o.nulls.blame)
		c.roots()
		response := next(with(apart))
		if response != nil {
			_ = o.Within(fetch.Size{Bytes: len(response.Data)})
		}
		if err := o.Excess(); err != nil {
			graphql.AddError(ctx, err)
			return &graphql.Response{Data: json.RawMessage("null")}
		}
		pass()
		done := o.Close()
		fetch.SayStale(ctx, done.Stale())
		fetch.SayLocal(ctx, done.Local())
		return response
	}
}

// One answers a field with an object. It must run in a gqlgen resolver, as must all of its kind.
func One[T view.Viewer](ctx context.Context, f *binding.Field, parent view.Object) (*T, error) {
	a, err := load(ctx, f, parent)
	if err != nil {
		return nil, err
	}
	if f.Binding.Stub != nil && a.Found {
		a.Objects = filled(ctx, f, a.Objects)
	}
	return view.As[T](a.Object()), nil
}

// List answers a field with a list of objects: a list's own, or the entities of a list of keys.
func List[T view.Viewer](ctx context.Context, f *binding.Field, parent view.Object) ([]*T, error) {
	if f.Keys {
		return listByKeys[T](ctx, f, parent)
	}
	a, err := load(ctx, f, parent)
	if err != nil || !a.Found {
		return nil, err
	}
	return views[T](filled(ctx, f, a.Objects), nil)
}

// OneAs answers a field whose type I, an interface or union, has the entity T.
func OneAs[I any, T view.Viewer](ctx context.Context, f *binding.Field, parent view.Object) (I, error) {
	var none I
	v, err := One[T](ctx, f, parent)
	if err != nil || v == nil {
		return none, err
	}
	return any(v).(I), nil
}

// ListAs is [OneAs] for a list.
func ListAs[I any, T view.Viewer](ctx context.Context, f *binding.Field, parent view.Object) ([]I, error) {
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
func Decode[T any](ctx context.Context, f *binding.Field, parent view.Object, decode func(view.Value) (T, error)) (T, error) {
	var none T
	a, err := load(ctx, f, parent)
	if err != nil || !a.Found {
		return none, err
	}
	return view.Get(a.Object(), 0, decode)
}

// DecodeList answers a field with a list of any other values; sparse: nil stands for those that cannot be read ([view.SparseListOf]).
func DecodeList[T any](
	ctx context.Context, f *binding.Field, parent view.Object, sparse bool, decode func(view.Value) (T, error),
) ([]T, error) {
	a, err := load(ctx, f, parent)
	if err != nil || !a.Found {
		return nil, err
	}
	return view.DecodeList(values(a.Objects), sparse, decode)
}

func load(ctx context.Context, f *binding.Field, parent view.Object) (binding.Value, error) {
	o := operationOf(ctx)
	a, err := o.load(ctx, f, parent, arguments(ctx, f), selectionOf(ctx, f))
	if err == nil {
		if a, err = f.Lifted(a); err == nil {
			a, err = f.Checked(a, nil)
		}
	}
	o.NoteStale(ctx, &a)
	o.nulls.note(ctx, f.Binding, a.Objects)
	return a, err
}

// selectionOf is what the operation selects below the field that is being resolved; nil: nothing that has objects.
func selectionOf(ctx context.Context, f *binding.Field) *selection {
	if f.Binding.Object == "" || f.Lift != nil {
		return nil
	}
	return &selection{ctx: ctx, object: f.Binding.Object, set: graphql.GetFieldContext(ctx).Field.Selections, stub: f.Binding.Stub}
}

// arguments are the field's arguments as the client gave them, so that null and absent stay apart.
func arguments(ctx context.Context, f *binding.Field) binding.Arguments {
	if o := operationOf(ctx); f.Selects != nil && !o.Without(fetch.Members) {
		return f.Selects.With(given(ctx, f), o.selected(ctx, f))
	}
	return given(ctx, f)
}

// given are the arguments that a client gives.
func given(ctx context.Context, f *binding.Field) binding.Arguments {
	if f.Part != nil {
		return graphql.GetFieldContext(ctx).Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
	}
	for _, s := range f.Sources {
		if s.Argument != "" || s.Page {
			return graphql.GetFieldContext(ctx).Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
		}
	}
	return nil
}

// listByKeys answers a list of keys with their entities, in the keys' order. A null list of keys is a null list; null keys are left out.
func listByKeys[T view.Viewer](ctx context.Context, f *binding.Field, parent view.Object) ([]*T, error) {
	list, err := f.KeyList(parent, arguments(ctx, f))
	if !list.Found {
		_, err = f.Checked(binding.Value{}, cmp.Or(err, f.Lost(parent)))
		return nil, err
	}
	o := operationOf(ctx)
	answers, failed := o.loadKeys(ctx, f, list.Keys, selectionOf(ctx, f))()
	objects, errs := make([]view.Object, len(answers)), make([]error, len(answers))
	copy(errs, failed)
	for i := range answers {
		objects[i] = answers[i].Object()
		o.NoteStale(ctx, &answers[i], ast.PathIndex(i))
		if errs[i] == nil && !answers[i].Found && f.Elems {
			errs[i] = f.Binding.Nothing()
		}
	}
	return views[T](objects, errs)
}
