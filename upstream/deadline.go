package upstream

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// Reserve is how much of a caller's time a call leaves for writing the answer without it.
const Reserve = 50 * time.Millisecond

// minimum is the time below which a call is not worth starting.
const minimum = 5 * time.Millisecond

// errTooLate is the cause when the caller has no time left for a call.
var errTooLate = errors.New("no time left to call")

// deadlineValue is what a header says of the time that is left: whole milliseconds, as in Envoy's X-Envoy-Expected-Rq-Timeout-Ms. Grpc-Timeout,
// which grpc-gateway reads in HTTP, too, has a unit behind it.
func deadlineValue(name string, left time.Duration) string {
	text := strconv.FormatInt(max(1, left.Milliseconds()), 10)
	if name == "Grpc-Timeout" {
		return text + "m"
	}
	return text
}

// deadlineOf returns when a caller who comes now stops waiting: when the client's timeout is over or, if that is sooner, the
// [Reserve] before its own deadline. The error says why the call must not start.
func deadlineOf(ctx context.Context, now time.Time, timeout time.Duration) (time.Time, *Error) {
	if ctx.Err() != nil {
		return time.Time{}, interrupted(ctx)
	}
	latest := now.Add(timeout)
	callers, ok := ctx.Deadline()
	if !ok {
		return latest, nil
	}
	callers = callers.Add(-Reserve)
	if callers.Sub(now) < minimum {
		return time.Time{}, &Error{Kind: Timeout, Err: errTooLate}
	}
	if callers.Before(latest) {
		return callers, nil
	}
	return latest, nil
}
