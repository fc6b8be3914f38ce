// Package executor runs plans (package plan): it is a graphql.ExecutableSchema in front of gqlgen's own.
//
// An operation passes through it like this: its plan is looked up, or built once and kept as long as its document; fetches run
// when the parents of all their members are there, several at a time, each as one complete batch for each binding and set of
// arguments; what they bring becomes the columns of objects that the next fetches and the answer are made of. At the end one
// pass over the plan writes the answer into one buffer: leaves are copied from the upstream's text.
//
// Null propagation, and errors in document order with path and locations, are as section 6.4.4 of the specification says;
// below a position that is null already no error is reported. The root fields of a mutation run one after another. What a plan
// refuses runs on gqlgen's executor.
//
// What generated code knows of a schema is one value, a [Definition]; its NewSchema adds what a configuration says ([Settings]).
//
// gqlgen's extensions work as on its own executor. Where one intercepts root fields, each of these runs by itself inside of it
// (roots.go); where one intercepts fields, operations run on gqlgen's executor, and the log says so once.
package executor
