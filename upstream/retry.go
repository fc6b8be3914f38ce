package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// After which time calls are repeated.
const (
	retryShortest = 25 * time.Millisecond // the most that the first one waits; doubled for each that follows
	retryLongest  = 250 * time.Millisecond
)

// repeat is what a failure says of sending the request once more.
type repeat struct {
	lost    bool   // the connection was, or there was none
	unsent  bool   // there was none: nothing of the request has arrived
	refused bool   // there was none, since nobody listens, as while a service is restarted
	after   string // Retry-After
}

// repeatable reports whether a request may be sent again: the service has not acted on it; or the failure may pass, and it changes nothing, or has
// a key by which the service knows it.
func repeatable(out *outgoing, f *Error) bool {
	switch {
	case f.repeat.lost && f.repeat.unsent:
		return true
	case !out.safe && !out.keyed:
		return false
	}
	switch f.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusTooManyRequests:
		return f.repeat.after != ""
	}
	return f.repeat.lost
}

// again reports whether the attempt that follows the n-th, which has failed, is to be made, and after which time. It takes from the budget. One
// follows a connection that was refused, however few there may be: nobody has seen the request, and another instance, or the next one, will.
func (c *Client) again(ctx context.Context, n int, out *outgoing, f *Error) (wait time.Duration, ok bool) {
	most := c.policies.Retries
	if f.repeat.refused {
		most = max(most, 1)
	}
	if n > most || !repeatable(out, f) {
		return 0, false
	}
	now := time.Now()
	wait = time.Duration(rand.Int64N(int64(min(retryShortest<<min(n-1, 8), retryLongest))))
	if f.repeat.after != "" {
		after, understood := retryAfter(f.repeat.after, now)
		if !understood {
			return 0, false
		}
		wait += after
	}
	if deadline, limited := ctx.Deadline(); limited && deadline.Sub(now)-wait < minimum {
		return 0, false
	}
	return wait, c.policies.budget.take(now)
}

// retryAfter reads a Retry-After (RFC 9110 §10.2.3): seconds, or a date.
func retryAfter(text string, now time.Time) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	at, err := http.ParseTime(text)
	return max(0, at.Sub(now)), err == nil
}

// pause waits, and reports whether ctx has lasted.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// How many retries an upstream gets from all calls together.
const (
	budgetShare = 5   // calls pay for one
	budgetLeast = 3   // that there are at the beginning, and that come back, one a second
	budgetMost  = 100 // that are saved
)

// budget is how many retries may be made. So a service of which everything fails gets a fifth more calls, and not twice as many.
type budget struct {
	mu      sync.Mutex // guards what follows
	fifths  int        // what there is, in parts of a retry
	refused uint64     // that were not made for want of budget
	filled  time.Time  // when the last one came back by time
}

// pay counts a call.
func (b *budget) pay() {
	b.mu.Lock()
	b.fifths = min(b.fifths+1, budgetMost*budgetShare)
	b.mu.Unlock()
}

// take takes a retry, and reports whether there was one.
func (b *budget) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.filled.IsZero() {
		b.fifths, b.filled = b.fifths+budgetLeast*budgetShare, now
	}
	if seconds := int(now.Sub(b.filled) / time.Second); seconds > 0 {
		b.filled = b.filled.Add(time.Duration(seconds) * time.Second)
		if missing := budgetLeast*budgetShare - b.fifths; missing > 0 {
			b.fifths += min(missing, seconds*budgetShare)
		}
	}
	if b.fifths < budgetShare {
		b.refused++
		return false
	}
	b.fifths -= budgetShare
	return true
}

// passing reports whether the failure of a connection may be gone the next time.
func passing(err error) bool {
	_, refused := errors.AsType[*refusedAddress](err)
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	return !refused && !certificate && !record && !alert
}
