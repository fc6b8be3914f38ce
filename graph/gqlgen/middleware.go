package gqlgen

import (
	"context"
	"reflect"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
)

// Plain is how gqlgen's executor runs the fields of a schema when no extension intercepts them. gqlgen does not say whether one
// does; but without one, the functions are always the same.
type Plain struct{ field, root uintptr }

// PlainOf returns a schema's Plain. It makes an operation to look at, which does not run.
func PlainOf(schema graphql.ExecutableSchema) Plain {
	ctx := graphql.StartOperationTrace(context.Background())
	op, _ := executor.New(schema).CreateOperationContext(ctx, &graphql.RawParams{Query: "{__typename}"}) // given also with errors
	return Plain{code(op.ResolverMiddleware), code(op.RootResolverMiddleware)}
}

// InterceptsFields reports whether an extension intercepts the operation's fields.
func (p Plain) InterceptsFields(op *graphql.OperationContext) bool {
	return code(op.ResolverMiddleware) != p.field
}

// InterceptsRoots reports whether an extension intercepts the operation's root fields.
func (p Plain) InterceptsRoots(op *graphql.OperationContext) bool {
	return code(op.RootResolverMiddleware) != p.root
}

func code(f any) uintptr { return reflect.ValueOf(f).Pointer() }
