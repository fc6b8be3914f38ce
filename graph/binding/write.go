package binding

import (
	"context"
	"errors"

	"weft/upstream"
)

// write calls a mutation. When it has succeeded, and when nobody knows whether it has, what it may have changed is made invalid
// before anything is read again: in the operation, below the mutation's field, and anywhere else.
func (x *Execution) write(ctx context.Context, b *Binding, values []any) Result {
	flights := x.service.keeping.of(b.Upstream)
	flights.Seal()
	r := b.fetchOne(ctx, x, values, nil)
	if c := x.service.Cache; c != nil && (r.Err == nil || unknown(r.Err)) {
		if err := c.Invalidate(context.WithoutCancel(ctx), b.invalidates(values, &r)); err != nil {
			x.service.log().Warn("other replicas do not know yet what a mutation has changed", "binding", b.Name, "error", err)
		}
	}
	flights.Seal()
	return r
}

// unknown reports whether a call that failed may have taken effect all the same.
func unknown(err error) bool {
	failure, ok := errors.AsType[*upstream.Error](err)
	return ok && failure.OutcomeUnknown()
}
