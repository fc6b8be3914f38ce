// Package operation makes operations of what clients ask for, and runs them. Every transport passes its [Engine]; it knows none of
// them, HTTP included: what they bring is a [Request], and what they hand on is an [Answer], both plain values.
//
// A request passes through it in this order:
//
//  1. identify.go says what its id stands for, and whether it may be asked for in this way: an operation that [Engine.Install] has made
//     ready (installed.go), or a text that a client has registered (package persisted).
//  2. gqlgen's extensions may change its parameters (extensions.go says where else they come in).
//  3. It becomes a [Prepared] operation, unless it brings one: documents.go parses the document, has package limit count what it costs,
//     and validates it, behind queue.go, once while package document keeps it; locate.go mends places in it; refuse.go turns away what
//     is not served; the schema plans it.
//  4. run.go gives it its variables, as package coercion makes them, within limits; prices.go refuses what may cost too much.
//  5. The schema executes it, under a deadline (package deadline).
//  6. errors.go decides what of each error the client sees, by its kind (kind.go) if it has one; watch.go adds the report of what
//     was done, when asked to.
//
// A Prepared has all that is the same for every run of it, so that nothing of it is done twice: there is no text to parse, and none
// to look up. Those that [Engine.Install] made stay until others take their place; those that [Engine.Find] finds come and go with
// the documents that were used last; those that [Engine.Prepare] returns belong to who keeps them. Variables are each run's own, and choose among the plans of an operation that has conditions.
//
// It imports no executor of this module: the schema is gqlgen's interface, and what it may do besides it shows by its methods (a plan before the
// first run, places of fields for the log). Kinds of errors reach it through an interface, what may be kept as an extension of
// gqlgen's statistics. How an operation is run, and the record of what it did, are a [fetch.Run], which it puts under the context of
// each: whoever runs the operation writes the record always, and only here does anybody read it. It never shows a client the text of an error that was not made for clients, and
// never streams: subscriptions and @defer are refused, in words.
package operation
