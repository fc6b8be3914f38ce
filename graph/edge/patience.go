package edge

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"weft/graph/protocol"
)

// maxPatience is the longest time that a client may ask for, in milliseconds; an operation gets its engine's time at most in any case.
const maxPatience = 24 * 60 * 60 * 1000

// patience returns the context that a request's operation runs under: one that ends when its client will not wait any longer, if it says
// so (protocol.TimeoutHeader). Whoever gets it calls end.
func patience(r *http.Request) (ctx context.Context, end context.CancelFunc, refused *refusal) {
	said := r.Header[protocol.TimeoutHeader]
	if len(said) == 0 {
		return r.Context(), func() {}, nil
	}
	ms, err := strconv.Atoi(said[0])
	if err != nil || len(said) > 1 || ms < 1 || ms > maxPatience {
		return nil, nil, refusef(http.StatusBadRequest, "%s must be one number of milliseconds from 1 to %d", protocol.TimeoutHeader, maxPatience)
	}
	ctx, end = context.WithTimeout(r.Context(), time.Duration(ms)*time.Millisecond)
	return ctx, end, nil
}
