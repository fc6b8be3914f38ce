package executor

import (
	"bytes"
	"context"
	"reflect"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/view"
)

// resolve calls a hand-written field for each of its parents. A panic, and an error, is that parent's.
func (r *run) resolve(ctx context.Context, f *plan.Fetch, parents []view.Object) outcome {
	m := f.Members[0]
	o := outcome{fetch: f, found: []fetch.Found{{Of: make([]int32, len(parents)), Results: make([]fetch.Result, len(parents))}}}
	if m.Node.Field.Marshal != nil {
		o.texts = make([]bytes.Buffer, len(parents))
	}
	each := &resolving{run: r, Member: m, args: m.Node.AST.ArgumentMap(r.op.Variables)}
	each.refused = binding.CheckNulls(m.Node.AST.Arguments, r.op.Variables)
	contexts := make([]fieldContext, len(parents))
	r.expected[f.Index].Run(ctx, func(ctx context.Context, i int) {
		c := &contexts[i]
		c.Context, c.resolving, c.parent = ctx, each, i
		defer c.end()
		o.found[0].Of[i] = int32(i)
		each.one(c, parents[i], &o, i)
	})
	return o
}

// one resolves the field for one parent.
func (r *resolving) one(ctx context.Context, parent view.Object, o *outcome, i int) {
	field, res := r.Node.Field, &o.found[0].Results[i]
	if r.refused != nil {
		res.Err = r.refused
		return
	}
	defer func() {
		if v := recover(); v != nil {
			*res = fetch.Result{Err: r.op.Recover(ctx, v)}
		}
	}()
	if r.x.Made(0) != nil { // nobody will see it
		return
	}
	v, err := field.Resolve(ctx, r.resolvers, parent, r.args)
	switch {
	case err != nil:
		res.Err = &placed{err, field.At}
	case field.Objects != nil:
		res.Objects, res.Found = field.Objects(v)
	case !isNil(v):
		field.Marshal(ctx, v).MarshalGQL(&o.texts[i])
		text := &o.texts[i]
		res.Found = !bytes.Equal(text.Bytes(), []byte("null"))
		_ = r.x.Made(text.Len()) // run.accept asks
	}
}

// placed is a hand-written field's error, with the field's place in the schema for who logs it.
type placed struct {
	error
	at string
}

func (p *placed) Unwrap() error { return p.error }

// Place returns where the field stands in the schema: file:line; "" when nobody knows.
func (p *placed) Place() string { return p.at }

// isNil reports whether a resolver's answer is a nil pointer or slice: null.
func isNil(v any) bool {
	switch value := reflect.ValueOf(v); value.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return value.IsNil()
	}
	return false
}
