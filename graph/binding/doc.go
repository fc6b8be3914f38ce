// Package binding runs what the compiler (graph/bindgen) made of a schema's directives: keys and arguments in, objects out.
//
// Generated code holds the tables: one [Binding] for each @entity and each @http field, one [Field] for each field that a
// binding answers. At run time a field's answer takes these steps:
//
//	Field     arguments and the parent's members become the values of the binding's variables
//	memo      what the operation has asked for is not asked for again, and equal keys are one: memo.go for a planned execution,
//	          package loaders where Go asks, too, and under gqlgen's executor
//	answer    what may be served comes from the cache, what another operation is asking for from there, the rest is asked for
//	call      the URI template (RFC 6570) and the body are filled in, package upstream sends the request
//	scan      package view validates the answer and finds its objects; batches are matched by key, never by position
//
// One [Execution] belongs to one operation: its memo and loaders, and the client's request headers, of which package upstream
// forwards only those that the schema names. What outlives an operation is in the [Service]: its cache, and the values that
// are on their way at this moment.
//
// # Reading through the cache
//
// All questions come to one method, answer in read.go, with keys that nobody else in the operation has asked about:
//
//	read.go     answer: through cache.Load, or straight to the upstream where nothing may be kept
//	refresh.go  asking anew, off the request path; warm.go: before what is kept has expired
//	identity.go  on whose behalf a read is made: what parts entries
//	keep.go     the name of a value, and the entry that is made of it: copied out of its batch, with jitter
//	origin.go   what a call's headers allow to keep, by package cache/httpcache and the policy that holds
//	policy.go   what generated code says: policies, hints, templates of tags
//	tags.go     the tags of a value, and those that a mutation makes invalid
//	write.go    a mutation: what it names is invalid when it has succeeded, or may have
//	parts.go    the strictest of all values in an answer, for who keeps or sends it as a whole
//	record.go   what an operation did, written always and in the same way, and read when it has ended
//	report.go   of that, where values came from, and what each technique saved: extensions.weft
//	without.go  the techniques that one operation does without
//
// How large an answer may be, and how many calls it may take, is in size.go, for both executors. Under gqlgen's, counted.go and
// written.go count, elements.go gives an element of a list its own error, and refuse.go finds arguments that may not be null.
//
// A value belongs to the identity that its upstream sees: the digest of all forwarded headers is part of its name. Whether a binding
// is looked up at all is known from its policy, or learned from the first answer whose headers allow to keep it. Under gqlgen's
// executor nothing is looked up or kept; its mutations invalidate all the same.
//
// A page of a Relay connection is a window, first elements behind a cursor, and becomes one call or a few (window.go). A
// cursor says where its element stands in the upstream's own terms, so that first may change from page to page; it belongs to one
// field with one set of arguments. What a client could write into it asks for no more than an honest one does.
//
// Values never change the shape of a call: the path keeps its template's segments, a body its template's members. A
// key that could not be sent so is null; an argument is an error.
//
// Missing is null: a key that no element of the answer has, a by-key call answered with 404, a null key. Where the
// field's type is non-null that is an error of kind NotFound. An upstream's failure is an error of the fields that
// needed it, and of no other.
//
// The package knows no schema. It meets gqlgen's generated executor in stock.go, page.go and lookahead.go; [Execution.Fetch]
// is the way in for an executor that knows all its requests beforehand.
package binding
