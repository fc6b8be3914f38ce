// Package guardtest is a service that not everybody may see all of, for tests: its schema, the Go of its hand-written fields (resolver), and
// what is generated from it (generated, model).
package guardtest

//go:generate go run ../../../tools.go
