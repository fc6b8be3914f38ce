package fetch

import (
	"context"
	"errors"

	"weft/graph/binding"
	"weft/upstream"
)

// mutate calls a mutation, between two fresh memos: what was loaded before may no longer be true. Unless it has certainly changed nothing,
// what it may have changed is made invalid before anything is read again: in the operation, below the mutation's field, and anywhere else.
func (x *Execution) mutate(ctx context.Context, b *binding.Binding, values []any) (binding.Value, error) {
	if x.closed.Load() {
		return binding.Value{}, errClosed
	}
	x.reset()
	defer x.reset()
	x.record.write(b)
	r := x.callOne(ctx, b, values, nil)
	if c := x.service.Cache; c != nil && effective(r.Err) {
		if err := c.Invalidate(context.WithoutCancel(ctx), b.InvalidatedBy(values, r.Object())); err != nil {
			x.service.log().Warn("other replicas do not know yet what a mutation has changed", "binding", b.Name, "at", b.At, "error", err)
		}
	}
	return r.Value, r.Err
}

// effective reports whether a mutation that ended with err may have changed something. It has when nobody knows what became of
// it, and when the upstream has begun to answer that it succeeded, though the rest of the answer is of no use.
func effective(err error) bool {
	failure, ok := errors.AsType[*upstream.Error](err)
	switch {
	case err == nil, !ok: // an answer with something else in it than is due
		return true
	case failure.Status/100 == 2:
		return failure.Kind != upstream.Rejected // see Failure
	}
	return failure.OutcomeUnknown()
}
