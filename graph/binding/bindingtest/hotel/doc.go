// Package hotel is a service whose upstreams say in many ways that there is nothing, for tests: its schema, and what is generated from it
// (generated, model).
package hotel

//go:generate go run ../../../../tools.go
