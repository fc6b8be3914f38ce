// Package coercion makes what clients write into values of a schema's input types, or says what is wrong with it and where
// (GraphQL, September 2025, sections 3.5 to 3.12 and 6.1.2):
//
//   - variables.go: the variables of an operation, of JSON; scalars.go has what each built-in scalar takes.
//   - literals.go: the literals of a document, as a rule of validation, because they are refused before anybody runs it.
//   - surrogates.go: characters of which only half is there, in JSON and in documents.
//   - conditions.go: null for the condition of @skip or @include, which validation cannot see.
//
// All of it are functions of their arguments. Errors say what is expected and which kind of value came, never the value; they have
// no code.
package coercion
