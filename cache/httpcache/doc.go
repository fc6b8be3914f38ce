// Package httpcache is the caching policy of HTTP (RFC 9111): what of an upstream's answer may be kept, for whom, until when,
// and what a client may be told of it. It is pure functions of headers and times, and one [http.RoundTripper] that applies them.
//
// # How an answer passes through it
//
//	request ── Evaluate ── Decision ── who keeps answers ── Part ── Answer ── client
//	answer     may it be    times,      not this package             the strictest
//	override   kept?        validators                               of all parts
//
// [Evaluate] is the centre. It reads the answer's header once and returns a [Decision]: whether the answer may be kept, whether
// only for the identity that asked, and until when it is fresh, may be served while it is refreshed, or when its upstream
// fails. A Decision is plain data; [Decision.Use] says later what a kept answer is good for. An answer to a client made of
// many such parts has the policy of the strictest of them: [Answer].
//
// What the functions stand on, a file a concern:
//
//	directives.go  Cache-Control, read leniently                     RFC 9111 §5.2, §4.2.1
//	targeted.go    CDN-Cache-Control and its like, read strictly     RFC 9213
//	storable.go    may it be kept, and for whom                      RFC 9111 §3, §3.5
//	freshness.go   lifetime and age                                  RFC 9111 §4.2
//	use.go         what a kept answer is good for                    RFC 9111 §4, §4.2.4, §5.2.1, RFC 5861
//	vary.go        which kept answer fits a request                  RFC 9111 §4.1
//	validate.go    asking whether a kept answer is still right       RFC 9111 §4.3, §3.2, RFC 9110 §13
//	invalidate.go  what a write makes invalid                        RFC 9111 §4.4
//	status.go      telling where an answer came from                 RFC 9211
//	answer.go      the policy of an answer made of parts
//
// [Transport] is a cache over any HTTP server, complete and small; it shows the policy at work and lets it be tested against
// real servers. It keeps answers in a [Store].
//
// # Where the policy is stricter than the RFC
//
//   - An answer to a request with credentials is private unless it says public; s-maxage and must-revalidate, which RFC 9111
//     §3.5 takes as permission, too, are not enough. They are written by people who did not think of sharing.
//   - An answer with Set-Cookie is private. To Transport, a request's cookies are credentials.
//   - Nothing is served stale because the upstream cannot be reached, unless the answer, the request or an override says so.
//   - Answers without explicit freshness have no lifetime, unless [Options].Heuristic says so.
//   - An answer that would never be of use is not stored.
//
// # What it never does
//
// The functions make no call, read no clock and keep nothing. Nothing lifts a prohibition of the upstream: not an override, not
// a malformed header. What cannot be read counts as what is safer. 206 and HEAD answers are not kept.
package httpcache
