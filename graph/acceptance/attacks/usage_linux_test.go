package attacks_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// usage is what a process has had.
type usage struct {
	processor time.Duration // of all its threads
	peak      int64         // of memory, in bytes, since the last look
}

// minus is what was used since before.
func (u usage) minus(before usage) usage { return usage{u.processor - before.processor, u.peak} }

// used returns what the service has had so far, and lets its peak begin anew.
func (s *service) used(t *testing.T) usage {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.PID()))
	if err != nil || len(threads) == 0 {
		t.Fatalf("no threads: %v", err)
	}
	var u usage
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			continue // it has ended
		}
		first, _, _ := strings.Cut(string(text), " ")
		ran, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		u.processor += time.Duration(ran)
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			u.peak = kib << 10
		}
	}
	// Where this is not allowed, peaks are those since the start.
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.PID()), []byte("5"), 0)
	return u
}
