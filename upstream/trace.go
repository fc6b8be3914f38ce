package upstream

import (
	"bytes"
	"cmp"
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
	Duration time.Duration // as long as this caller waited
	Keys     int
	Shared   bool // another caller had sent it
	Bytes    int  // of the decompressed body of a 2xx
	Err      Kind // "" when it succeeded
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
		Shared   bool    `json:"shared"`
		Bytes    int     `json:"bytes,omitempty"`
		Error    Kind    `json:"error,omitempty"`
	}{c.Upstream, c.Endpoint, c.At, c.Method, c.Path, c.Status, milliseconds(c.Start), milliseconds(c.Duration), c.Keys, c.Shared, c.Bytes, c.Err})
	return b.Bytes(), err
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// Recorder collects the calls of one request of the graph. It is safe for concurrent use. What was refused before it could
// be sent or shared is not a call. A nil Recorder records nothing.
type Recorder struct {
	began time.Time

	mu    sync.Mutex // guards calls
	calls []Call
	room  [2]Call // for the first calls
}

// Begin makes the recorder begin now: times of calls are since then. It must not be called while there are calls.
func (r *Recorder) Begin() { r.began = time.Now() }

// Calls returns the calls that have ended so far, by start; the slice is the caller's.
func (r *Recorder) Calls() []Call {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	calls := append([]Call{}, r.calls...) // none is an empty list, also in JSON
	r.mu.Unlock()
	slices.SortStableFunc(calls, func(a, b Call) int { return cmp.Compare(a.Start, b.Start) })
	return calls
}

// Sent returns how many of the calls that have ended no other caller had sent.
func (r *Recorder) Sent() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.calls {
		if !r.calls[i].Shared {
			n++
		}
	}
	return n
}

func (r *Recorder) elapsed() time.Duration {
	if r == nil {
		return 0
	}
	return time.Since(r.began)
}

// add records a call that began at start and ends now.
func (r *Recorder) add(upstream string, req *Request, start time.Duration, res *Response, shared bool, failure *Error) {
	if r == nil || failure != nil && failure.Kind == BadInput {
		return
	}
	call := Call{
		Upstream: upstream, Endpoint: req.Endpoint, At: req.At, Method: req.method(), Path: req.Path,
		Start: start, Duration: r.elapsed() - start, Keys: req.Keys, Shared: shared,
	}
	if failure != nil {
		call.Status, call.Err = failure.Status, failure.Kind
	} else {
		call.Status, call.Bytes = res.Status, len(res.Body)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls == nil {
		r.calls = r.room[:0]
	}
	r.calls = append(r.calls, call)
}
