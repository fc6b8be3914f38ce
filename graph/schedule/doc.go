// Package schedule runs what is off the request path: what nobody waits for, so that it must not cost those who do wait.
//
//	Add ── group ──────────── queue ──────────────── run
//	       tasks of one kind   by priority, and the   at most Workers at once, and so many of one upstream
//	       linger for others   oldest first
//
// A task is a key of [Tasks], which say what all tasks of one kind have in common. Tasks of a kind that are due together are run
// together, [Tasks].Max at a time: of 100 stale keys of a binding that takes 50, two batches are made, whoever has found them. A
// task that waits, or runs, is not added a second time.
//
// What waits is bounded. When there is no room, a task of the lowest priority goes, which may be the new one: whoever needs what it
// would have done asks for it again, later. That is counted; nobody is told.
//
// [Scheduler.Every] adds tasks again and again. [Scheduler.Stop] lets nothing begin any more, and [Scheduler.Close] waits for what
// runs, for as long as it is told to.
//
// The package knows nothing of what it runs. It never runs one task twice at a time, holds no lock while a task runs, and starts
// no goroutine that Close does not wait for.
package schedule
