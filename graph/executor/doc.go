// Package executor runs plans (package plan): a plan, variables, and an operation's fetching in; data and errors out. It neither makes plans
// nor keeps answers, and asks nobody whether a run is needed: who has it run does (packages planned and answers).
//
// # How an operation runs
//
//  1. prepared.go makes a plan ready to run, once. executor.go begins each run.
//  2. run.go starts each fetch when the parents of all its members are there. So a fetch is one complete batch for each binding and
//     set of arguments, and fetches that do not need each other run in parallel. One that loads by key waits for lists that are known to
//     bring the same objects (lists.go).
//  3. expand.go files the objects that a fetch brings: they are the parents of the fetches below. Those that lack members get these first
//     (fill.go).
//  4. write.go writes the answer in one pass over the plan, when all fetches have ended. Leaves are copied from the upstream's text.
//
// # Where objects are while it runs
//
// A run works on all objects of a scope at once, not on one after the other. Take
//
//	{ posts { title author { name } } }
//
// with three posts, of which two have the same author. The scope below posts has a column of three objects, the scope below author
// one of two. The edge of the node author says which child belongs to which parent: it has a place for each parent, here
// [0:1] [1:2] [0:1], and a place is a range of the edge's elems, each of which is an object of a column, null, or an error. All of that
// is the run's room (room.go), which the next run of the same plan uses again.
//
// # What it keeps to
//
// Null propagation is that of section 6.4.4 of the GraphQL specification. Errors stand in the order of the document, with path and
// location; below a position that is null already none is reported. The root fields of a mutation run one after another.
//
// Where an extension of gqlgen's intercepts root fields, each of them runs by itself inside of it (roots.go).
package executor
