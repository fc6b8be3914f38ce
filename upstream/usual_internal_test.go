package upstream

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestUsual has calls of any duration, and compares what is said of the last ones with what sorting them says.
func TestUsual(t *testing.T) {
	var u usual
	var all []time.Duration
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 1000 {
		took := time.Duration(random.IntN(50)) // many take as long as another
		u.add(took)
		all = append(all, took)
		last := slices.Sorted(slices.Values(all[max(0, len(all)-len(u.took)):]))
		p50, p95, calls := u.percentiles()
		if calls != len(last) || p50 != last[len(last)/2] || p95 != last[len(last)*19/20] {
			t.Fatalf("after %d calls: %d calls, %d and %d, want %d, %d and %d", n+1, calls, p50, p95, len(last), last[len(last)/2], last[len(last)*19/20])
		}
	}
}

// BenchmarkUsual measures what a call costs that is noted, and what looking costs.
func BenchmarkUsual(b *testing.B) {
	var u usual
	random := rand.New(rand.NewPCG(1, 2))
	b.Run("add", func(b *testing.B) {
		for b.Loop() {
			u.add(time.Duration(random.Int64N(1e6)))
		}
	})
	b.Run("percentiles", func(b *testing.B) {
		for b.Loop() {
			u.percentiles()
		}
	})
}
