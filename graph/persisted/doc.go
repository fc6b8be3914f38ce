// Package persisted knows the texts of operations by their ids, so that clients need not send them.
//
// Texts come from two sides:
//
//   - Manifests list what apps were built with. [Parse] reads one, in any of the forms that client tools write. [Manifests] finds
//     them in files, folders and behind URLs, notices when they change, and hands on what all of them say together. A manifest that is
//     bad, or gone, keeps what it said before.
//   - A [Registry] learns texts from clients (Apollo's automatic persisted queries): whoever sends a text with its SHA-256 digest
//     may send the digest alone from then on. It keeps them in memory, and in Redis where replicas share one ([Redis]), within
//     bounds of bytes. It believes nobody: a text is checked against its digest when it is registered, and whenever it comes from Redis.
//
// Begin with manifests.go: [Manifests.Load] and [Manifests.Look] each are one look (look.go) at all locations (location.go), of which
// manifest.go reads what is new. registry.go and redis.go are the other side. Nothing here runs by itself: whoever has the Manifests
// calls Look every few seconds.
//
// What an id means for an operation, and what may run, is not decided here: that is where operations are prepared. The package
// parses no GraphQL, reads no request, and imports nothing of this module.
package persisted
