package loaders_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"weft/loaders"
)

// BenchmarkLoad loads 100 keys and waits for them, over a batch function that does nothing.
// The batch leaves with its last key, so that no row waits for a timer.
func BenchmarkLoad(b *testing.B) {
	const n = 100
	var calls atomic.Int64
	batch := func(_ context.Context, keys []int) []*dataloader.Result[int] {
		calls.Add(1)
		answer := &dataloader.Result[int]{}
		return slices.Repeat([]*dataloader.Result[int]{answer}, len(keys))
	}
	rows := []struct {
		name string
		make func() dataloader.Interface[int, int]
	}{
		{"v7", func() dataloader.Interface[int, int] {
			return dataloader.NewBatchedLoader(batch, dataloader.WithBatchCapacity[int, int](n))
		}},
		{"New", func() dataloader.Interface[int, int] {
			return loaders.New(batch, loaders.Options{Max: n, Parallel: 1})
		}},
		{"NewEach", func() dataloader.Interface[int, int] {
			return loaders.NewEach(func(context.Context, int) (int, error) {
				calls.Add(1)
				return 0, nil
			}, loaders.Options{})
		}},
	}
	keys := make([]int, n)
	for i := range keys {
		keys[i] = i
	}
	for _, row := range rows {
		b.Run("Load/"+row.name, func(b *testing.B) {
			calls.Store(0)
			b.ReportAllocs()
			for b.Loop() {
				l := row.make()
				thunks := make([]dataloader.Thunk[int], n)
				for i, key := range keys {
					thunks[i] = l.Load(b.Context(), key)
				}
				for _, thunk := range thunks {
					if _, err := thunk(); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(calls.Load())/float64(b.N), "calls/op")
		})
		b.Run("LoadMany/"+row.name, func(b *testing.B) {
			calls.Store(0)
			b.ReportAllocs()
			for b.Loop() {
				if _, errs := row.make().LoadMany(b.Context(), keys)(); errs != nil {
					b.Fatal(errs)
				}
			}
			b.ReportMetric(float64(calls.Load())/float64(b.N), "calls/op")
		})
	}
}

// BenchmarkWait measures what Options.Wait costs and saves: goroutines, each loading one key, over a
// batch function of 2 ms that takes them all in one call if they come in time.
func BenchmarkWait(b *testing.B) {
	for _, n := range []int{100, 1000} {
		for _, wait := range []time.Duration{500 * time.Microsecond, time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 16 * time.Millisecond} {
			b.Run(fmt.Sprintf("keys=%d/wait=%v", n, wait), func(b *testing.B) {
				var calls atomic.Int64
				var took []time.Duration
				for b.Loop() {
					l := loaders.New(slow(&calls), loaders.Options{Max: n, Wait: wait})
					start := time.Now()
					spread(b, l, n)
					took = append(took, time.Since(start))
				}
				slices.Sort(took)
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
				b.ReportMetric(float64(calls.Load())/float64(b.N), "calls/op")
			})
		}
	}
}

// slow is a batch function of 2 ms.
func slow(calls *atomic.Int64) dataloader.BatchFunc[int, int] {
	return func(_ context.Context, keys []int) []*dataloader.Result[int] {
		calls.Add(1)
		time.Sleep(2 * time.Millisecond)
		return slices.Repeat([]*dataloader.Result[int]{{}}, len(keys))
	}
}

// spread loads n keys, each in a goroutine of its own.
func spread(tb testing.TB, l dataloader.Interface[int, int], n int) {
	var all sync.WaitGroup
	for key := range n {
		all.Go(func() {
			if _, err := l.Load(tb.Context(), key)(); err != nil {
				tb.Error(err)
			}
		})
	}
	all.Wait()
}
