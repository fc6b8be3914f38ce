package gqlgen

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// FieldKey is the key under which contexts hold the *graphql.FieldContext that graphql.GetFieldContext returns. gqlgen
// does not export it, but asks a context for it. It is never changed.
var FieldKey = func() any {
	ctx := &asked{Context: context.Background()}
	graphql.GetFieldContext(ctx)
	return ctx.key
}()

// responseKey is the key under which contexts hold what graphql.AddError adds to.
var responseKey = func() (key any) {
	ctx := &asked{Context: context.Background()}
	defer func() {
		_ = recover() // there is none
		key = ctx.key
	}()
	graphql.GetErrors(ctx)
	return nil
}()

// asked remembers what it was asked for last.
type asked struct {
	context.Context
	key any
}

// Value implements context.Context.
func (a *asked) Value(key any) any {
	a.key = key
	return nil
}
