// Package linktest is a service for tests whose upstream says in links and headers where to go on: its schema, and what is generated from
// it (generated, model). What comes of them is in testdata/operations/links.
package linktest

//go:generate go run ../../../tools.go
