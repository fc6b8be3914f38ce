package cache

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
)

func TestRefreshMergesWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRefresher()
		defer r.close()
		begun, goOn := make(chan []string), make(chan struct{})
		run := func(_ context.Context, keys []string) { begun <- keys; <-goOn }
		r.add("group", []string{"1"}, run)
		first := <-begun
		for _, key := range []string{"1", "2", "3", "2"} { // 1 is being refreshed, 2 is asked for twice
			r.add("group", []string{key}, run)
		}
		goOn <- struct{}{}
		second := <-begun
		goOn <- struct{}{}
		synctest.Wait()
		if !slices.Equal(first, []string{"1"}) || !slices.Equal(second, []string{"2", "3"}) {
			t.Errorf("refreshed %q, then %q", first, second)
		}
		if len(r.groups) != 0 || r.running != 0 || r.waiting != 0 {
			t.Errorf("left behind: %d groups, %d running, %d waiting", len(r.groups), r.running, r.waiting)
		}
		r.add("group", []string{"1"}, run)
		if again := <-begun; !slices.Equal(again, []string{"1"}) {
			t.Errorf("refreshed %q", again)
		}
		goOn <- struct{}{}
	})
}

// Keys that are asked for at once are refreshed at once.
func TestRefreshTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRefresher()
		defer r.close()
		begun := make(chan []string, 2)
		if taken := r.add("group", []string{"1", "2", "1", "3"}, func(_ context.Context, keys []string) { begun <- keys }); taken != 4 {
			t.Errorf("took %d of 4", taken)
		}
		synctest.Wait()
		if first := <-begun; !slices.Equal(first, []string{"1", "2", "3"}) || len(begun) > 0 {
			t.Errorf("refreshed %q, and %d more", first, len(begun))
		}
	})
}

func TestRefreshIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRefresher()
		goOn := make(chan struct{})
		running := make(chan int, 2*maxRefreshes)
		for i := range 2 * maxRefreshes {
			r.add(i, []string{"k"}, func(context.Context, []string) { running <- i; <-goOn })
		}
		synctest.Wait()
		if len(running) != maxRefreshes {
			t.Errorf("%d at once", len(running))
		}
		taken := 0
		for i := range maxWaiting + 10 {
			taken += r.add("one", []string{string(rune(i + 1000))}, func(context.Context, []string) {})
		}
		if want := maxWaiting - maxRefreshes; taken != want { // that many wait already
			t.Errorf("took %d, want %d", taken, want)
		}
		close(goOn)
		r.close()
		if r.add("late", []string{"k"}, nil) > 0 {
			t.Error("took a refresh after close")
		}
	})
}

func TestRefreshCloseStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRefresher()
		r.add("group", []string{"1"}, func(ctx context.Context, _ []string) { <-ctx.Done() })
		synctest.Wait()
		r.close()
	})
}
