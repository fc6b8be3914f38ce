// Package bindgen is the compiler of the binding language: it turns a GraphQL schema whose types and fields say which
// upstream answers them into the Go that asks those upstreams. It runs at build time only; no server imports it.
//
// # How a schema passes through it
//
//	sources ── check ── spec ── bindgen
//	           parse,   plain   gqlgen, and
//	           rules,   data    templates of
//	           samples          our own
//
// What each of them does:
//
//   - check reads the schema's files and the language's own declarations, and reports all that is wrong with them. What the
//     language means where its descriptions leave room stands in its package comment.
//   - spec is a checked schema as plain data with nothing left to decide.
//   - [Generate] lets gqlgen and the templates here print that. Nothing is printed when anything is wrong.
//
// Read generate.go first, then plugin.go, which says when gqlgen calls us. What is printed comes about in two steps: Go makes data
// whose strings are ready to print, and a .gotpl file arranges them.
//
//	views.go, gotype.go                package model's views_gen.go: a type with a method for each member, and decoders
//	bindings.go, literals*.go          package generated's bindings_gen.go: bindings and fields as Go literals, and the methods
//	                                   that gqlgen's executor calls
//	tables.go                          in the same file: types and fields as package plan knows them
//	gqlgen.go                          package generated's gqlgen_gen.go: what tables use of gqlgen's own generated code
//	prune.go                           the schema that gqlgen sees, without our directives
//	render.go, wrap.go                 how a file is written: imports, and lines that a person can read
//
// What it prints is typed Go for hand-written code and for gqlgen's executor, and tables: packages plan, executor and binding read
// these when an operation comes, and trust them. Whatever can be wrong with a binding is an error of the generation, so that
// nothing is checked again when a service runs. Generated code compiles with the version of weft only that wrote it (render.go).
//
// The package never calls an upstream.
package bindgen
