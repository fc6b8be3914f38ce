// Package magazine is a service whose upstreams give parts of objects in the answers for others, for tests: its schema, and what is
// generated from it (generated, model).
package magazine

//go:generate go run ../../../../tools.go
