package executor

import (
	"cmp"
	"context"
	"log/slog"
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

// fields reports whether an extension of gqlgen's intercepts fields. Plans have no place for that, so the operation runs on
// gqlgen's executor. gqlgen does not say so; but without such extensions the function is always the same.
func (m middleware) fields(op *graphql.OperationContext) bool {
	return code(op.ResolverMiddleware) != m.field
}

// sayIntercepted tells the operator what it costs that an extension intercepts fields.
func (s *schema) sayIntercepted() {
	cmp.Or(s.options.Service.Logger, slog.Default()).
		Warn("an extension intercepts fields: operations run on gqlgen's executor, which is slower and waits for batches")
}

// roots reports whether an extension of gqlgen's intercepts root fields: each then runs by itself, inside of it.
func (m middleware) roots(op *graphql.OperationContext) bool {
	return code(op.RootResolverMiddleware) != m.root
}

func code(f any) uintptr { return reflect.ValueOf(f).Pointer() }
