package loaders_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"weft/loaders"
)

func TestMemoRunsOncePerKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m loaders.Memo[string, int]
		var runs atomic.Int64
		down := errors.New("down")
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				got, err := m.Do(t.Context(), "page", func(context.Context) (int, error) {
					time.Sleep(time.Second)
					runs.Add(1)
					return 7, down
				})
				if got != 7 || err != down {
					t.Errorf("got %v, %v", got, err)
				}
			})
		}
		all.Wait()
		_, err := m.Do(t.Context(), "page", nil) // known: nothing to call
		if err != down || runs.Load() != 1 {
			t.Errorf("got %v after %d runs, want the first answer", err, runs.Load())
		}
		if got, err := m.Do(t.Context(), "another", func(context.Context) (int, error) { return 8, nil }); got != 8 || err != nil {
			t.Errorf("got %v, %v", got, err)
		}
		m.Wait()
	})
}

func TestMemoForgetsWhatWasCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m loaders.Memo[string, int]
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := m.Do(ctx, "page", func(ctx context.Context) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want context.DeadlineExceeded", err)
		}
		got, err := m.Do(t.Context(), "page", func(context.Context) (int, error) { return 7, nil })
		if got != 7 || err != nil {
			t.Errorf("got %v, %v, want a new run", got, err)
		}
		m.Wait()
	})
}

func TestMemoSurvivesPanic(t *testing.T) {
	var m loaders.Memo[string, int]
	_, err := m.Do(t.Context(), "page", func(context.Context) (int, error) { panic("boom") })
	var p *loaders.PanicError
	if !errors.As(err, &p) || p.Value != "boom" {
		t.Errorf("got %v, want a PanicError", err)
	}
	m.Wait()
}
