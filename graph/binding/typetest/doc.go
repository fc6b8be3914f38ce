// Package typetest is a service for tests whose upstream says values and kinds of objects in every way that the binding language can read:
// its schema, and what is generated from it (generated, model). What comes of them is in testdata/operations/types.
package typetest

//go:generate go run ../../../tools.go
