// Package fetch loads what one operation needs: keys and arguments in, objects or errors out. It is where bindings (package binding, which
// does nothing by itself) meet the cache and the upstreams.
//
// An [Execution] belongs to one operation. [Begin] begins one that a plan runs ([Planned]): it needs keys of all parents at once.
// [BeginFields] begins one that gqlgen's executor runs ([Fields]): each of its fields needs keys by itself. [Execution.Close] ends both,
// and what it returns says what they did. What outlives them is in the [Service]: its cache, and what is on its way at this moment. A
// value takes this way:
//
//	gather.go    what the members of a fetch need, for all parents at once; equal keys are one
//	memo.go      what the operation has loaded is not loaded again: a table for each space of keys, in it chunks, which are loaded together
//	loaders.go   the same for what needs keys one by one: hand-written fields, and gqlgen's executor (package stock)
//	read.go      load: from the cache what may be served, from other operations what they are loading, and the rest from the upstream
//	call.go      calls: in batches, or one for each key, a bounded number at once; twins.go: equal ones of two bindings are one
//	keep.go      what may be kept is copied out of its batch, with jitter, under a name of binding, identity, values and key
//
// A whole page of a connection is a few calls, which binding.Window makes. A mutation (write.go) runs between two fresh memos; what it
// names is invalid when it has succeeded, or may have.
//
// # Who gets what
//
// A value belongs to the identity that its upstream sees (identity.go): that is part of its name, and of the space in which others
// may wait for it. cache.Load decides that, and nothing else does. Whether a binding is looked up at all is known from its policy, or
// learned from the first answer whose headers allow to keep it (origin.go, by package cache/httpcache). Under gqlgen's executor
// nothing is looked up or kept; its mutations invalidate all the same.
//
// A value that was served stale is loaded anew off the request path (refresh.go); a job does so before it has expired (package jobs).
//
// # What is said of it
//
//	parts.go     the strictest of all values in an answer, for who keeps or sends it as a whole
//	record.go    what the operation did, written always and in the same way, and read when it has ended
//	savings.go   of that, where values came from, and what each technique saved: package report shows it
//	without.go   the techniques that one operation does without
//	size.go      how large an answer may be, how many calls it may take, and how much these may bring: a [Budget], for both executors
//
// An upstream's failure is an error of the fields that needed it, and of no other. A panic of hand-written Go is an error of its keys.
package fetch
