// Package forecast says how many calls to upstreams an operation takes at most, before it runs: of its plan, of how long lists are (package
// cost), and of how many keys and elements a binding's calls take.
//
// A place of the plan has as many objects as its feeders have elements; a fetch asks for as many keys as the places of its members have
// objects, all of them different, and makes the calls that its binding makes of so many keys. Where a list is of any length and
// something is asked for below it, the number of calls is not bounded, and [Forecast].Unbounded names that list.
//
// No operation takes more calls than that, as long as services do what the schema says of them:
//
//   - a list has no more elements than @listSize says
//   - a page has as many elements as it was asked for, while there are any
//   - an entity that is found by a key has that key
//   - keys of services, and of variables that are not known, have no more than 40 bytes in a URL; those that the operation says count with
//     their length
//
// What is in a cache, null, or wanted twice takes fewer. Not counted is what hand-written Go calls by itself, and what is asked for
// after the answer, to refresh the cache. Techniques that an operation does without make it take more.
//
// The package is pure: a plan, tables and variables in, a number out.
package forecast
