// Package items is the service that executors are measured on: its schema, what is generated from it (generated, model), and
// its one hand-written field (resolver). weft/bench runs it over an upstream in memory.
package items

//go:generate go run ../../tools.go
