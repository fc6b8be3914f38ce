// Package govern bounds the bytes that requests have in flight: large bodies that clients send, what services answer while an operation
// needs it, and answers until clients have them. All count against one budget, whatever they are, since all are in one memory.
//
// Each request, and each operation, has a [Holding]. Its first 64 KiB are free, so that the usual ones touch nothing that others touch, and
// go on while large ones fill the budget. Above that a holding grows
//
//   - by [Holding.Wait] before it has anything, for what is known to become large: it waits, for a second at most;
//   - by [Holding.Take] while it grows, which never waits;
//   - by [Holding.Add] for what is there already, which is counted whether or not there is room.
//
// The rule by which nothing waits for ever, and nobody in a circle: who holds bytes never waits for more. So what is waited for is always
// given back by somebody who is not waiting. A holding that is alone always grows: what is larger than the budget is served, one after
// another.
package govern
