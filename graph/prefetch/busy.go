package prefetch

import (
	"runtime/metrics"
	"sync"
	"time"
)

const (
	lookEvery = 250 * time.Millisecond
	tooLong   = 4 * time.Millisecond // for a goroutine to wait for a processor
	tooMany   = 0.1                  // of all goroutines that began to run
)

// Load knows whether the process has more to do than processors to do it: whether goroutines wait for one. It is safe for concurrent
// use; the zero Load is ready.
type Load struct {
	mu     sync.Mutex // guards what follows
	looked time.Time
	before []uint64 // counts of the histogram, when it was looked at last
	busy   bool
}

// Busy reports whether, within the last quarter of a second or since it was last asked, more than a tenth of all goroutines waited for
// a processor for longer than 4 ms.
func (l *Load) Busy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); now.Sub(l.looked) >= lookEvery {
		l.looked = now
		sample := []metrics.Sample{{Name: "/sched/latencies:seconds"}}
		metrics.Read(sample)
		if sample[0].Value.Kind() == metrics.KindFloat64Histogram {
			l.look(sample[0].Value.Float64Histogram())
		}
	}
	return l.busy
}

// look compares a histogram of waiting times, which only grows, with the one before.
func (l *Load) look(h *metrics.Float64Histogram) {
	var all, long uint64
	for i, n := range h.Counts {
		if i < len(l.before) {
			n -= l.before[i]
		}
		all += n
		if h.Buckets[i] >= tooLong.Seconds() {
			long += n
		}
	}
	l.busy = float64(long) > tooMany*float64(all)
	l.before = append(l.before[:0], h.Counts...)
}
