// Package plan compiles an operation, once, into a [Plan] that package executor runs any number of times.
//
// A plan is pure data: the operation's selections with fragments resolved for each object type, fields merged by response
// key, and @skip and @include decided for one set of their variables' values. Each field that an upstream answers
// belongs to a [Fetch]: all fields of the operation that use the same binding at the same depth. A fetch
// runs when the parents of all its members are there, so its batch is complete without waiting for time to pass.
//
// # Places
//
// Objects that are selected in the same way share a [Place], wherever in the operation they stand: what is needed of an
// object depends on its declared type, on the selection sets that were merged for it, and on how many fetches are above it, and
// on nothing else. So a plan is a graph without cycles, not a tree: its size follows the length of the document, not the
// number of paths through it. A place is complete when all fields that lead to it ([Place].Feeders) are.
//
// Objects of an interface or union share one [Scope] as well, as long as all that is selected of them lies at the same pointer in
// all of their types. Only what differs (a field that a call answers, a member of one of the types) splits them.
//
// Objects that may lack members are stubs (binding.Stub). Their scope has a [Fill]: a member of their entity's fetch, like the fields that load
// the same entity at that depth, whose parents are the stubs themselves. What is below them is one fetch deeper, but for what needs nothing
// that a stub may lack. What stubs have may be all that is needed in other places: a member that loads an entity says what it needs
// ([Member].Needs), and package fetch knows what there is.
//
// Only who writes an answer walks a plan as a tree; everybody else goes through Plan.Scopes or Plan.Places in order.
//
// # Bounds
//
// [Build] counts its steps. It gives up, as it does on what it cannot plan, when it has taken more than 8 for each field of
// the operation, counted with fragments expanded, and 10,000 besides; and it ends with its context.
//
// The schema is a table that generated code holds ([Schema]). What it does not describe (plain structs, hand-written fields that
// answer them, introspection, subscriptions, @defer) [Build] refuses, with an error that says so; gqlgen's own executor runs
// such operations.
//
// A Plan is immutable. The document it was built from must not change, and must be valid.
package plan
