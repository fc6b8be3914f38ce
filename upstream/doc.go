// Package upstream speaks HTTP to the services behind the graph. It is the only package that does: one [Client] for each
// upstream, built once from what the schema says ([Spec]) and what the configuration says ([Options]).
//
// A call passes through [Client.Do] in this order:
//
//	check     the caller has enough time left, the client is open                        deadline.go, gate.go
//	address   the path cannot leave the base URL; constant query and headers,            path.go, outgoing.go
//	          credential, forwarded headers, validators
//	authorize the Authorization of this service, or for who asks, where it is renewed    authorize.go
//	attempt   once, and again where a failure may pass and the budget has a retry;       attempt.go, retry.go, breaker.go
//	          not at all while the endpoint's breaker is open: see [Failing]
//	wait      for one of the upstream's slots, within the timeout                        client.go
//	send      one HTTP request, to an address that may be called                         client.go, pool.go, transport.go, egress.go, tls.go
//	read      status to [Kind], content type, decompression, size limit                  receive.go, body.go, encoding.go
//	record    what happened                                                              record.go
//
// The outcome is a [Response] with the whole, decompressed body, or an [*Error] whose [Kind] says what the failure means.
//
// What a caller can rely on:
//
//   - No call outlives its timeout, nor the caller's deadline minus 50 ms, in which the rest of the answer is written.
//   - Of the incoming request's headers only those in [Spec.ForwardHeaders] reach the upstream, and every one of them
//     separates: whoever shares or keeps answers does so only among callers of whom all these values are equal, which
//     [Client.AppendIdentity] tells.
//   - Each call is one of its own: who wants the same at the same time is package cache's matter. [Client.Writes] tells it
//     when a write may have come in between.
//   - A write whose effect is uncertain can be told from one that had none: [Error.OutcomeUnknown].
//   - Errors, reports and printed options hold no URL, no constant query or header and no credential.
//   - No call goes elsewhere than below the base URL, nor to an address that [Egress] refuses.
//   - A panic below Do is an error of that call.
//
// What the package never does: follow redirects that nobody has allowed, keep cookies, read proxy settings from the environment, parse the JSON of
// a successful answer, write logs, or repeat a request that a service may have acted on, unless it changes nothing
// or has a key by which the service knows it.
package upstream
