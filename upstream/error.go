package upstream

import (
	"fmt"
	"math"
	"net/http"
	"strings"
)

// Kind says what a failure means to the one who asked, whatever caused it on the wire.
type Kind string

// The kinds of failure. A status that the upstream sent is in [Error.Status]; zero means that we inferred the kind.
const (
	Timeout         Kind = "timeout"         // no complete answer in time; 408 and 504
	Unavailable     Kind = "unavailable"     // refused, reset, cut short, DNS, TLS, no free slot, panic; 5xx
	NotFound        Kind = "not_found"       // 404 and 410
	Unauthenticated Kind = "unauthenticated" // 401
	Forbidden       Kind = "forbidden"       // 403
	RateLimited     Kind = "rate_limited"    // 429
	CircuitOpen     Kind = "circuit_open"    // it was not called, since too many calls have failed lately
	Rejected        Kind = "rejected"        // any other 4xx, and every 3xx that is not followed, see [Options.Redirects]
	BadResponse     Kind = "bad_response"    // a 2xx that is not JSON, too large, or does not decompress
	Off             Kind = "off"             // the client is turned off: nothing was sent
	BadInput        Kind = "bad_input"       // the request was refused before it was sent
	Canceled        Kind = "canceled"        // the caller went away, or takes no more of the answer
)

// Error is the only error type that [Client.Do] returns. The caller owns it.
type Error struct {
	Upstream string    // the upstream's name in the schema
	Endpoint string    // the binding that called; "" when it gave no name
	At       string    // where that stands in the schema; "" when it did not say
	Kind     Kind      // what it means
	Status   int       // what the upstream answered; 0 when there was no answer
	Problem  *Problem  // what the upstream said about it; nil when it said nothing that we read
	Mismatch *Mismatch // why the answer cannot be used, of a BadResponse; nil: nothing more is known
	Call     uint64    // whose answer it is about, when that was found in it later: see [Recorder.Failed]; 0: none, or nobody knows
	Err      error     // the cause; nil when the status says it all. Its text is safe to log, what it wraps may not be.

	Header    http.Header // of a NotFound, which may be kept like an answer; nil otherwise, and without Set-Cookie
	SetCookie bool        // a NotFound had one

	redirect *Redirect // of a status that says where else the answer is
	unknown  bool      // see OutcomeUnknown
	repeat   repeat    // whether the request may be sent again
}

// AnyCall stands for one of the calls of an error's endpoint.
const AnyCall = math.MaxUint64

// Error is safe to log: it names upstream, endpoint and its place in the schema, kind, status and cause, never a URL, host, query, header
// or body.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("upstream " + e.Upstream)
	if e.Endpoint != "" {
		b.WriteString(", " + e.Endpoint)
	}
	if e.At != "" {
		b.WriteString(" (" + e.At + ")")
	}
	b.WriteString(": " + strings.ReplaceAll(string(e.Kind), "_", " "))
	if e.Status != 0 {
		fmt.Fprintf(&b, " (status %d)", e.Status)
	}
	switch {
	case e.Err != nil:
		b.WriteString(": " + e.Err.Error())
	case e.Mismatch != nil:
		b.WriteString(": " + e.Mismatch.String())
	}
	return b.String()
}

// Unwrap returns the cause, for [errors.Is] and [errors.As]: context errors and system errors can be found in it.
func (e *Error) Unwrap() error { return e.Err }

// ErrorKind returns what an error presenter needs, without importing this package: the kind, the upstream's name and the
// status it answered, 0 without an answer, and for what was found wrong in an answer later: its status is right.
func (e *Error) ErrorKind() (kind, upstream string, status int) {
	if e.Kind == BadResponse && e.Call != 0 {
		return string(e.Kind), e.Upstream, 0
	}
	return string(e.Kind), e.Upstream, e.Status
}

// OutcomeUnknown reports whether a POST, PUT, PATCH or DELETE may or may not have taken effect: it was sent, or may have
// been, and no answer was read, because the time was over, the caller went away or the connection broke; or the upstream
// failed over it (any 5xx, and 408). It is false where nothing was sent (refused, no free slot, no connection), where the upstream
// answered anything else, and for every GET, which has no effect.
func (e *Error) OutcomeUnknown() bool { return e.unknown }

// Explained returns what the upstream said about it that a client may read; nil where it said nothing.
func (e *Error) Explained() *Problem { return e.Problem }

// of returns the error as one waiter's own: of that upstream, for that request.
func (e *Error) of(upstream string, r *Request) *Error {
	own := *e
	own.Upstream, own.Endpoint, own.At = upstream, r.Endpoint, r.At
	return &own
}
