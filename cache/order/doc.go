// Package order is one replica's part in the order of invalidations that all of them agree on: what it does so that what it serves is
// as true as package cache promises. It has no clock and no network: readings of the log and moments go in, and what is to be done comes
// out. Package redis brings both together.
//
// # The log
//
// Four kinds of records are in the one order of the log (see [cache.Record]):
//
//	invalidation   its tags are invalid
//	arm            its tags will be, so long after it is heard, unless it is ended before: a write is about to be sent
//	end            ends an arm, and makes its own tags invalid, which may be none
//	beat           an invalidation of nothing: the log can still be written
//
// # A write
//
//	arm → sent → its outcome is known:   end, with what it has changed
//	             nobody knows:           end, with what it may have changed, and three more arms, 1 s, 5 s and 30 s long
//
// An arm is as long as the write takes at most, and a second. Who has heard one and not its end when that time is over fires it: what it
// names is invalid at once in that replica, and after up to 200 ms, so that not all do it, an end is added to the log. All may do that, and
// again if it fails: an end that comes twice does no harm. So it takes one replica that lives, any, and no agreement on which.
// Lengths count from when an arm is heard, so that no two clocks are compared. Who starts reads the log from its first record, and hears
// of arms that nobody has ended.
//
// # What a replica trusts
//
// A reading of the log that has come to its end, and was begun at some moment, tells of all that was added before that moment. A record
// that it brings was added after the last reading before it was begun. So two moments are kept: until when all is known (read), and until
// when it is known that the log could be written (written), without which nobody could have told anything. Until 1.5 s after both the
// replica trusts what it has heard. Nobody has to notice that something is wrong for that to end: it is a comparison on each read,
// which a process makes that was stopped for an hour, or whose goroutines starve.
//
// Where nothing else is added to the log, a beat is, by whoever has heard nothing for half a second and up to a quarter more.
//
// The test of this package goes through all that two replicas, a log and a service can do in some steps, with every fault of the
// promise at every step, and looks at each value that could be served.
package order
