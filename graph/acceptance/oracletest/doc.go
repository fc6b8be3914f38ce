// Package oracletest is a service that graphql-js can answer, too: its schema has each kind of input type in each place, and its one
// upstream answers with what it was sent, or with what a test says. What is generated from it is in generated and model.
package oracletest

//go:generate go run ../../../tools.go
