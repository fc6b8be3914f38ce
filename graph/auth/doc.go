// Package auth finds out who asks.
//
//	Credentials ── one method ── Caller       somebody, and what was verified of them
//	               of those      nil          nobody: there are no credentials
//	               configured    *Refused     credentials that are bad: 401, and never nobody
//	                             Unavailable  nobody can say at this moment: 503
//
// Each method reads one place, and judges all that it finds there:
//
//   - token.go: Authorization: Bearer with a JSON Web Token (RFC 7519) of one of the issuers, whose keys keys.go reads and issuer.go fetches.
//   - introspection.go: Authorization: Bearer with any other token, which the server that has issued it is asked about (RFC 7662).
//   - apikeys.go: a header with an API key, of which a file has the digest.
//   - gateway.go: a header of a gateway in front, which has found out itself; from its networks only.
//   - certificate.go: the certificate that the connection's client has shown (RFC 8446 §4.4.2).
//
// A request that has two of the headers is refused: which of them says who asks would be a guess. Any of them goes before the
// connection's certificate, which says what machine it is that a user's token comes through. What a method that is not configured would
// read is none of this package's business, and may be meant for a service.
//
// A bad credential is never answered by another one, nor as if it were not there. A token with two dots is a JSON Web Token, and is not
// introspected, however wrong it is.
//
// What was verified once is kept, so that it is not verified again (kept.go): until it expires, and as long as its issuer has the key that
// it was verified with. Keys come off the request path, from a [schedule.Scheduler]: no request waits for an issuer, and an unknown key
// has it asked at most once in half a minute. Of an issuer that cannot be reached the last keys hold for a day. Introspection is the one
// method that calls somebody while a request waits, within its deadline.
//
// golang-jwt reads tokens and verifies signatures. Sets of keys are read here, and fetched here: keyfunc, which is made for that, lets a
// request with an unknown key wait for the issuer, keeps goroutines of its own, and bounds no body; and jwkset, which it stands on, takes
// points for keys that are on no curve, and exponents that do not fit.
//
// Nothing in the package logs a credential, or a claim.
package auth
