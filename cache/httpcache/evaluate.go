package httpcache

import (
	"net/http"
	"time"
)

// Request is what the policy needs to know of a request whose answer might be kept.
type Request struct {
	Method     string    // "" is GET
	Authorized bool      // it carried Authorization or other credentials
	NoStore    bool      // its own Cache-Control says no-store (RFC 9111 §5.2.1.5)
	Sent       time.Time // right before it was sent; zero: the call took no time
}

// Response is an answer that arrived in full. The policy reads its header and does not keep it.
type Response struct {
	Status   int
	Header   http.Header // keys in canonical form, as net/http has them
	Received time.Time   // when its header arrived
}

// Scope says who reads the answers that a cache keeps.
type Scope uint8

// The scopes.
const (
	// Shared is a cache for everybody: private answers are not kept.
	Shared Scope = iota
	// Private is a cache that belongs to one identity. s-maxage and proxy-revalidate mean nothing to it.
	Private
	// Partitioned is a shared cache that keeps private answers as well, each only for the identity that asked. Private
	// answers live by the rules of a private cache, all others by those of a shared one.
	Partitioned
)

// Options say which cache the policy is for. The zero value is a shared cache that follows Cache-Control alone.
type Options struct {
	Scope   Scope
	Targets []string // targeted fields in order of preference (RFC 9213 §2.2), such as "CDN-Cache-Control"
	// Heuristic bounds the lifetime of answers that name none: a tenth of the time since they were last modified
	// (RFC 9111 §4.2.2). 0: they have no lifetime.
	Heuristic time.Duration
	Override  Override
}

// Override is what configuration or a schema says of an answer, beside its own header. It sets times; it never lifts a
// prohibition: no-store and private stand, no-cache leaves no lifetime, must-revalidate no time after it. It makes an answer
// without any caching header storable, and does not lengthen what is not cacheable by default (RFC 9110 §15.1), as errors of
// the server are. The zero value changes nothing.
type Override struct {
	MaxAge               time.Duration // the lifetime, shorter or longer than the header's; only with HasMaxAge
	HasMaxAge            bool          // false: the lifetime is the header's
	StaleWhileRevalidate time.Duration // in place of the header's; 0: the header's
	StaleIfError         time.Duration // in place of the header's; 0: the header's
	Private              bool          // the answer is only for the identity that asked
}

// Decision is what may be done with an answer. It is comparable; its strings are the header's own.
type Decision struct {
	Store   bool
	Refusal Refusal // why not Store

	Private        bool // only for the identity that asked, whether stored here or anywhere below
	MustRevalidate bool // once stale, it is never served without asking (RFC 9111 §5.2.2.2): both times below are FreshUntil

	Born                      time.Time // its age is counted from here (RFC 9111 §4.2.3); not after Received
	FreshUntil                time.Time // not before Born; Born when it must be validated every time
	StaleWhileRevalidateUntil time.Time // not before FreshUntil; RFC 5861 §3
	StaleIfErrorUntil         time.Time // not before FreshUntil; RFC 5861 §4

	ETag         string // validators (RFC 9110 §8.8); "": none
	LastModified string
}

// Evaluate decides about an answer. Of an answer that must not be stored, privacy and times are told as well, for the sake of
// clients' caches; a no-store answer has no lifetime.
//
// For a 304, hand in the header that [Freshen] returns and the status of the stored answer; who has not kept its header, the
// 304's own, which names all that the policy reads except perhaps the validators.
//
// It does not allocate, unless a date is malformed or a targeted field has several lines.
func Evaluate(req Request, resp Response, o Options) Decision {
	directives, targeted := controls(resp.Header, o.Targets)
	e := evaluation{Directives: directives, targeted: targeted, req: req, resp: resp, options: o}
	e.private = e.isPrivate()
	e.shared = o.Scope == Shared || o.Scope == Partitioned && !e.private
	e.noStore = req.NoStore || e.NoStore && !(e.MustUnderstand && understood(resp.Status))

	d := Decision{
		Private:        e.private,
		MustRevalidate: e.mustRevalidate(),
		Born:           resp.Received.Add(-e.age()),
		ETag:           first(resp.Header["Etag"]),
		LastModified:   first(resp.Header["Last-Modified"]),
	}
	d.FreshUntil = d.Born.Add(e.lifetime())
	whileRevalidate, ifError := e.staleTimes()
	d.StaleWhileRevalidateUntil = d.FreshUntil.Add(whileRevalidate)
	d.StaleIfErrorUntil = d.FreshUntil.Add(ifError)
	d.Refusal = e.refusal(&d)
	d.Store = d.Refusal == None
	return d
}

// evaluation is an answer being decided about.
type evaluation struct {
	Directives
	targeted bool // they are a targeted field's
	req      Request
	resp     Response
	options  Options

	private bool // only for the identity that asked
	shared  bool // the rules for shared caches apply
	noStore bool
}

// first returns the first line of a field, "" when there is none.
func first(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}
