//go:build unix

package main_test

import (
	"encoding/json"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestWorkloads holds the executors to the same answers, without which comparing their speed means nothing.
func TestWorkloads(t *testing.T) {
	for _, w := range workloads {
		t.Run(w.name, func(t *testing.T) {
			var answers [2]any
			for i, executor := range executors {
				s := newService(t, executor)
				if err := json.Unmarshal(s.run(t, w.query), &answers[i]); err != nil {
					t.Fatal(err)
				}
				if got := int(s.upstream.calls.Load()); executor == "planned" && got != w.calls {
					t.Errorf("%s made %d calls for %s, want %d", executor, got, w.query, w.calls)
				}
			}
			if diff := cmp.Diff(answers[0], answers[1]); diff != "" {
				t.Errorf("%s (-%s +%s):\n%s", w.query, executors[0], executors[1], diff)
			}
		})
	}
}

// BenchmarkLarge measures plans on ten and on a hundred times as many objects as 1000x8 of BenchmarkExecutor has: an answer of 1.5 and 15 MB.
func BenchmarkLarge(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(strconv.Itoa(n)+"x8", func(b *testing.B) {
			s := newService(b, "planned")
			answer := s.run(b, scalars(n))
			b.ReportAllocs()
			before := processorTime(b)
			for b.Loop() {
				s.run(b, scalars(n))
			}
			b.ReportMetric(float64(processorTime(b)-before)/float64(b.N)/float64(n), "cpu-ns/object")
			b.ReportMetric(float64(len(answer))/1e6, "MB")
		})
	}
}

// BenchmarkExecutor measures whole operations without HTTP: the document is cached, calls end in memory. Beside time and
// allocations it reports calls/op and cpu-ns/op, the processor time of the process, user and system: goroutines and the
// garbage collector run beside the operation, so that time alone shows half of the cost where there are two processors.
func BenchmarkExecutor(b *testing.B) {
	for _, executor := range executors {
		for _, w := range workloads {
			b.Run(executor+"/"+w.name, func(b *testing.B) {
				s := newService(b, executor)
				s.run(b, w.query)
				s.upstream.calls.Store(0)
				b.ReportAllocs()
				before := processorTime(b)
				for b.Loop() {
					s.run(b, w.query)
				}
				b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
				b.ReportMetric(float64(s.upstream.calls.Load())/float64(b.N), "calls/op")
			})
		}
	}
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
