// Package rate bounds how much each client may have in a time: operations, calls to services that these take, and credentials that are
// refused.
//
// Each client has a bucket of each. It is full at first, and fills up evenly: 600/m is 600 at once, and ten in each second after that.
// That is the generic cell rate algorithm (ITU-T I.371, annex A): what is known of a client is one time, at which its bucket will be full, and
// of a client whose bucket is full nothing is.
//
// Operations have buckets of their own beside those of all, where a limit names them.
//
// A client is who asks, by verified credentials: how they are known, their issuer and subject, whatever token they have sent; or, without a subject,
// all that the token says. Who is not known is the address
// that the request comes from, and an IPv6 address the /64 that it is in, since whoever has one has all. Addresses count only where it is said
// which hops in front are trusted ([Options.TrustedHops]): behind a proxy that is not named there, all clients would have one address. Where a hop does not say whose a request is, nobody is
// counted.
//
// Where there is a Redis, the buckets of operations and calls are there, and all replicas take from the same (shared.go): one script, in one
// round trip, by the clock of Redis. While Redis does not answer, each replica has a part of each bucket: one of as many as there were
// replicas within the last ten seconds that it did, which they tell each other there; or nobody has anything, where that is said. Calls are counted there soon after they were
// made. Otherwise buckets are of this process: a client that asks n replicas may have n times as much.
package rate
