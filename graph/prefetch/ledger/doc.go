// Package ledger keeps account of calls that are made ahead of time: whether one more may be made, and what became of those that were.
//
// Every such call is issued once, and ends as one of four:
//
//	issued = useful + late + wasted + pending
//
//	useful    a client's operation took a value that it brought
//	late      a client's operation asked for one before it had ended, and waited for the rest of it
//	wasted    nobody took one within their life, or it brought nothing that is kept
//	pending   none of these yet
//
// Demand is the calls that clients' operations make, or would without those ahead of time: the useful and the late are part of it.
//
// The budget is on waste. Each upstream has a bucket of 10 calls. Issuing one takes it out; it comes back when the call is useful or
// late, and each call of demand puts in a twentieth. So wasted and pending together are never more than 5 % of an upstream's demand, and
// 10. Also, no more are issued than demand is.
//
// A source is what calls are issued for: one rule of a schema. It is off while what it has saved within a minute is less than what it
// has cost: milliseconds that clients did not wait, against milliseconds that a service worked for nothing. A call that has been
// pending for longer than uses take counts as cost until somebody uses it. A source begins with three calls, and one that was off
// with one: if they do not pay, it is off for twice as long, up to an hour.
//
// Keys may also ride in a call that is made anyway, for what somebody has asked for. That is no call, so it stands in the account of its
// source only, and takes nothing out of a bucket. Its cost is its share of the call's time, by the number of keys.
//
// Nothing is issued to an upstream that has failed within ten seconds, or that says it is busy.
package ledger
