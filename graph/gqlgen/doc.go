// Package gqlgen knows what gqlgen does not tell: what of it we need, and it does not export. With the generated file
// gqlgen_gen.go of each schema it is all that an upgrade of gqlgen may break; the tests here say what exactly did.
package gqlgen
