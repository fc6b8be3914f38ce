package loaders_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/graph-gophers/dataloader/v7"

	"weft/loaders"
)

func TestLoadDedupesAndRemembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var u upstream
		l := loaders.New(u.batch, loaders.Options{})
		first, again, other := l.Load(t.Context(), 2), l.Load(t.Context(), 2), l.Load(t.Context(), 3)
		want(t, first, 4)
		want(t, again, 4)
		want(t, other, 9)
		want(t, l.Load(t.Context(), 3), 9)
		want(t, first, 4)
		if diff := cmp.Diff([][]int{{2, 3}}, u.seen()); diff != "" {
			t.Error("calls (-want +got):\n" + diff)
		}
	})
}

func TestKeysInAnyOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var u upstream
		l := loaders.New(u.batch, loaders.Options{Max: 7})
		keys := rand.Perm(100)
		thunks := make(map[int]dataloader.Thunk[int])
		for _, key := range keys {
			thunks[key] = l.Load(t.Context(), key)
		}
		for key, thunk := range thunks {
			want(t, thunk, key*key)
		}
		asked := slices.Sorted(slices.Values(slices.Concat(u.seen()...)))
		if diff := cmp.Diff(upto(100), asked); diff != "" {
			t.Error("keys (-want +got):\n" + diff)
		}
	})
}

func TestWindow(t *testing.T) {
	t.Run("KeysWithinWaitLeaveTogether", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var u upstream
			l := loaders.New(u.batch, loaders.Options{Wait: 10 * time.Millisecond})
			l.Load(t.Context(), 1)
			time.Sleep(9 * time.Millisecond)
			l.Load(t.Context(), 2)
			time.Sleep(2 * time.Millisecond)
			l.Load(t.Context(), 3)
			l.Wait()
			if diff := cmp.Diff([][]int{{1, 2}, {3}}, u.seen()); diff != "" {
				t.Error("calls (-want +got):\n" + diff)
			}
		})
	})
	t.Run("FullBatchLeavesAtOnce", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var u upstream
			l := loaders.New(u.batch, loaders.Options{Wait: time.Hour, Max: 2, Parallel: 2})
			start := time.Now()
			l.LoadMany(t.Context(), upto(4))()
			if waited := time.Since(start); waited != 0 {
				t.Errorf("waited %v for a batch that was full", waited)
			}
			if diff := cmp.Diff([][]int{{0, 1}, {2, 3}}, u.seen()); diff != "" {
				t.Error("calls (-want +got):\n" + diff)
			}
		})
	})
	t.Run("DefaultIsTwoMilliseconds", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var u upstream
			start := time.Now()
			want(t, loaders.New(u.batch, loaders.Options{}).Load(t.Context(), 1), 1)
			if waited := time.Since(start); waited != 2*time.Millisecond {
				t.Errorf("waited %v", waited)
			}
		})
	})
}

func TestChunksAreParallelAndBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := upstream{before: func(context.Context, []int) { time.Sleep(time.Second) }}
		l := loaders.New(u.batch, loaders.Options{Max: 10, Parallel: 3})
		many := l.LoadMany(t.Context(), upto(65)) // more than one batch: 30, 30 and 5
		if _, errs := many(); errs != nil {
			t.Fatal(errs)
		}
		var sizes []int
		for _, call := range u.seen() {
			sizes = append(sizes, len(call))
		}
		slices.Sort(sizes)
		if diff := cmp.Diff([]int{5, 10, 10, 10, 10, 10, 10}, sizes); diff != "" {
			t.Error("sizes of calls (-want +got):\n" + diff)
		}
		if u.peak != 3 {
			t.Errorf("%d calls at once, want 3", u.peak)
		}
	})
}

func TestLoadMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		odd := errors.New("odd")
		l := loaders.New(func(_ context.Context, keys []int) []*dataloader.Result[int] {
			results := make([]*dataloader.Result[int], len(keys))
			for i, key := range keys {
				if results[i] = (&dataloader.Result[int]{Data: key}); key%2 == 1 {
					results[i] = &dataloader.Result[int]{Error: odd}
				}
			}
			return results
		}, loaders.Options{})
		values, errs := l.LoadMany(t.Context(), []int{4, 1, 2, 4})()
		if diff := cmp.Diff([]int{4, 0, 2, 4}, values); diff != "" {
			t.Error("values (-want +got):\n" + diff)
		}
		if !slices.Equal(errs, []error{nil, odd, nil, nil}) {
			t.Errorf("got errors %v", errs)
		}
		if values, errs = l.LoadMany(t.Context(), []int{2, 4})(); !slices.Equal(values, []int{2, 4}) || errs != nil {
			t.Errorf("got %v, %v, want no errors at all", values, errs)
		}
		if values, errs = l.LoadMany(t.Context(), nil)(); len(values) != 0 || errs != nil {
			t.Errorf("got %v, %v of no keys", values, errs)
		}
	})
}

func TestErrorIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("down")
		calls := 0
		l := loaders.NewEach(func(context.Context, int) (int, error) {
			calls++
			return 0, down
		}, loaders.Options{})
		for range 3 {
			if _, err := l.Load(t.Context(), 1)(); !errors.Is(err, down) {
				t.Errorf("got %v, want %v", err, down)
			}
		}
		if calls != 1 {
			t.Errorf("%d calls, want 1", calls)
		}
	})
}

func TestPrime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := upstream{before: func(context.Context, []int) { time.Sleep(time.Second) }}
		l := loaders.New(u.batch, loaders.Options{})
		l.Prime(t.Context(), 1, -1).Prime(t.Context(), 1, -2)
		want(t, l.Load(t.Context(), 1), -1) // before: not fetched, the first stays

		collected, fetched := l.Load(t.Context(), 2), l.Load(t.Context(), 3)
		l.Prime(t.Context(), 2, -2)
		want(t, collected, -2) // while collected: answered at once, and not fetched
		want(t, l.Load(t.Context(), 2), -2)

		time.Sleep(500 * time.Millisecond)
		l.Prime(t.Context(), 3, -3)
		want(t, fetched, 9) // in flight: too late
		l.Prime(t.Context(), 3, -3)
		want(t, l.Load(t.Context(), 3), 9) // after: too late

		if diff := cmp.Diff([][]int{{3}}, u.seen()); diff != "" {
			t.Error("calls (-want +got):\n" + diff)
		}
	})
}

func TestPrimeLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var u upstream
		l := loaders.New(u.batch, loaders.Options{})
		indexed := 0
		offer := func(yield func(int, int) bool) {
			indexed++
			for key := range 10 {
				if !yield(key, -key) {
					return
				}
			}
		}
		l.PrimeLater(offer)
		synctest.Wait()
		if indexed != 0 {
			t.Error("indexed although nobody asked")
		}
		want(t, l.Load(t.Context(), 5), -5)
		want(t, l.Load(t.Context(), 6), -6)
		want(t, l.Load(t.Context(), 20), 400)
		if indexed != 1 {
			t.Errorf("indexed %d times, want once", indexed)
		}

		want(t, l.Clear(t.Context(), 5).Load(t.Context(), 5), 25)
		l.ClearAll()
		l.PrimeLater(offer)
		want(t, l.Clear(t.Context(), 5).Load(t.Context(), 5), 25) // the offer is older than the Clear
		want(t, l.Load(t.Context(), 6), -6)
		l.PrimeLater(offer)
		want(t, l.ClearAll().Load(t.Context(), 6), 36)
	})
}

func TestClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var version atomic.Int64
		l := loaders.New(func(_ context.Context, keys []string) []*dataloader.Result[int] {
			answer := &dataloader.Result[int]{Data: int(version.Add(1))}
			time.Sleep(time.Second)
			return slices.Repeat([]*dataloader.Result[int]{answer}, len(keys))
		}, loaders.Options{})
		collected := l.Load(t.Context(), "a")
		same := l.Clear(t.Context(), "a").Load(t.Context(), "a")
		time.Sleep(500 * time.Millisecond)
		anew := l.Clear(t.Context(), "a").Load(t.Context(), "a")
		want(t, collected, 1)
		want(t, same, 1) // the key had not left yet: asked for once
		want(t, anew, 2)
		want(t, l.Load(t.Context(), "a"), 2) // the older answer came, but not into the memo
		want(t, l.Clear(t.Context(), "a").Load(t.Context(), "a"), 3)
		want(t, l.Clear(t.Context(), "unknown").Load(t.Context(), "a"), 3)
		want(t, l.ClearAll().Load(t.Context(), "a"), 4)
	})
}

func TestBurst(t *testing.T) {
	for name, make := range map[string]func(*upstream) *loaders.Loader[int, int]{
		"New":     func(u *upstream) *loaders.Loader[int, int] { return loaders.New(u.batch, loaders.Options{}) },
		"NewEach": func(u *upstream) *loaders.Loader[int, int] { return loaders.NewEach(u.each, loaders.Options{}) },
	} {
		t.Run(name, func(t *testing.T) {
			var u upstream
			l := make(&u)
			var all sync.WaitGroup
			for i := range 10_000 {
				all.Go(func() {
					key := i % 5_000
					want(t, l.Load(t.Context(), key), key*key)
				})
			}
			all.Wait()
			asked := slices.Sorted(slices.Values(slices.Concat(u.seen()...)))
			if !slices.Equal(asked, upto(5_000)) {
				t.Errorf("%d keys fetched, want each of 5000 once", len(asked))
			}
		})
	}
}

func TestNewEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := upstream{before: func(context.Context, []int) { time.Sleep(time.Second) }}
		l := loaders.NewEach(u.each, loaders.Options{Parallel: 4})
		start := time.Now()
		l.Load(t.Context(), 1)
		synctest.Wait()
		if len(u.seen()) != 1 || time.Since(start) != 0 {
			t.Error("the first key waited for others")
		}
		keys := append(upto(10), upto(10)...)
		if _, errs := l.LoadMany(t.Context(), keys)(); errs != nil {
			t.Fatal(errs)
		}
		if len(u.calls) != 10 || u.peak != 4 {
			t.Errorf("%d calls, %d at once, want 10 and 4", len(u.calls), u.peak)
		}
	})
}

// TestAnyInterleaving mixes everything that can happen to a loader, and holds it to what must be true of every
// interleaving: keys are distinct within a call, answers are right, and nothing is left over.
func TestAnyInterleaving(t *testing.T) {
	u := upstream{before: func(context.Context, []int) { time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond) }}
	l := loaders.New(u.batch, loaders.Options{Max: 3, Parallel: 4, Wait: 50 * time.Microsecond})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 300 {
				step(t, l, rand.IntN(20))
			}
		})
	}
	all.Wait()
	l.Wait()
	for _, call := range u.seen() {
		if distinct := slices.Compact(slices.Sorted(slices.Values(call))); len(distinct) != len(call) {
			t.Errorf("call with a key twice: %v", call)
		}
	}
	if u.now != 0 {
		t.Errorf("%d calls still running after Wait", u.now)
	}
}

// step does one random thing with key.
func step(t *testing.T, l *loaders.Loader[int, int], key int) {
	switch rand.IntN(8) {
	case 0:
		l.Prime(t.Context(), key, key*key)
	case 1:
		l.Clear(t.Context(), key)
	case 2:
		l.PrimeLater(func(yield func(int, int) bool) { yield(key, key*key) })
	case 3:
		ctx, cancel := context.WithCancel(t.Context())
		thunk := l.Load(ctx, key)
		cancel()
		if got, err := thunk(); err == nil && got != key*key || err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, %v of %d under a cancelled context", got, err, key)
		}
	default:
		want(t, l.Load(t.Context(), key), key*key)
	}
}
