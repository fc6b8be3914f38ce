// Package limit refuses documents and variables that would cost too much before anything is executed. It reads and decides; it
// never executes, and never changes what it reads.
//
// A document passes three gates:
//
//	parser      Tokens: what is longer is not read on
//	Check       everything that validation pays for more than once, before it does
//	Validate    GraphQL's rules; it ends after so many errors, instead of wording all of them
//
// Its variables pass CheckVariables, in front of coercion.
//
// # What validation costs
//
// gqlparser's validation walks all that a definition reaches, once for each operation and each fragment, and calls its rules at every node.
// One rule, OverlappingFieldsCanBeMerged, compares: each two fields that have the same response name in the same object, whatever
// fragments and whatever equally named parents they come from. It does so again for each inline fragment around both, and compares
// every fragment spread with all that stands beside it. So Check does what the rule does, without comparing: for each operation and each
// fragment it merges selection sets as execution would, each fragment once in an object, and counts
//
//	Nodes      what it visits: fields, spreads, inline fragments, directives, arguments, literals
//	Repeats    the pairs that the rule would compare, and what gqlgen's executor compares of the names in one object
//	Depth      how deep it is, in selection sets (fragments are some) or in lists and objects of one literal
//
// It stops at the first limit that it reaches, so its own work is at most one pass over the document and Nodes steps.
//
// Introspection is executed in this process, and its answers grow with the schema to the power of the lists that a document goes
// through: see introspection.go.
package limit
