// Package edge is GraphQL over HTTP, and nothing else: it turns requests into operations of an engine (package operation), and what
// that answers into responses.
//
// A request passes through it in this order, once accept.go and package coding have chosen what the answer is written in:
//
//  1. csrf.go refuses what a browser sends on behalf of another site, unless cors.go trusts that.
//  2. request.go reads what is asked for from body (body.go, envelope.go, decode.go) or URL, at most so many bytes: a text, or an operation's id,
//     wherever clients put it (ids.go). What an id means is the engine's business.
//  3. The engine prepares and runs it, for as long as the client waits (patience.go). Nothing of HTTP is left then but the request's headers.
//  4. answer.go writes the answer in the chosen media type, and compress.go in the chosen content coding;
//     how long who receives it may keep it is the executor's word, which policy.go hands on, and vary.go says for which requests.
//     Who has it already (etag.go) gets 304.
//
// Beside /graphql the handler answers /healthz and /readyz (health.go), and mounts a playground at / when it is
// given one (handler.go).
//
// It never echoes a request's body. Browsers reach it from its own origin, and from those that cors.go trusts. It never streams.
//
// Statuses follow GraphQL over HTTP: a request that is no GraphQL request is 400, or the 4xx that says why. Whatever was one has the
// status of its answer's [operation.Class]: what does not parse or validate is 200 as application/json and 400 as
// application/graphql-response+json; an id that is not known is 200, since clients look for that nowhere else; anything that was
// executed is 200, errors included; credentials that are bad are 401 with WWW-Authenticate, and so is an operation that is rejected as a whole
// since nobody is known, where 403 stands for a caller who may not; what ran out of time before it had any
// answer is 504, and what there is no room for 503 with Retry-After.
package edge
