// Package bindingtest is a service that uses every directive of the binding language, for tests: its schema, what
// is generated from it (generated, model), and its hand-written Go (resolver).
package bindingtest

//go:generate go run ../../../tools.go
