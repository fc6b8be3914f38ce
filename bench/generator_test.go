package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestProgram(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for value, fails := range map[string]bool{"auto": false, "builtin": false, "wrk": true, "other": true, "": true} {
		if got, err := program("generator", value, "wrk"); got != "" || (err != nil) != fails {
			t.Errorf("without wrk, %q gives %q, %v", value, got, err)
		}
	}
	there := filepath.Join(os.Getenv("PATH"), "wrk")
	if err := os.WriteFile(there, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{"auto": there, "builtin": "", "wrk": there} {
		if got, err := program("generator", value, "wrk"); got != want || err != nil {
			t.Errorf("with wrk, %q gives %q, %v, want %q", value, got, err, want)
		}
	}
}
