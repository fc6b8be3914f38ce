package loaders_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"weft/loaders"
)

// sizes has a batch function that notes how many keys each call has.
type sizes struct {
	mu  sync.Mutex // guards got
	got []int
}

func (s *sizes) batch(_ context.Context, keys []int) []*dataloader.Result[int] {
	s.mu.Lock()
	s.got = append(s.got, len(keys))
	s.mu.Unlock()
	out := make([]*dataloader.Result[int], len(keys))
	for i, k := range keys {
		out[i] = &dataloader.Result[int]{Data: k}
	}
	return out
}

// TestGateExact runs more functions than may run at once: what they ask for is one batch all the same, and so is what they ask
// for next, a hundred times over.
func TestGateExact(t *testing.T) {
	for range 100 {
		synctest.Test(t, func(t *testing.T) { // its clock stands still while any function runs
			gate := loaders.NewGate(8)
			var s sizes
			set := new(loaders.Set)
			l := loaders.In(set, "l", func() *loaders.Loader[int, int] {
				return loaders.New(s.batch, loaders.Options{Max: 1000, Gate: gate})
			})
			gate.Run(t.Context(), 100, func(ctx context.Context, i int) {
				v, err := l.Load(ctx, i)()
				if err == nil {
					_, err = l.Load(ctx, 1000+v%10)()
				}
				if err != nil {
					t.Error(err)
				}
			})
			set.Wait()
			if want := []int{100, 10}; !slices.Equal(s.got, want) {
				t.Fatalf("batches of %v keys, want %v", s.got, want)
			}
		})
	}
}

// TestGateTwoLoaders: what several loaders are asked for leaves at the same time.
func TestGateTwoLoaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := loaders.NewGate(4)
		var a, b sizes
		la := loaders.New(a.batch, loaders.Options{Gate: gate})
		lb := loaders.New(b.batch, loaders.Options{Gate: gate})
		gate.Run(t.Context(), 20, func(ctx context.Context, i int) {
			l := la
			if i%2 == 1 {
				l = lb
			}
			if _, err := l.Load(ctx, i)(); err != nil {
				t.Error(err)
			}
		})
		la.Wait()
		lb.Wait()
		if !slices.Equal(a.got, []int{10}) || !slices.Equal(b.got, []int{10}) {
			t.Errorf("batches of %v and %v keys, want one of 10 each", a.got, b.got)
		}
	})
}

// TestGateGuard: a function that waits for another one outside of loaders does not hold it up for ever.
func TestGateGuard(t *testing.T) {
	gate := loaders.NewGate(4)
	var s sizes
	l := loaders.New(s.batch, loaders.Options{Gate: gate})
	first := make(chan struct{})
	gate.Run(t.Context(), 2, func(ctx context.Context, i int) {
		if i == 0 {
			<-first
			return
		}
		if _, err := l.Load(ctx, i)(); err != nil {
			t.Error(err)
		}
		close(first)
	})
	l.Wait()
}

// TestGateSlow: functions that take long, one after another, are not taken for ones that wait.
func TestGateSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := loaders.NewGate(1)
		var s sizes
		l := loaders.New(s.batch, loaders.Options{Gate: gate})
		gate.Run(t.Context(), 10, func(ctx context.Context, i int) {
			time.Sleep(9 * time.Millisecond)
			if _, err := l.Load(ctx, i)(); err != nil {
				t.Error(err)
			}
		})
		l.Wait()
		if !slices.Equal(s.got, []int{10}) {
			t.Errorf("batches of %v keys, want one of 10", s.got)
		}
	})
}

// TestGateCancelled: functions whose context ends count again and end.
func TestGateCancelled(t *testing.T) {
	gate := loaders.NewGate(2)
	ctx, cancel := context.WithCancel(t.Context())
	started := make(chan struct{})
	l := loaders.New(func(ctx context.Context, keys []int) []*dataloader.Result[int] {
		close(started)
		<-ctx.Done()
		return make([]*dataloader.Result[int], len(keys))
	}, loaders.Options{Gate: gate})
	go func() {
		<-started
		cancel()
	}()
	gate.Run(ctx, 10, func(ctx context.Context, i int) {
		if _, err := l.Load(ctx, i)(); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want canceled", err)
		}
	})
	l.Wait()
}

// Functions that are expected run once.
func TestExpectedRunOnce(t *testing.T) {
	gate := loaders.NewGate(1)
	ran := 0
	expected := gate.Expect(2)
	run := func() { expected.Run(t.Context(), func(context.Context, int) { ran++ }) }
	run()
	defer func() {
		if v := recover(); v == nil || ran != 2 {
			t.Errorf("ran %d functions, and then panicked with %v; want 2, and a panic", ran, v)
		}
	}()
	run()
}
