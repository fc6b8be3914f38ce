package main

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain lets the tests' program be the servers that the harness starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		main()
	}
	goleak.VerifyTestMain(m)
}
