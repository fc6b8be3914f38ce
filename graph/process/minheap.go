package process

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// minHeap is how many bytes the heap may have before garbage is collected, however few of them are in use. Go's own minimum is 4 MB, and it collects at
// twice of what is in use: a service that keeps little and is asked much does so 30 times a second. With 28 MB kept answers take 0.84 of the processor
// time, 0.8 on the lane, and what entities in memory make 0.65; peak memory is 53 to 59 MB, 31 to 37 without (bench/README.md, "Tail").
const minHeap = 28 << 20

// busyHeap is the same where processors have no time left: a process that is offered twice of what it can do answers 8 to 25 % more of it in time, with
// 125 to 150 MB of memory at the peak without this, and 160 to 200 with it (bench/README.md, "More than can be done").
const busyHeap = 96 << 20

// The percentages that GOGC is set to: of what is in use, what may be added before the next collection.
const (
	usualPercent = 100     // Go's own
	mostPercent  = 700     // of 4 MB and less
	percentStep  = 1.0 / 8 // smaller changes are not worth it: each stops the world
)

// KeepMinHeap has garbage collected only where the heap has at least 28 MB, or twice of what is in use where that is more. Of a process that is busy it is
// 96 MB. GOMEMLIMIT, and what [LimitMemory] sets, hold all the same. It does nothing where GOGC is set. busy is asked after each collection, and may be called by
// any goroutine. stop goes back to what was before.
func KeepMinHeap(busy func() bool) (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	k := &heapKeeper{busy: busy, percent: mostPercent}
	was := debug.SetGCPercent(k.percent)
	k.watch()
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.stopped = true
		debug.SetGCPercent(was)
	}
}

// heapKeeper sets GOGC after each collection to what has the next one begin at the minimum.
type heapKeeper struct {
	busy func() bool

	mu      sync.Mutex // guards what follows
	percent int        // that is set
	stopped bool
}

// sentinel is what the next collection finds unused. It has a pointer: objects without one share memory with others (runtime.AddCleanup).
type sentinel struct{ _ *byte }

// watch has the next collection call adjust.
func (k *heapKeeper) watch() {
	runtime.AddCleanup(&sentinel{}, (*heapKeeper).adjust, k)
}

func (k *heapKeeper) adjust() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopped {
		return
	}
	least := uint64(minHeap)
	if k.busy() {
		least = busyHeap
	}
	live, roots := lastFound()
	if p := percentFor(least, live, roots); differ(p, k.percent) {
		k.percent = p
		debug.SetGCPercent(p)
	}
	k.watch()
}

// lastFound is what the latest collection has found in use, and the roots from which it looked, in bytes.
func lastFound() (live, roots uint64) {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64(), samples[1].Value.Uint64() + samples[2].Value.Uint64()
}

// percentFor is the GOGC with which the heap may grow from live to least: Go adds GOGC hundredths of what is in use and of the roots.
func percentFor(least, live, roots uint64) int {
	if live >= least {
		return usualPercent
	}
	return min(max(int((least-live)*100/max(live+roots, 1)), usualPercent), mostPercent)
}

// differ reports whether two percentages do, by more than a step, or in that only one is the usual one.
func differ(a, b int) bool {
	return (a == usualPercent) != (b == usualPercent) || max(a, b) > min(a, b)+int(float64(min(a, b))*percentStep)
}
