// Package graph holds no code: it is where to begin reading. An operation takes this way through the packages below:
//
//	client ── edge ── plan ── executor ── binding ── loaders ── upstream ── service
//	          HTTP,   compile  fetches,    keys and   batch,     one HTTP
//	          limits, once,    columns,    arguments  dedupe,    call: deadline,
//	          errors  keep     one pass    to calls   memo       sharing, limits
//	                           that writes
//
// What each of them does:
//
//   - edge reads the request, refuses what must not run, executes it under a deadline, and turns errors into the ones that
//     clients see. Packages below report errors by kind; edge/errors.go is the one place that gives a kind its code.
//   - plan compiles the operation, once, into fetches: what to ask for which parents, and what has to be there before.
//   - executor runs the plan: a fetch leaves when all its parents are there, so its batch is complete without waiting, and one
//     pass writes the answer. What has no plan, and everything under -executor=stock, runs on gqlgen's executor, which every
//     schema has beside it and which answers the same.
//   - generated is the schema compiled: tables for plans and bindings (bindings_gen.go, gqlgen_gen.go), and gqlgen's executor (exec_gen.go),
//     with a one-line method for each field that an upstream answers. Fields that say @resolver are Go, in resolver.
//   - binding answers a field: arguments and the parent's members become the values of a URI template's variables;
//     equal ones are asked for once; many keys become one call. Answers are matched by key.
//   - loaders collects the keys of one operation. Nothing in it outlives the operation.
//   - upstream is the only package that speaks HTTP to a service: it forwards the headers that the schema names and no
//     others, shares identical reads in flight within one identity, bounds time, size and number, and classes failures.
//   - view scans an answer once and keeps it as text; model's types are views over it, with a method for each field.
//
// # Build time
//
// bindgen compiles the schema: it reads the files, checks every binding and reports all that is wrong with file, line and
// column, and only then lets gqlgen and its own templates write code. The directives are described in
// bindgen/README.md; schema/ is the best example of them.
//
// # JSON and GraphQL
//
// What an upstream's JSON may be for a field of a type; anything else is an error of that field, with code BAD_RESPONSE:
//
//	String    a string
//	ID        a string, or an integer, which becomes its digits
//	Int       a number that is whole and fits 32 bits (1, 1.0, 1e2), or a string that holds one
//	Float     a number, or a string that holds one
//	Boolean   true or false
//	enum      a string: the value's name, or its @json(value:)
//	object    an object
//	list      a list
//	scalar    any value: converted where package model has a function Parse<Scalar>, otherwise copied
//
// null and a missing member are null; where the field is non-null that is an error.
package graph
