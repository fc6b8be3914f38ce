package upstream

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// Call is one call as its caller saw it. Times are since the recorder began.
type Call struct {
	Upstream string
	Endpoint string
	At       string // where the endpoint stands in the schema
	Method   string
	Path     string // path and query as the binding made them: without base URL, constant query and headers
	Status   int    // 0 without an answer
	Start    time.Duration
	Duration time.Duration
	Bytes    int       // of the decompressed body of a 2xx
	Wire     int       // of that body as it arrived
	Err      Kind      // "" when it succeeded, and its answer could be used
	Mismatch *Mismatch // why its answer cannot be used, or the first part of it that cannot; nil: it can, or nobody knows

	Asks
}

// MarshalJSON writes the call as extensions.weft.calls shows it: times in milliseconds, what is empty left out, and the path
// with its & as it is, where the encoder that asks leaves it so.
func (c Call) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		Upstream string  `json:"upstream"`
		Binding  string  `json:"binding,omitempty"`
		At       string  `json:"at,omitempty"`
		Method   string  `json:"method"`
		Path     string  `json:"path"`
		Status   int     `json:"status,omitempty"`
		Start    float64 `json:"start"`
		Duration float64 `json:"duration"`
		Keys     int     `json:"keys,omitempty"`
		Ahead    int     `json:"ahead,omitempty"`
		Members  Members `json:"members,omitzero"`
		Bytes    int     `json:"bytes,omitempty"`
		Wire     int     `json:"wire,omitempty"`
		Error    Kind    `json:"error,omitempty"`

		Reason *Mismatch `json:"reason,omitempty"`
	}{
		c.Upstream, c.Endpoint, c.At, c.Method, c.Path, c.Status, milliseconds(c.Start), milliseconds(c.Duration), c.Keys, c.Ahead, c.Members, c.Bytes, c.Wire, c.Err,
		c.Mismatch,
	})
	return b.Bytes(), err
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// Recorder collects the calls of one request of the graph. It is safe for concurrent use. What was refused before it could
// be sent is not a call. A nil Recorder records nothing.
type Recorder struct {
	began time.Time

	mu    sync.Mutex // guards calls
	calls []recorded
	again int         // of these, those that follow another call for the same answer
	room  [2]recorded // for the first calls
}

// recorded is a call, and the number that its client has for it.
type recorded struct {
	Call
	number uint64
}

// running is the Duration of a call that has not ended.
const running = -1

// Begin makes the recorder begin now: times of calls are since then. It must not be called while there are calls.
func (r *Recorder) Begin() { r.began = time.Now() }

// Calls returns the calls that have ended so far, by start; the slice is the caller's.
func (r *Recorder) Calls() []Call {
	if r == nil {
		return nil
	}
	calls := []Call{} // none is an empty list, also in JSON
	r.mu.Lock()
	for i := range r.calls {
		if r.calls[i].Duration != running {
			calls = append(calls, r.calls[i].Call)
		}
	}
	r.mu.Unlock()
	slices.SortStableFunc(calls, func(a, b Call) int { return cmp.Compare(a.Start, b.Start) })
	return calls
}

// Ended returns how many calls have ended so far.
func (r *Recorder) Ended() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.calls {
		if r.calls[i].Duration != running {
			n++
		}
	}
	return n
}

// Repeated returns how many calls were made since one for the same answer did not bring it: retries, redirects, and those with another
// Authorization.
func (r *Recorder) Repeated() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.again
}

// Left says that the request waits no more for the calls of an endpoint that are running. Whatever becomes of them, for the request
// they have ended now, with that failure.
func (r *Recorder) Left(endpoint string, failure Kind) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.calls {
		if c := &r.calls[i]; c.Endpoint == endpoint && c.Duration == running {
			c.Duration, c.Err = r.elapsed()-c.Start, failure
		}
	}
}

// Failed says that a call has failed, which was found when it had ended: its answer, or a part of it, cannot be used. What was found first is
// kept. Nothing happens where the call is another request's.
func (r *Recorder) Failed(e *Error) {
	if r == nil || e.Call == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range slices.Backward(r.calls) { // of a call that was redirected the last has the answer
		c := &r.calls[i]
		if c.Upstream != e.Upstream || c.number != e.Call && (e.Call != AnyCall || c.Endpoint != e.Endpoint) {
			continue
		}
		if c.Err == "" && c.Duration != running {
			c.Err, c.Mismatch = e.Kind, e.Mismatch
		}
		return
	}
}

func (r *Recorder) elapsed() time.Duration { return time.Since(r.began) }

// begin records that a call begins, and returns its index.
func (r *Recorder) begin(upstream string, number uint64, req *Request) int {
	if r == nil {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls == nil {
		r.calls = r.room[:0]
	}
	if req.sent {
		r.again++
	}
	r.calls = append(r.calls, recorded{number: number, Call: Call{
		Upstream: upstream, Endpoint: req.Endpoint, At: req.At, Method: req.method(), Path: req.Path,
		Start: r.elapsed(), Duration: running, Asks: req.Asks,
	}})
	return len(r.calls) - 1
}

// end records how the call with that index has ended.
func (r *Recorder) end(index int, res *Response, failure *Error) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	call := &r.calls[index]
	if call.Duration != running { // see Left
		return
	}
	call.Duration = r.elapsed() - call.Start
	if failure != nil {
		call.Status, call.Err, call.Mismatch = failure.Status, failure.Kind, failure.Mismatch
	} else {
		call.Status, call.Bytes, call.Wire = res.Status, len(res.Body), res.Wire
	}
}

// recorded sends a request, and records that.
func (c *Client) recorded(ctx context.Context, number uint64, r *Request, out *outgoing) (*Response, *Error) {
	call := r.Recorder.begin(c.name, number, r)
	r.sent = true
	res, failure := c.send(ctx, out)
	r.Recorder.end(call, res, failure)
	return res, failure
}
