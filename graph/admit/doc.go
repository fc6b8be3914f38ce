// Package admit decides when an operation may begin, so that a process of which more is asked than it can do does what it can in good time,
// and refuses the rest soon.
//
// A [Gate] stands in front of what runs operations. Kept answers, and those that another operation is making, are served without passing it.
// It is open while the process has time. What tells is how long a socket that has something to read waits for its goroutine: a probe
// measures that every 10 ms on a pipe of its own (probe.go). The process is congested where even the shortest of these waits within 30 ms is
// longer than 2 ms, so that there was no moment in which nothing waited, for 0.2 seconds. A burst, a large batch or a collection of garbage leaves such moments,
// and a slow service has nobody wait for a processor: neither is taken for congestion. (RFC 8289, CoDel, takes the minimum for the same
// reason.)
//
// Until that is known, what comes is held back where a wait is 10 ms, and 32 operations run for each processor: as many as do may run, then twice as many with each wait
// that is short. Of four times as many nobody is refused meanwhile. Otherwise a surge of 9,000 a second would have a thousand begin first, each with its memory.
//
// A gate of a congested process limits the operations that run at the same time (pace.go): at first to half of those that do, then to fewer in each
// interval in which the process is still congested, and to more in each in which it is not; by little at a time where operations wait for slow services. As many as 4 for each processor may run whatever is measured.
// Each that ends lets another begin, so that no processor waits for one. Those that may not begin yet wait:
//
//   - mutations come before queries, these before refreshes, and these before what is prefetched. But of four that begin one is a query, where one
//     waits, however many mutations do: anybody may send those. Of one [Priority] the last comes first, since those who came before it have less
//     patience left;
//   - once it is known that there is congestion nobody waits for longer than 100 ms, and while operations are refused nothing but mutations waits for
//     longer than 2 ms ("Fail at Scale", ACM Queue 13.8, has 5), nor more than may run; but as many queries as a fourth of that may wait in any case.
//     Then the error is [ErrFull].
//
// What waits before an operation begins is not seen: requests that nobody has read yet. To read and refuse one takes time, too (bench/README.md,
// "More than can be done").
//
// The gate opens again when nobody has had to wait for two seconds. It says in the log when it begins to refuse operations, and when it has
// ended to.
package admit
