package loaders_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"weft/loaders"
)

func TestInMakesOnce(t *testing.T) {
	s := new(loaders.Set)
	var made atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for first := range 3 {
				loaders.In(s, [2]any{"reviews", first}, func() *int {
					made.Add(1)
					return new(int)
				})
			}
		})
	}
	all.Wait()
	if made.Load() != 3 {
		t.Errorf("made %d, want one a key", made.Load())
	}
}

func TestInKeepsTypesApart(t *testing.T) {
	s := new(loaders.Set)
	text := loaders.In(s, "key", func() string { return "text" })
	number := loaders.In(s, "key", func() int { return loaders.In(s, "another key", func() int { return 7 }) })
	if text != "text" || number != 7 {
		t.Errorf("got %q and %d", text, number)
	}
}

// product returns the loader of products in s.
func product(s *loaders.Set, u *upstream) *loaders.Loader[int, int] {
	return loaders.In(s, "product", func() *loaders.Loader[int, int] { return loaders.New(u.batch, loaders.Options{}) })
}

func TestSetsNeverShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mine, yours upstream
		a, b := new(loaders.Set), new(loaders.Set)
		one, two := product(a, &mine).Load(t.Context(), 1), product(b, &yours).Load(t.Context(), 1)
		want(t, one, 1)
		want(t, two, 1)
		product(a, &mine).Prime(t.Context(), 2, -2)
		want(t, product(b, &yours).Load(t.Context(), 2), 4)
		if len(mine.calls) != 1 || len(yours.calls) != 2 {
			t.Errorf("%d and %d calls, want 1 and 2", len(mine.calls), len(yours.calls))
		}
	})
}

func TestReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := upstream{before: func(context.Context, []int) { time.Sleep(time.Second) }}
		s := new(loaders.Set)
		want(t, product(s, &u).Load(t.Context(), 1), 1)
		old := product(s, &u).Load(t.Context(), 2)
		time.Sleep(500 * time.Millisecond)
		s.Reset()
		want(t, product(s, &u).Load(t.Context(), 1), 1)
		want(t, old, 4)
		if len(u.calls) != 3 {
			t.Errorf("calls %v, want key 1 twice", u.calls)
		}
	})
}

func TestWaitCoversAllOfTheSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(loaders.Set)
		s.Wait() // nothing made, nothing to wait for
		var ended atomic.Int64
		slow := func(context.Context, int) (int, error) {
			time.Sleep(time.Minute)
			ended.Add(1)
			return 0, nil
		}
		brand := loaders.In(s, "brand", func() dataloader.Interface[string, int] {
			each := loaders.In(s, "brand", func() *loaders.Loader[int, int] { return loaders.NewEach(slow, loaders.Options{}) })
			return loaders.Map[int, int, string, int](each, func(s string) int { return len(s) }, nil, nil)
		})
		products := loaders.In(s, "product", func() *loaders.Loader[int, int] {
			return loaders.New(func(ctx context.Context, keys []int) []*dataloader.Result[int] {
				time.Sleep(time.Minute)
				brand.Load(context.WithoutCancel(ctx), "brand")
				return make([]*dataloader.Result[int], len(keys))
			}, loaders.Options{})
		})
		page := loaders.In(s, "page", func() *loaders.Memo[int, int] { return new(loaders.Memo[int, int]) })

		ctx, cancel := context.WithCancel(t.Context())
		products.Load(t.Context(), 1)
		cancelled := make(chan struct{})
		go func() {
			page.Do(ctx, 1, func(ctx context.Context) (int, error) { return slow(ctx, 1) })
			close(cancelled)
		}()
		synctest.Wait()
		cancel()
		<-cancelled
		s.Reset()
		s.Wait()
		if ended.Load() != 2 {
			t.Errorf("%d of 2 calls had ended: the one that products made, and the one whose caller is gone", ended.Load())
		}
	})
}

func TestWaitCoversLoadersAtWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := upstream{before: func(context.Context, []int) { time.Sleep(time.Minute) }}
		l := loaders.NewEach(u.each, loaders.Options{})
		l.Load(t.Context(), 1)
		synctest.Wait()
		s := new(loaders.Set)
		for _, key := range []string{"a", "b"} {
			loaders.In(s, key, func() *loaders.Loader[int, int] { return l })
		}
		s.Wait()
		if u.now != 0 {
			t.Error("the call was still running")
		}
	})
}

type set struct{ name string }

func TestFor(t *testing.T) {
	ctx := loaders.With(loaders.With(t.Context(), &set{"ours"}), set{"another type"})
	if got := loaders.For[*set](ctx).name; got != "ours" {
		t.Errorf("got %q", got)
	}
	ctx = loaders.With(ctx, &set{"inner"})
	if got := loaders.For[*set](ctx).name; got != "inner" {
		t.Errorf("got %q", got)
	}
	defer func() {
		text, _ := recover().(string)
		if !strings.Contains(text, "*loaders_test.set") || !strings.Contains(text, "loaders.With") {
			t.Errorf("panic %q names neither what is missing nor the remedy", text)
		}
	}()
	loaders.For[*set](t.Context())
}
