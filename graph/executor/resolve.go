package executor

import (
	"bytes"
	"context"
	"reflect"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/binding"
	"weft/graph/plan"
	"weft/graph/view"
)

// resolve calls a hand-written field for each of its parents. A panic, and an error, is that parent's.
func (r *run) resolve(ctx context.Context, f *plan.Fetch, parents []view.Object) outcome {
	m := f.Members[0]
	o := outcome{fetch: f, found: []binding.Found{{Of: make([]int32, len(parents)), Results: make([]binding.Result, len(parents))}}}
	if m.Node.Field.Marshal != nil {
		o.texts = make([][]byte, len(parents))
	}
	args := m.Node.AST.ArgumentMap(r.op.Variables)
	r.x.Resolve(ctx, len(parents), func(ctx context.Context, i int) {
		ctx = graphql.WithFieldContext(ctx, fieldContext(m, args))
		o.found[0].Of[i] = int32(i)
		res := &o.found[0].Results[i]
		defer func() {
			if v := recover(); v != nil {
				*res = binding.Result{Err: r.op.Recover(ctx, v)}
			}
		}()
		v, err := m.Node.Field.Resolve(ctx, r.resolvers, parents[i], args)
		switch {
		case err != nil:
			res.Err = err
		case m.Node.Field.Objects != nil:
			res.Objects, res.Found = m.Node.Field.Objects(v)
		case !isNil(v):
			o.texts[i] = marshal(ctx, m.Node.Field, v)
			res.Found = !bytes.Equal(o.texts[i], []byte("null"))
		}
	})
	return o
}

// fieldContext is what hand-written code finds in its context of the field: not where in the answer it stands, which is
// known only when the answer is written.
func fieldContext(m plan.Member, args map[string]any) *graphql.FieldContext {
	return &graphql.FieldContext{
		Object: m.Scope.Type.Name, Args: args, IsMethod: true, IsResolver: true,
		Field: graphql.CollectedField{Field: m.Node.AST, Selections: m.Node.AST.SelectionSet},
	}
}

func marshal(ctx context.Context, f *plan.Field, v any) []byte {
	var text bytes.Buffer
	f.Marshal(ctx, v).MarshalGQL(&text)
	return text.Bytes()
}

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
