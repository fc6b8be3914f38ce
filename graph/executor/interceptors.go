package executor

import (
	"context"
	"reflect"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
)

// middleware is how gqlgen's executor runs fields and root fields when no extension intercepts them.
type middleware struct{ field, root uintptr }

func plainMiddleware(stock graphql.ExecutableSchema) middleware {
	ctx := graphql.StartOperationTrace(context.Background())
	op, _ := executor.New(stock).CreateOperationContext(ctx, &graphql.RawParams{Query: "{__typename}"}) // given also with errors
	return middleware{code(op.ResolverMiddleware), code(op.RootResolverMiddleware)}
}

// intercepted reports whether an extension of gqlgen's intercepts fields or root fields. Plans have no place for that, so the
// operation runs on gqlgen's executor. gqlgen does not say so; but without such extensions the functions are always the same.
func (m middleware) intercepted(op *graphql.OperationContext) bool {
	return code(op.ResolverMiddleware) != m.field || code(op.RootResolverMiddleware) != m.root
}

func code(f any) uintptr { return reflect.ValueOf(f).Pointer() }
