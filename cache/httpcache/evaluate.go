package httpcache

import (
	"net/http"
	"time"
)

// Request is what the policy needs to know of a request whose answer might be kept.
type Request struct {
	Method     string    // "" is GET
	Authorized bool      // it carried Authorization or other credentials
	Sent       time.Time // right before it was sent; zero: the call took no time
}

// Response is an answer that arrived in full. The policy reads its header and does not keep it.
type Response struct {
	Status   int
	Header   http.Header // keys in canonical form, as net/http has them
	Received time.Time   // when its header arrived
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
	IgnoreNoCache        bool          // the header's no-cache counts for nothing
	IgnorePrivate        bool          // nor does its private
}

// Decision is what may be done with an answer. It is comparable; its strings are the header's own.
type Decision struct {
	Store   bool    // if Private, only for the identity that asked
	Refusal Refusal // why not Store

	Private bool // only for the identity that asked, whether stored here or anywhere below

	Born                      time.Time // its age is counted from here (RFC 9111 §4.2.3); not after Received
	FreshUntil                time.Time // not before Born; Born when it must be validated every time
	StaleWhileRevalidateUntil time.Time // not before FreshUntil; RFC 5861 §3
	StaleIfErrorUntil         time.Time // not before FreshUntil; RFC 5861 §4

	ETag         string // validators (RFC 9110 §8.8); "": none
	LastModified string
}

// Evaluate decides about an answer, for a cache that keeps private answers as well, each only for the identity that asked.
// Those live by the rules of a private cache, all others by those of a shared one. Of an answer that must not be stored,
// privacy and times are told as well; a no-store answer has no lifetime.
//
// For a 304, hand in the status of the stored answer, and the 304's header over the stored one (RFC 9111 §3.2); who has not
// kept that, the 304's own, which names all that the policy reads except perhaps the validators.
//
// It does not allocate, unless a date is malformed.
func Evaluate(req Request, resp Response, o Override) Decision {
	e := evaluation{Directives: ParseDirectives(resp.Header["Cache-Control"]), req: req, resp: resp, override: o}
	e.NoCache, e.Directives.Private = e.NoCache && !o.IgnoreNoCache, e.Directives.Private && !o.IgnorePrivate
	e.private = e.isPrivate()
	e.noStore = e.NoStore && !(e.MustUnderstand && understood(resp.Status))

	d := Decision{
		Private:      e.private,
		Born:         resp.Received.Add(-e.age()),
		ETag:         first(resp.Header["Etag"]),
		LastModified: first(resp.Header["Last-Modified"]),
	}
	d.FreshUntil = d.Born.Add(e.lifetime())
	whileRevalidate, ifError := e.staleTimes()
	d.StaleWhileRevalidateUntil = d.FreshUntil.Add(whileRevalidate)
	d.StaleIfErrorUntil = d.FreshUntil.Add(ifError)
	d.Refusal = e.refusal(&d)
	d.Store = d.Refusal == None
	return d
}

// And is the decision about an answer that another one led to: what both allow.
func (d Decision) And(o Decision) Decision {
	d.Store, d.Private = d.Store && o.Store, d.Private || o.Private
	if d.Refusal == None {
		d.Refusal = o.Refusal
	}
	d.Born, d.FreshUntil = earlier(d.Born, o.Born), earlier(d.FreshUntil, o.FreshUntil)
	d.StaleWhileRevalidateUntil = earlier(d.StaleWhileRevalidateUntil, o.StaleWhileRevalidateUntil)
	d.StaleIfErrorUntil = earlier(d.StaleIfErrorUntil, o.StaleIfErrorUntil)
	return d
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// evaluation is an answer being decided about.
type evaluation struct {
	Directives
	req      Request
	resp     Response
	override Override

	private bool // only for the identity that asked: the rules for private caches apply
	noStore bool
}

// first returns the first line of a field, "" when there is none.
func first(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}
