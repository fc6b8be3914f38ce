package process

import (
	"os"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"
)

// TestPercentFor: the next collection begins at the minimum, or where twice of what is in use is reached.
func TestPercentFor(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		name        string
		live, roots uint64
		want        int
	}{
		{"Nothing", 0, 0, 700},
		{"Little", 2 * mb, 0, 700},
		{"AQuarter", 7 * mb, 0, 300},
		{"AQuarterAndStacks", 7 * mb, 7 * mb, 150},
		{"Half", 14 * mb, 0, 100},
		{"MoreThanHalf", 20 * mb, 0, 100},
		{"TheMinimum", 28 * mb, 0, 100},
		{"Much", 1 << 40, mb, 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := percentFor(28*mb, c.live, c.roots); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

// TestDiffer: the world is stopped for what is worth it.
func TestDiffer(t *testing.T) {
	for _, c := range []struct {
		a, b int
		want bool
	}{{100, 100, false}, {100, 101, true}, {101, 100, true}, {300, 330, false}, {330, 300, false}, {300, 340, true}, {340, 300, true}} {
		if got := differ(c.a, c.b); got != c.want {
			t.Errorf("%d and %d: got %t, want %t", c.a, c.b, got, c.want)
		}
	}
}

var held [][]byte // what a test keeps in use

// TestKeepMinHeap: what is set follows what is in use and whether the process is busy, ends with stop, and is GOGC's where that is set.
func TestKeepMinHeap(t *testing.T) {
	percent := func() int {
		samples := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		metrics.Read(samples)
		return int(samples[0].Value.Uint64())
	}
	var busy atomic.Bool
	until := func(want func(int) bool) {
		t.Helper()
		for !want(percent()) { // the test's time ends it: collections have to be seen, by a goroutine of their own
			runtime.GC()
			runtime.Gosched()
		}
	}
	t.Setenv("GOGC", "") // which t restores
	_ = os.Unsetenv("GOGC")
	before := percent()
	stop := KeepMinHeap(busy.Load)
	until(func(p int) bool { return p > 100 })
	for range 32 {
		held = append(held, make([]byte, 1<<20))
	}
	until(func(p int) bool { return p == 100 })
	busy.Store(true)
	until(func(p int) bool { return p > 100 })
	busy.Store(false)
	until(func(p int) bool { return p == 100 })
	held = nil
	until(func(p int) bool { return p > 100 })
	stop()
	runtime.GC()
	if got := percent(); got != before {
		t.Errorf("after stop: got %d, want %d", got, before)
	}
	t.Setenv("GOGC", "50")
	defer KeepMinHeap(busy.Load)()
	if got := percent(); got != before {
		t.Errorf("with GOGC: got %d, want %d", got, before)
	}
}
