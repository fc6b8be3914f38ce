// Package jobs runs operations that nobody has asked for, so that their answers are in the cache when somebody does:
//
//	at the start       every job once; those that say Warm hold back readiness for as long as [Runner.Start] is given
//	Every              again and again; what is kept is asked for anew when it is older than half of that, so it does not expire first
//	OnInvalidation     when something in the last answer was invalidated, within about a second
//	after a failure    half a minute later
//
// A job's run is the run of an operation like any other, by the same engine, under the same limits, with the headers that it is given:
// what it keeps is for whoever sends the same ones. All runs are tasks of one scheduler, so one job never runs twice at a time.
//
// Each replica runs all jobs. Where replicas share a cache, what one of them has asked for is new enough for the others.
package jobs
