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
// A call that changes something is a [Write]: what it may change is in the order before it is sent, as an arm, which other replicas fire if
// they do not hear of its end (package order).
//
// There are two orders. The local one counts in this process and decides about memory. The shared one is the log of the
// remote tier; it decides about entries there, and whoever hears of one of its records repeats it locally. A replica's
// position in the shared order may lag behind the truth; that makes an entry look older than it is, and costs a miss at worst.
//
// When a replica cannot know what it has missed (the log was lost or trimmed), it doubts: nothing that was noted before counts as valid
// any more. And who has heard nothing for 1.5 s trusts in memory what was asked for within the last second, and Redis not at all: a
// comparison of a monotonic clock on each read (see [Generations.Serves]), which nobody has to do anything for. So that there is
// something to hear, the log has a record each second at least.
//
// # What is promised
//
// This is how long a replica may serve what a write has changed, after the write is answered or, where it is not, after the service has
// committed it. In the replica that was asked for the write it is invalid at once, but for writes of which nobody knows what became. Delay is what a record of the log takes
// to the others: 1 to 4 ms, and 300 ms on a machine without a processor to spare. With several faults at one time the longest time holds.
//
//	fault                                         redis.writes: proceed             refuse
//	none                                          delay                             the same
//	a replica is cut off, or was stopped          2.5 s                             the same
//	Redis is gone, or takes no writes, for all    2.5 s                             0: nothing is sent
//	  … and went while the write was on its way   2.5 s                             the same
//	the writer alone is cut off before it writes  until it is back; the answer      0: nothing is sent
//	                                              says so
//	  … and dies then                             maxAge; the answer says so        0: nothing is sent
//	the writer dies, or is cut off, in the midst  Takes + 1.2 s + delay, counted    the same
//	                                              from when it was announced
//	nobody knows what became of the write         delay where it was committed by   the same
//	                                              then; else until 1, 5 or 30 s
//	                                              after it was given up
//	  … and it is committed later than that       maxAge                            the same
//	Redis fails over, and loses the last records  2.5 s if a replica that is        the same
//	                                              connected has heard or written
//	                                              them; maxAge otherwise
//	the log is emptied or trimmed                 delay: all is invalid             the same
//	a service changes without Weft                maxAge, or the inbox              the same
//
// Takes is the time-out of the service, 2 s by default. In maxAge staleWhileRevalidate and staleIfError are included. What a split of Redis
// into two that both take writes does is no part of it: min-replicas-to-write is what Redis has against that.
//
// The rows are tested where they are decided, by going through all that may happen in some steps (package order), and in package
// redis with a Redis that is killed, stopped, full, read-only and cut off.
//
// # What the package never does
//
// It returns no error because a tier failed: that is a miss, and a counter. It holds no header of a client; identities are
// keyed digests. It starts no goroutine but for values that are asked for by who may leave before they are there; it ends with that
// call. What should be asked for anew, off the request path, it says to the source.
package cache
