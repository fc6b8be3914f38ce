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
	// Under the race detector a process would wait for a second before it exits, and the harness waits for its servers.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
