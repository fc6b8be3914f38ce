package upstream

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// Call is one call as its caller saw it. Times are since the recorder began.
type Call struct {
	Upstream string
	Endpoint string
	Method   string
	Path     string // path and query as the binding made them: without base URL, constant query and headers
	Status   int    // 0 without an answer
	Start    time.Duration
	Duration time.Duration // as long as this caller waited
	Keys     int
	Shared   bool // another caller had sent it
	Bytes    int  // of the decompressed body of a 2xx
	Err      Kind // "" when it succeeded
}

// Recorder collects the calls of one request of the graph. It is safe for concurrent use. What was refused before it could
// be sent or shared is not a call. A nil Recorder records nothing.
type Recorder struct {
	began time.Time

	mu    sync.Mutex // guards calls
	calls []Call
}

// NewRecorder returns a recorder that begins now.
func NewRecorder() *Recorder { return &Recorder{began: time.Now()} }

type recorderKey struct{}

// WithRecorder returns a context whose calls r records.
func WithRecorder(ctx context.Context, r *Recorder) context.Context {
	return context.WithValue(ctx, recorderKey{}, r)
}

func recorderOf(ctx context.Context) *Recorder {
	r, _ := ctx.Value(recorderKey{}).(*Recorder)
	return r
}

// Calls returns the calls that have ended so far, by start; the slice is the caller's.
func (r *Recorder) Calls() []Call {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	calls := slices.Clone(r.calls)
	r.mu.Unlock()
	slices.SortStableFunc(calls, func(a, b Call) int { return cmp.Compare(a.Start, b.Start) })
	return calls
}

func (r *Recorder) elapsed() time.Duration {
	if r == nil {
		return 0
	}
	return time.Since(r.began)
}

// add records a call that began at start and ends now.
func (r *Recorder) add(upstream, method string, req Request, start time.Duration, res *Response, shared bool, failure *Error) {
	if r == nil {
		return
	}
	call := Call{
		Upstream: upstream, Endpoint: req.Endpoint, Method: method, Path: req.Path,
		Start: start, Duration: r.elapsed() - start, Keys: req.Keys, Shared: shared,
	}
	if failure != nil {
		call.Status, call.Err = failure.Status, failure.Kind
	} else {
		call.Status, call.Bytes = res.Status, len(res.Body)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, call)
}
