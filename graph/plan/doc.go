// Package plan compiles an operation, once, into a [Plan] that package executor runs any number of times.
//
// A plan is pure data: the operation's selections with fragments resolved for each concrete object type, fields merged by
// response key, and @skip and @include decided for one set of their variables' values. Each field that an upstream answers
// belongs to a [Fetch]: all fields of the operation that use the same binding at the same depth. A fetch
// runs when the parents of all its members are there, so its batch is complete without waiting for time to pass.
//
// The schema is a table that generated code holds ([Schema]). What it does not describe (plain structs, hand-written fields that
// answer them, introspection, subscriptions, @defer) [Build] refuses, with an error that says so; gqlgen's own executor runs
// such operations.
//
// A Plan is immutable. The document it was built from must not change, and must be valid.
package plan
