// Package redis is the [cache.Tier] beyond this process: entries in Redis, and the log, which is the order of invalidations
// that all replicas share.
//
// # What is in Redis
//
//	PREFIX:v:DIGEST   one entry each, in the envelope of [cache.Codec]; it expires with the entry
//	{PREFIX}:log      a stream: invalidations, writes that are announced and beats, in the one order that holds for all (package order)
//	{PREFIX}:events   a stream: the inbox, to which any service may add what it wants invalidated
//
// The name of a value is a digest of its [cache.Key], and the whole key is compared on reading. No name holds anything of a
// request. The braces put both streams into one slot of a cluster.
//
// # How a Get passes
//
// One round trip: the values, and after them the log from the last record that this process has heard. Those records are
// applied to the [cache.Generations] before any value is looked at. An invalidation that was complete when the Get began is
// among them, so an entry that it hits is not served, although there is no key for a tag and none is read. An entry is
// served if it decodes, is not Gone, no tag of it was invalidated in the shared order since it was noted, none is being
// invalidated by this process at the moment (see claims), and what is heard is trusted: other replicas were heard of, or could have been,
// within the last 1.5 s. Where it is not, Redis is not asked.
//
// Reading begins with the last record known, not after it. It must be there: if it is not, the log is another one than it was
// (lost, flushed, a failover that dropped its tail, trimmed beyond our position), and what it would have said is unknown. That is
// doubt (see [cache.Generations.Doubt]); until a position in the log is found again, the tier has nothing and keeps nothing.
//
// So no ID may be that of two records. Within a stream Redis sees to that; from one stream to the next this package does. An
// invalidation that finds no stream does not just make one: each begins with a record that invalidates everything, and whose ID is
// later than all that any stream before it has had (see create in append.go).
//
// # Why a log
//
// The usual alternatives are a key with a counter for each tag, to be read with every Get and to be tracked by the client
// for what memory holds. The log does both tasks with one key: a record is one atomic write, whatever the number of tags; its
// ID is a place in an order, which counters of several keys are not (in a cluster least of all); a reader who was away finds
// out exactly what it has missed, or that it cannot know; and who listens to it needs no feature beyond plain streams. It
// is bounded by its length alone, and costs a reader only what has happened since.
//
// # Who else may read and write
//
// The log is an outbox: a service, such as a purger of a content delivery network, may read it with XREAD or a consumer group
// of its own. A record has a field tags, a JSON array of tags in the form that [cache.Named], [cache.OfType] and
// [cache.OfKey] make (in base64 and in a field tags64, if one is not UTF-8), or a field all. With a field after the tags are not invalid
// yet: they will be so many milliseconds later, unless a record whose field ends has the ID of this one comes before. A tag that begins
// with begin: stands for all that begin with the rest of it. Records may repeat each other, and may be empty: one each second is at
// least. Nobody but this package may write to it: what it does not understand invalidates everything. So does an arm for processes of a
// Weft that knows none yet, as long as such run beside newer ones.
//
// The inbox is for everybody. An entry has a field invalidate, a [cache.Invalidation] in JSON:
//
//	XADD {weft}:events * invalidate '{"tags":["sale"],"types":["Category"],"keys":["Product:1"]}'
//
// The processes read it as one consumer group, so each entry reaches one of them, which adds it to the log together with what
// it has read at the same time, and then acknowledges it. What a process leaves behind when it dies, another one takes over:
// an entry counts at least once. What is not understood of one is counted, logged and acknowledged with the rest, which counts: a
// member that is spelt in another way, a key without a type, a type that the schema has not (what carries it is invalid all the same,
// since replicas of another schema may have it). Entries are removed an hour after they were read.
//
// # What Redis must be
//
// Version 6.2 or later, alone, behind Sentinel, or a Cluster. A maxmemory-policy that evicts must be a volatile one: the log has
// no expiry. What an acknowledged write is worth after a failover is up to Redis; a record that was lost with the old
// master is noticed by every process that heard or wrote it, and then counts as an invalidation of everything. That holds as long as
// no ID is given a second time: the clock of the machine that takes over may be behind by no more than the failover takes.
//
// # Where to begin
//
// tier.go makes a tier and starts what runs beside requests: one goroutine that writes (set.go), one that follows the log (watch.go),
// one that does what is due (announce.go), one that logs what could not be logged at once (invalidate.go), and one that reads the inbox
// (events.go). log.go is the position in
// the log, and what each reading of it means; begin.go finds that position, and append.go adds to the log, or begins it. claims.go is
// the subtle part: what keeps an entry from being served between an invalidation and the moment its record is heard. breaker.go says
// when to leave Redis alone; what is added to the log has a breaker, and connections, of its own.
//
// # What the package never does
//
// It fails no request because of Redis: New does not wait for it, Get takes no longer than its budget, and no time at all while
// the breaker is open, Set does not wait. An invalidation that could not be logged holds in this process, and is logged as
// soon as that is possible. It keeps nothing private unless it is told that identities are digests under a secret.
package redis
