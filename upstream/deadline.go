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

// deadlineOf returns when a caller who comes now stops waiting: when the client's timeout is over or, if that is sooner, the
// reserve before its own deadline. The error says why the call must not start.
func deadlineOf(ctx context.Context, now time.Time, timeout time.Duration) (time.Time, *Error) {
	if ctx.Err() != nil {
		return time.Time{}, interrupted(ctx)
	}
	latest := now.Add(timeout)
	callers, ok := ctx.Deadline()
	if !ok {
		return latest, nil
	}
	callers = callers.Add(-reserve)
	if callers.Sub(now) < minimum {
		return time.Time{}, &Error{Kind: Timeout, Err: errTooLate}
	}
	if callers.Before(latest) {
		return callers, nil
	}
	return latest, nil
}
