// Package report says to a client what its operation did, as extensions.weft of the answer. It reads the record of an operation that has
// ended ([fetch.Record]), and has no part in running it.
//
// All members are there in every report, but for those of which this says when they are absent. Times are in milliseconds, ages in
// seconds, sizes in bytes. A value is what one key, or one set of arguments, becomes.
//
//	from   "run": the operation ran. "answer": its whole answer was kept, or made for another operation that asked the same
//	answer absent unless from is "answer"; the answer that it was:
//	  from      "memory", "redis", or "shared": it was being made for another operation
//	  age       since it was made; 0 of a shared one
//	  values    that its run needed, and calls that its run made; both are 0 where nobody knows
//	  calls
//	asked  values that the fields needed; with from "answer" those of the run that made it. It is the sum of all that is marked with +
//
//	caching         what had been loaded before
//	  answer      + values of a whole answer that was kept
//	  memo        + values that the operation itself had loaded
//	  memory      + values kept in the process
//	  redis       + values kept in Redis
//	  stale         of those sent, values kept that stood in since the call failed or was late
//	batching        many keys in one call
//	  sent        + values that a service was called for, a mutation's among them
//	  merged        calls that were spared, since values were sent together
//	  split         calls for parts of batches that were refused because of one of their keys; left out where there are none
//	  repeated      calls that followed another one for the same answer: retries, redirects, and those with another Authorization; left out
//	                where there are none
//	  calls         = sent + wasted - merged + split + repeated; as many as calls has
//	asynchronous    what did not wait, or is not waited for
//	  early         values that were loaded before their parents had arrived, and then needed
//	  wasted        values that were sent for early, and then not needed; they are not among sent
//	  refreshes     values that were given though they were old, and are loaded anew off the request path
//	compression     before and after, in both directions
//	  upstreams     bodies of services' 2xx answers, of all calls
//	    bytes         decompressed
//	    wire          as they arrived
//	  client        the body of this answer without its report, which cannot say its own size
//	    coding        "zstd", "gzip", "br", or "identity": it is not compressed
//	    bytes         as it is
//	    wire          in that coding; = bytes with "identity"
//	parallel        what ran at the same time
//	  sum           of the durations of all calls; = elapsed + saved
//	  elapsed       during which at least one call was running
//	  saved
//	avoided         what was not asked for, or not sent
//	  deduplicated + values that several fields needed at the same time: all but the first
//	  shared      + values that another operation was loading, those of a whole answer among them
//	  prefetched  + values that were loaded before anybody asked, each the first time that it is taken
//	  notModified   of those sent, values whose service said that what is kept is current (304): no body was sent
//	  members       that services were not asked for, as nobody has selected them: of - asked of all calls. A member counts once a call, in
//	                however many objects of its answer it is left out
//
//	cost   what the operation might have cost at most, by @cost: {field, type}; absent where nobody found it out
//	calls  the calls to services, in the order in which they began; those that another operation made are its own
//	  upstream, binding, at   the service, and what asked it: a field or an entity, and its line in the schema
//	  method, path            path and query as the schema makes them
//	  status                  absent without an answer
//	  start, duration         start since the operation began
//	  keys                    in the call; absent when it has none
//	  ahead                   of these, keys that nobody has asked for yet; absent when there are none
//	  members                 {asked, of}, where the service sends the members that it is asked for: how many of its objects' this call asks
//	                          for, of how many that it can, by their names in JSON; absent otherwise
//	  bytes, wire             as for upstreams; absent when 0
//	  error                   the kind of failure; absent when there was none. What is found when the call has ended is "bad_response", too:
//	                          that its answer, or a part of it, cannot be used
//	  reason                  of a "bad_response" why: {pointer, want, got}: where in the answer the first such part is, by JSON pointer, * for a
//	                          key; what is wanted there; and what kind of value is there, never the value
//	values where they came from, 10,000 at most; none with from "answer"
//	  binding
//	  key                     absent where arguments stand for it
//	  from                    "memory", "redis", "shared", "prefetched", "upstream", "validated" by a 304, or "stale" since a call failed or was late
//	  age                     when the operation got it
//	  early                   it was loaded before its parent had arrived; absent otherwise
package report
