// Package loaders collects the keys that the fields of one operation ask for
// and turns them into few calls.
//
// Everything here lives as long as one operation. A resolver, hand-written or
// generated, asks a [Loader] for one key and gets a thunk at once:
//
//	Load ── memo ── collect ── depart ── batch function ── land ── thunks
//	        asked    until a    chunks     ≤ Parallel       one answer
//	        before?  batch      of ≤ Max   calls at once    a key
//	        same     leaves     keys
//	        answer
//
// The stations of a key:
//
//   - Memo: a key is fetched once. Whoever asks again, while it is on its way
//     or later, gets the same answer. That is the request scope of caching.
//   - Collect: keys leave together when nobody who could add one is running, as a [Gate]
//     knows of the functions that it runs; those of all others, within Wait of [Options].
//     Only collect.go and gate.go decide when a batch leaves.
//   - Depart: keys that were primed meanwhile, or that nobody wants any more, stay
//     behind. The others are split into chunks, each a call of its own.
//   - Land: every key of the chunk gets its answer. A panic, a missing result or
//     the wrong number of results becomes an error of exactly these keys.
//
// The loaders implement [dataloader.Interface] and take its batch functions, so
// resolvers and batch functions written for github.com/graph-gophers/dataloader/v7 work unchanged.
//
// # Contexts
//
// A thunk returns when its answer is there, or when the context of its own Load
// ends. The batch function runs under a context of its own: it has the values of
// the first caller, none of its cancellation, and ends when the contexts of all who
// asked for one of its keys have ended. Its Deadline is the latest of theirs.
// A call that ended so is forgotten, and the next Load of its keys starts anew;
// any other error stays, so a failing upstream is called once per key and operation.
//
// # Goroutines
//
// [Set].Wait (and Wait of a Loader or [Memo]) returns when no goroutine works for it
// any more: keys being collected, calls running or queued, watched contexts. What
// it cannot see are the last instructions of the two goroutines that dataloader/v7
// starts per batch, after they have handed the batch over: they run straight to their end,
// without waiting for anything and without calling anyone.
//
// # Never
//
// The package knows no schema and nothing about services, credentials or caches across
// operations. It never retries, never logs, and never shares anything between two
// operations; what must not share a batch within one (the values of an argument) gets
// a Loader of its own, under its own key of [In].
package loaders
