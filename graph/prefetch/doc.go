// Package prefetch has operations run before anybody asks for what they load: those that are likely to come next.
//
//	answer ── After ── schedule ─────────── Run ──────────────────── cache
//	sent      steps    below everything     the client's identity,   the next operation
//	          of the   else                 calls with tickets of    finds its values there
//	          rules                         the ledger
//
// What is likely is what a schema says by @prefetch; package rule makes operations of that. They run off the request path, when the
// answer has been sent, and load values into the cache. Their answers go nowhere, and no whole answer is kept.
//
// Each call needs a ticket of package ledger, which bounds what may be wasted, and knows what was. Nothing is begun while the process
// is busy, nothing that is not kept is called for, and nothing follows from what was answered from a kept answer, or ran ahead of time.
package prefetch
