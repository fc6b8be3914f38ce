// Package oauth has the tokens that calls to services carry: those of this service (RFC 6749 §4.4, client credentials), and those that are
// for who asks (RFC 8693, token exchange). A [Source] is one upstream's.
//
//	Authorize ── the token that is kept holds ── the call has it
//	          └─ else ── a flight: one question to the token endpoint, for all who want the same token
//
// A question has a time of its own: who waits for it gives up when its own time is over, and the token is kept all the same. At 80 % of
// its life a token is asked for anew, off the request path, and used until the new one is there, or it ends. One that a service has
// refused is dropped, and another one is asked for; once in 10 s at most, since a service may refuse whatever it gets.
//
// Where the endpoint fails, calls without a token fail at once, and the endpoint is asked again after a second, two, and so on, up to half a
// minute. What it says of one caller, whose token it does not take, holds for that caller, for 10 s.
//
// Kept tokens are in this process only, bounded, and found by the digest of the token that they were exchanged for. No log, error or status has
// any of them, nor the secret.
//
// Not golang.org/x/oauth2: it asks under the context of whoever made the source, holds all who wait for it in a mutex that no deadline ends,
// and its errors have the endpoint's answer.
package oauth
