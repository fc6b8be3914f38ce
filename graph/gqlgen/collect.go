package gqlgen

import (
	"context"
	"errors"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Collect is for an operation that may turn out to answer nothing but one error, and whose fields report errors as they come: errors and
// extensions of the context that it returns stay apart until pass hands them to ctx, in the document's order, where each is presented,
// once, under the context that it was added to. schema says which fragments apply to which objects; nil: all do. null says more of a null
// where none may be, which gqlgen's executor has found; nil: nobody knows more of it.
func Collect(
	ctx context.Context, schema *ast.Schema, null func(context.Context, *graphql.InvalidNullError) error,
) (apart context.Context, pass func()) {
	c := &collected{response: ctx.Value(responseKey), null: null}
	apart = graphql.WithResponseContext(ctx, c.add, func(ctx context.Context, v any) error { return graphql.Recover(c.original(ctx), v) })
	return apart, func() {
		if len(c.errs) > 0 {
			newOrder(graphql.GetOperationContext(ctx), schema).sort(c.errs)
		}
		for _, e := range c.errs {
			graphql.AddError(c.original(e.ctx), e.err)
		}
		for name, value := range graphql.GetExtensions(apart) {
			graphql.RegisterExtension(ctx, name, value)
		}
	}
}

type collected struct {
	response any                                                    // of the original context
	null     func(context.Context, *graphql.InvalidNullError) error // see Collect

	mu   sync.Mutex // guards errs
	errs []added
}

type added struct {
	ctx context.Context
	err error
	at  []int // where it comes
}

// add is a graphql.ErrorPresenterFunc.
func (c *collected) add(ctx context.Context, err error) *gqlerror.Error {
	if null, ok := errors.AsType[*graphql.InvalidNullError](err); ok && c.null != nil {
		if found, ok := errors.AsType[*gqlerror.Error](err); ok { // gqlgen's own, which nobody else has
			found.Err = c.null(ctx, null)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errs = append(c.errs, added{ctx: ctx, err: err})
	return graphql.DefaultErrorPresenter(ctx, err) // gqlgen looks whether a path has an error
}

// original is ctx with the response of the original context.
func (c *collected) original(ctx context.Context) context.Context {
	return context.WithValue(ctx, responseKey, c.response)
}
