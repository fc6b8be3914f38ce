// Package admin is what those who run a service may ask of it, on a listener of its own:
//
//	POST /invalidate   forget what is kept of tags, types and keys
//	GET  /status       how the service is doing, as JSON
//	GET  /switches     what is turned off, by whom, when and why
//	POST /switches     turn something off, or on again
//	GET  /healthz      200 for as long as the process answers at all
//
// A request passes through it so: without the token it is 401, but for /healthz; a body is read within bounds and checked as
// a whole, then all that it names is forgotten (invalidate.go), or the switch turned (switches.go), in one call. What is refused is a problem
// of RFC 9457 (problem.go), as application/problem+json.
//
// It knows no cache: what forgets, turns and tells are functions of [Options]. It never answers without the token what it
// would answer with it, and never echoes the token. Of a body it quotes names of types and switches alone, and of errors it shows those that
// are worded for clients.
package admin
