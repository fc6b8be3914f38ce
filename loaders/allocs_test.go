package loaders_test

import (
	"context"
	"slices"
	"testing"

	"github.com/graph-gophers/dataloader/v7"

	"weft/loaders"
)

// TestAllocsPerKey bounds what one key more allocates, over a batch function that does nothing: an operation may load thousands. Most
// of it is the collector's (dataloader/v7) where there are batches, and the call's context where each key is a call.
func TestAllocsPerKey(t *testing.T) {
	answer := &dataloader.Result[int]{}
	batched := func(n int) dataloader.Interface[int, int] {
		return loaders.New(func(_ context.Context, keys []int) []*dataloader.Result[int] {
			return slices.Repeat([]*dataloader.Result[int]{answer}, len(keys))
		}, loaders.Options{Max: n, Parallel: 1})
	}
	each := func(int) dataloader.Interface[int, int] {
		return loaders.NewEach(func(context.Context, int) (int, error) { return 0, nil }, loaders.Options{})
	}
	one := func(l dataloader.Interface[int, int], keys []int) {
		thunks := make([]dataloader.Thunk[int], len(keys))
		for i, key := range keys {
			thunks[i] = l.Load(t.Context(), key)
		}
		for _, thunk := range thunks {
			_, _ = thunk()
		}
	}
	many := func(l dataloader.Interface[int, int], keys []int) { _, _ = l.LoadMany(t.Context(), keys)() }
	for _, row := range []struct {
		name string
		make func(n int) dataloader.Interface[int, int]
		load func(dataloader.Interface[int, int], []int)
		most float64
	}{
		{"Load of New", batched, one, 9.5},
		{"LoadMany of New", batched, many, 8.5},
		{"Load of NewEach", each, one, 19.5},
		{"LoadMany of NewEach", each, many, 17.5},
	} {
		allocs := func(n int) float64 {
			keys := make([]int, n)
			for i := range keys {
				keys[i] = i
			}
			return testing.AllocsPerRun(20, func() { row.load(row.make(n), keys) })
		}
		const few, lots = 100, 200
		got := (allocs(lots) - allocs(few)) / (lots - few)
		if got > row.most {
			t.Errorf("%s: %.2f allocations for a key, want %.1f at most", row.name, got, row.most)
		}
	}
}
