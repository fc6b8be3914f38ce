package prefetch

import (
	"runtime/metrics"
	"testing"
)

func TestBusy(t *testing.T) {
	buckets := []float64{0, 0.001, 0.004, 0.1, 1} // seconds
	var l Load
	for _, c := range []struct {
		name   string
		counts []uint64 // so far
		busy   bool
	}{
		{"nobody waits", []uint64{100, 0, 0, 0}, false},
		{"some wait for a moment", []uint64{100, 100, 0, 0}, false},
		{"one of ten waits for long", []uint64{190, 100, 10, 0}, false},
		{"two of ten do", []uint64{270, 100, 10, 20}, true},
		{"nothing runs", []uint64{270, 100, 10, 20}, false},
		{"nobody waits any more", []uint64{370, 100, 10, 20}, false},
	} {
		if l.look(&metrics.Float64Histogram{Counts: c.counts, Buckets: buckets}); l.busy != c.busy {
			t.Errorf("%s: got %v", c.name, l.busy)
		}
	}
	new(Load).Busy() // reads a histogram that there is
}
