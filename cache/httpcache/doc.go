// Package httpcache is the caching policy of HTTP (RFC 9111): what of an upstream's answer may be kept, for whom, until when,
// and what a client may be told of it. It is pure functions of headers and times.
//
// # How an answer passes through it
//
//	request ── Evaluate ── Decision ── who keeps values ── Answer ── client
//	answer     may it be    times,      not this package    headers
//	override   kept?        validators
//
// [Evaluate] is the centre. It reads the answer's header once and returns a [Decision]: whether the answer may be kept, whether
// only for the identity that asked, and until when it is fresh, may be served while it is refreshed, or when its upstream
// fails. A Decision is plain data. [Answer] makes the headers for a client.
//
// What the functions stand on, a file a concern:
//
//	directives.go  Cache-Control, read leniently    RFC 9111 §5.2, §4.2.1
//	storable.go    may it be kept, and for whom     RFC 9111 §3, §3.5, §4.1
//	freshness.go   lifetime and age, and after it   RFC 9111 §4.2, RFC 5861
//	date.go        dates                            RFC 9110 §5.6.7
//	answer.go      what a client is told            RFC 9111 §5.1, §5.2.2
//
// Package httpcachetest puts a caching proxy around them, so that suites for HTTP caches can judge them.
//
// # Where the policy is stricter than the RFC
//
//   - An answer to a request with credentials is private unless it says public; s-maxage and must-revalidate, which RFC 9111
//     §3.5 takes as permission, too, are not enough. They are written by people who did not think of sharing.
//   - An answer with Set-Cookie is private.
//   - No answer may be stale because the upstream cannot be reached, unless it or an override says so.
//   - Answers without explicit freshness have no lifetime.
//   - An answer that would never be of use is not stored.
//
// # What it never does
//
// The functions make no call, read no clock and keep nothing. Nothing lifts a prohibition of the upstream: not an override, not
// a malformed header. What cannot be read counts as what is safer. 206 and HEAD answers are not kept.
package httpcache
