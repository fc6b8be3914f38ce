package upstream

import (
	"context"
	"errors"
	"time"
)

const (
	reserve = 50 * time.Millisecond // of the caller's time is kept for writing the answer without this call
	minimum = 5 * time.Millisecond  // below which a call is not worth starting
)

// errTooLate is the cause when the caller has no time left for a call.
var errTooLate = errors.New("no time left to call")

// within returns ctx with its deadline brought forward by the reserve. A ctx without a deadline has all the client's timeout.
// The error is an [*Error] when the call must not start. Otherwise cancel must be called.
func within(ctx context.Context) (limited context.Context, cancel context.CancelFunc, failure *Error) {
	if ctx.Err() != nil {
		return nil, nil, interrupted(ctx)
	}
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}, nil
	}
	deadline = deadline.Add(-reserve)
	if time.Until(deadline) < minimum {
		return nil, nil, &Error{Kind: Timeout, Err: errTooLate}
	}
	limited, cancel = context.WithDeadline(ctx, deadline)
	return limited, cancel, nil
}
