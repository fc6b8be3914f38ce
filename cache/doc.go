// Package cache keeps what upstreams answered, so that it need not be asked for again: in this process (package memory),
// and beyond it (package redis, the one tier there: the order of invalidations that replicas agree on is that of its stream).
// [Load] is the one way in which keys become values. It knows no schema: a value is bytes, a decoded form that only its owner understands,
// and what decides whether it may be served. Whether an answer may be kept at all, and how long, is package httpcache's.
//
// # What an entry is served by
//
//	key        all that the value depends on: binding, identity, arguments (see [Key]); compared in full on every read
//	freshness  fresh, stale but servable while it is refreshed or while its upstream fails, or gone
//	position   no tag of it was invalidated since its value was asked for
//
// # Invalidation
//
// An invalidation names tags. It deletes nothing: it is one record in an order that all replicas agree on, and every entry
// knows the [Position] in that order that was current before its value was asked for. An entry is valid while none of its
// tags has a later record. So a value that was under way when its tag was invalidated is never served afterwards, whenever
// it arrives, whoever stores it, and even if the tag is learned from the value itself:
//
//	position 7 noted · call sent · service reads old value · tag invalidated: record 8 · old value arrives, stored with 7 ·
//	read: 8 > 7, a miss
//
// There are two orders. The local one counts in this process and decides about memory. The shared one is the log of the
// remote tier; it decides about entries there, and whoever hears of one of its records repeats it locally. A replica's
// position in the shared order may lag behind the truth; that makes an entry look older than it is, and costs a miss at worst.
//
// When a replica cannot know what it has missed (the log was lost or trimmed, the connection broke), it doubts: nothing that
// was noted before counts as valid any more. While it hears nothing, memory serves for a second at most (see
// [Generations.Deaf]).
//
// # What the package never does
//
// It returns no error because a tier failed: that is a miss, and a counter. It holds no header of a client; identities are
// keyed digests. It starts no goroutine but for values that are asked for by who may leave before they are there; it ends with that
// call. What should be asked for anew, off the request path, it says to the source.
package cache
