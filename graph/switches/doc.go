// Package switches has what operators turn off while a service runs, in all its replicas:
//
//	upstream/NAME    calls to it are refused; what is kept of it is served, as staleIfError allows
//	operation/NAME   operations of that name, or that persisted id, are refused
//	cache/memory     nothing is read from memory, and nothing kept there
//	cache/redis      nothing is read from Redis, and nothing kept there; invalidations go on
//	prefetch         nothing is loaded ahead of time
//
// A [Board] has the state of all switches, each with who turned it, when and why. Boards share one hash in Redis, PREFIX:switches, which each
// of them looks at every 400 ms, so that all obey within a second. Of two settings of one switch the later one holds, by the clocks of the
// processes that were asked. A Board forgets nothing while Redis is away, and writes there what it knows better when Redis is back, also when
// that has lost all.
package switches
