package govern_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/govern"
)

const mib = 1 << 20

// used is what a governor has counted.
func used(t *testing.T, g *govern.Governor, want int64) {
	t.Helper()
	if got := g.Status().Used; got != want {
		t.Errorf("%d bytes are counted, want %d", got, want)
	}
}

// What is given back is counted no more, however little is left.
func TestGivenBack(t *testing.T) {
	g := govern.New(2 * mib)
	for _, back := range []int64{mib, mib - 1, mib - govern.Free, mib / 2} {
		h := g.Holding()
		if !h.Take(mib) || !h.Take(-back) {
			t.Error("what fits is refused")
		}
		used(t, g, max(0, mib-back-govern.Free))
		h.Release()
		used(t, g, 0)
	}
}

func TestDefaultBudget(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	for limit, want := range map[int64]int64{math.MaxInt64: 128 * mib, 32 * mib: 16 * mib, 400 * mib: 100 * mib, 64 << 30: 16 << 30} {
		debug.SetMemoryLimit(limit)
		if got := govern.DefaultBudget(); got != want {
			t.Errorf("of %d bytes %d, want %d", limit, got, want)
		}
	}
}

func TestTake(t *testing.T) {
	g := govern.New(2 * mib)
	a, b, c := g.Holding(), g.Holding(), g.Holding()
	if !a.Take(govern.Free) {
		t.Error("what is free is refused")
	}
	used(t, g, 0)
	if !a.Take(mib) || !b.Take(govern.Free+mib) {
		t.Error("what fits is refused")
	}
	used(t, g, 2*mib)
	if a.Take(1) || b.Take(1) || c.Take(govern.Free+1) {
		t.Error("what does not fit is taken")
	}
	if !c.Take(govern.Free) {
		t.Error("a small one is refused while the budget is used up")
	}
	used(t, g, 2*mib)
	a.Add(mib) // it is there
	used(t, g, 3*mib)
	a.Add(-2 * mib)
	used(t, g, mib)
	a.Release()
	b.Release()
	used(t, g, 0)
	if !b.Take(mib) {
		t.Error("what has ended is refused")
	}
	used(t, g, 0)
	if got := g.Status().Refused; got != 3 {
		t.Errorf("got %d refusals, want 3", got)
	}
}

// TestAlone: what is larger than the budget is served when nothing else is.
func TestAlone(t *testing.T) {
	g := govern.New(mib)
	a, b := g.Holding(), g.Holding()
	for range 2 {
		if !a.Take(10 * mib) {
			t.Error("one that is alone is refused")
		}
	}
	if b.Take(mib) {
		t.Error("a second one is not")
	}
	a.Release()
	if !b.Take(10 * mib) {
		t.Error("it is refused when the first has ended")
	}
}

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := govern.New(mib)
		first, second := g.Holding(), g.Holding()
		first.Add(govern.Free + mib)
		second.Add(govern.Free + 1)
		wait := func(ctx context.Context) (time.Duration, error) {
			h, from := g.Holding(), time.Now()
			err := h.Wait(ctx, mib)
			h.Release()
			return time.Since(from), err
		}
		if took, err := wait(t.Context()); !errors.Is(err, govern.ErrFull) || took != time.Second {
			t.Errorf("got %v after %s, want ErrFull after a second", err, took)
		}
		if took, err := wait(govern.Holds(t.Context())); !errors.Is(err, govern.ErrFull) || took != 0 {
			t.Errorf("who holds something else: got %v after %s, want ErrFull at once", err, took)
		}
		if err := first.Wait(t.Context(), mib); !errors.Is(err, govern.ErrFull) {
			t.Errorf("who has some: got %v, want ErrFull", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if took, err := wait(ctx); !errors.Is(err, context.DeadlineExceeded) || took != time.Millisecond {
			t.Errorf("whose time is over: got %v after %s", err, took)
		}
		used(t, g, mib+1)
		time.AfterFunc(time.Second/2, first.Release)
		if took, err := wait(t.Context()); err != nil || took != time.Second/2 {
			t.Errorf("got %v after %s, want room after half a second", err, took)
		}
		used(t, g, 1)
		if got := g.Status(); got.Waited != 3 || got.Refused != 3 {
			t.Errorf("got %+v, want 3 that have waited, and 3 that were refused", got)
		}
	})
}

// TestNothingBounds: without a governor there is room for anything.
func TestNothingBounds(t *testing.T) {
	var none *govern.Holding
	for _, h := range []*govern.Holding{none, {}, (*govern.Governor)(nil).Holding()} {
		if !h.Take(1<<40) || h.Wait(t.Context(), 1<<40) != nil {
			t.Error("it is refused")
		}
		h.Add(1)
		h.Release()
	}
}

// TestNobodyWaitsForEver: whatever holdings do at the same time, all of them end, and what they had is given back.
func TestNobodyWaitsForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := govern.New(4 * mib)
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() {
				h := g.Holding()
				defer h.Release()
				if h.Wait(t.Context(), rand.Int64N(2*mib)) != nil {
					return
				}
				var parts sync.WaitGroup
				for range 4 { // as what several services answer
					parts.Go(func() {
						for range 8 {
							time.Sleep(time.Duration(rand.IntN(10)) * time.Millisecond)
							if !h.Take(rand.Int64N(64 << 10)) {
								return
							}
						}
					})
				}
				parts.Wait()
				h.Add(rand.Int64N(mib))
			})
		}
		all.Wait()
		used(t, g, 0)
	})
}
