// Package stock is what bindings are for gqlgen's executor: the functions that generated resolvers consist of, around an execution of
// package fetch. What has no plan runs here, and everything under -executor=stock; it answers as plans do, which tests compare.
//
// [NewSchema] puts an operation under the context of gqlgen's generated schema. A resolver then is one line, [One], [List], [Decode]
// or [Connection] (page.go), which loads by the operation's loaders. gqlgen resolves each object by itself, so lookahead.go loads below
// all objects of a batch what the operation selects there, before anyone sees the first.
//
// gqlgen makes all values of an answer before it writes the first, and has one error for a field. So counted.go counts objects before
// gqlgen makes them, written.go bounds the bytes, elements.go gives an element of a list its own error, and refuse.go finds arguments that
// may not be null.
package stock
