// Package edge is GraphQL over HTTP: it turns requests into operations of a graphql.ExecutableSchema,
// and what they answer into responses. It is also where a service listens, drains and ends.
//
// A request passes through it in this order:
//
//  1. csrf.go refuses what a browser sends on behalf of another site.
//  2. request.go reads the parameters from body (body.go, envelope.go) or URL, at most so many bytes (limit.go).
//  3. engine.go makes an operation of them: documents.go parses the document, has package limit count what it costs, and
//     validates it, behind queue.go, once while package document keeps it. variables.go, scalars.go, literals.go and
//     surrogates.go refuse inputs that are no values of their types, conditions.go null for a condition, and refuse.go what
//     this edge does not serve.
//  4. The schema executes it, under a deadline (deadline.go).
//  5. errors.go decides what of each error the client sees, by its kind (kind.go) if it has one; trace.go adds the report
//     of what was done, when asked to.
//  6. answer.go writes the response in the media type that accept.go chose; how long who receives it may keep it is the executor's
//     word, and policy.go hands it on.
//
// Beside /graphql the handler answers /healthz and /readyz (health.go), and mounts a playground at / when it is
// given one. ListenAndServe (serve.go) runs it and,
// when its context ends, takes it out of service without dropping a request. Main (exit.go) is the shell
// around a service's run function.
//
// A process ends in its time, whatever runs in it. The first SIGTERM or interrupt begins the lame duck (ServeOptions.LameDuck, none
// by default), then the drain (ServeOptions.Drain, 20 s at most). In it, a client that has something to send may pause for a
// second (inbound.go; otherwise for 5 s in a body, which has 15 s). Then connections are closed, contexts of requests end, and
// Serve returns; handlers that still run are left behind. What run closes after that has 3 s (grace.go). The status is
// 0 when all was answered and closed, 1 when something was cut off, and 143 or 130 after a second SIGTERM or interrupt, which ends
// the process at once.
//
// It imports packages document, limit and protocol of this module, and nothing else: kinds of errors reach it through an
// interface, traces through a function, what may be kept as an extension of gqlgen's statistics. It never echoes a request's
// body, and never shows a client the text of an error that was not made for clients. It sends no CORS headers, so browsers reach it from its own origin only. It
// never streams: subscriptions and @defer are refused, in words.
//
// Statuses follow GraphQL over HTTP: a request that is no GraphQL request is 400, or the 4xx that says why; an
// operation that does not parse or validate is 200 as application/json and 400 as
// application/graphql-response+json; anything that was executed is 200, errors included. An operation that
// ran out of time before it had any answer is 504, one that there is no room for 503 with Retry-After.
package edge
