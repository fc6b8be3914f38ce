// Package requesttest is a service for tests whose requests have every form that the binding language can give them: its schema, and
// what is generated from it (generated, model). What comes of each form is in testdata/operations/requests.
package requesttest

//go:generate go run ../../../tools.go
