package schedule_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/graph/schedule"
)

// within runs f in a bubble, with a scheduler that is closed at its end.
func within(t *testing.T, o schedule.Options, f func(t *testing.T, s *schedule.Scheduler)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := schedule.New(o)
		defer s.Close(ended())
		f(t, s)
	})
}

// ended is a context that leaves no time.
func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// ran is what was run: the batches, in their order.
type ran struct {
	mu      sync.Mutex // guards batches
	batches []string
}

// run takes note of a batch.
func (r *ran) run(_ context.Context, keys []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.batches = append(r.batches, strings.Join(keys, " "))
}

func (r *ran) want(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if diff := cmp.Diff(want, r.batches); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}
}

// numbers are n keys.
func numbers(n int) (keys []string) {
	for i := range n {
		keys = append(keys, fmt.Sprint(i))
	}
	return keys
}

// held is tasks that run until they are let go, or their context ends.
func held(of any, keys ...string) (t schedule.Tasks, letGo func()) {
	gone := make(chan struct{})
	return schedule.Tasks{Of: of, Keys: keys, Run: func(ctx context.Context, _ []string) {
		select {
		case <-gone:
		case <-ctx.Done():
		}
	}}, func() { close(gone) }
}

// Tasks that come one by one run together when the first has waited for long enough, or when there are as many as may.
func TestTogether(t *testing.T) {
	within(t, schedule.Options{}, func(t *testing.T, s *schedule.Scheduler) {
		var r ran
		tasks := schedule.Tasks{Of: "of", Max: 3, Wait: 10 * time.Millisecond, Run: r.run}
		for _, key := range []string{"a", "b", "a", "c", "d"} { // a is there already
			tasks.Keys = []string{key}
			s.Add(tasks)
		}
		r.want(t, "a b c")
		time.Sleep(9 * time.Millisecond)
		tasks.Keys = []string{"e"}
		s.Add(tasks)
		r.want(t, "a b c")
		time.Sleep(time.Millisecond)
		r.want(t, "a b c", "d e")
		s.Add(tasks) // it has run, and runs anew
		time.Sleep(10 * time.Millisecond)
		r.want(t, "a b c", "d e", "e")
	})
}

// Kinds do not mix, and what is more than may run together is as few batches as possible.
func TestFewestBatches(t *testing.T) {
	within(t, schedule.Options{}, func(t *testing.T, s *schedule.Scheduler) {
		calls := map[any]int{}
		var mu sync.Mutex
		for i, key := range numbers(1000) {
			of := i % 10
			s.Add(schedule.Tasks{
				Of: of, Keys: []string{key}, Upstream: fmt.Sprint(of % 3), Max: 30, Wait: 10 * time.Millisecond,
				Run: func(_ context.Context, keys []string) {
					time.Sleep(50 * time.Millisecond)
					mu.Lock()
					defer mu.Unlock()
					calls[of]++
				},
			})
			time.Sleep(time.Microsecond)
		}
		time.Sleep(time.Minute)
		mu.Lock()
		defer mu.Unlock()
		for of := range 10 {
			if calls[of] != 4 { // 100 keys by 30
				t.Errorf("%d: %d batches, want 4", of, calls[of])
			}
		}
		if stats := s.Stats(); stats.Batches != 40 || stats.Tasks != 1000 || stats.Waiting+stats.Running > 0 {
			t.Errorf("got %+v", stats)
		}
	})
}

// While a task runs it is not added again; others of its kind are.
func TestWhileItRuns(t *testing.T) {
	within(t, schedule.Options{}, func(t *testing.T, s *schedule.Scheduler) {
		tasks, letGo := held("of", "key")
		s.Add(tasks)
		synctest.Wait()
		s.Add(tasks)
		var r ran
		s.Add(schedule.Tasks{Of: "of", Keys: []string{"key", "other"}, Run: r.run})
		r.want(t, "other")
		letGo()
		r.want(t, "other")
		s.Add(schedule.Tasks{Of: "of", Keys: []string{"key"}, Run: r.run})
		r.want(t, "other", "key")
	})
}

// What is done once in a period is done a tenth of it early or late at most, and not before the last time has ended.
func TestEvery(t *testing.T) {
	within(t, schedule.Options{}, func(t *testing.T, s *schedule.Scheduler) {
		begun, takes := make(chan time.Time), make(chan time.Duration)
		last := time.Now()
		p := s.Every(time.Minute, schedule.Tasks{Of: 1, Keys: []string{""}, Run: func(context.Context, []string) {
			begun <- time.Now()
			time.Sleep(<-takes)
		}})
		waits := map[time.Duration]bool{}
		for range 50 {
			next := p.Next()
			now := <-begun
			wait := now.Sub(last)
			if wait < 54*time.Second || wait > 66*time.Second || now != next {
				t.Errorf("got %s, at %s, want a minute or so, at %s", wait, now, next)
			}
			waits[wait], last = true, now
			takes <- 0
		}
		if len(waits) < 25 {
			t.Errorf("got %d different times", len(waits))
		}
		last = <-begun
		takes <- 100 * time.Second
		if wait := (<-begun).Sub(last); wait < 100*time.Second {
			t.Errorf("it began again after %s, and takes 100 s", wait)
		}
		takes <- 0
	})
}

// No more batches run at once than there are workers, and no more of an upstream than its share: others are not held up by it.
func TestShares(t *testing.T) {
	share := func(upstream string) int { return map[string]int{"slow": 2, "other": 3}[upstream] }
	within(t, schedule.Options{Workers: 4, Share: share}, func(t *testing.T, s *schedule.Scheduler) {
		begun := map[string]int{}
		var mu sync.Mutex
		add := func(upstream string, n int) (letGo func()) {
			gone := make(chan struct{})
			for i := range n {
				s.Add(schedule.Tasks{Of: fmt.Sprint(upstream, i), Keys: []string{""}, Upstream: upstream, Run: func(context.Context, []string) {
					mu.Lock()
					begun[upstream]++
					mu.Unlock()
					<-gone
				}})
			}
			return func() { close(gone) }
		}
		want := func(want map[string]int) {
			t.Helper()
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			if diff := cmp.Diff(want, begun); diff != "" {
				t.Errorf("begun (-want +got):\n%s", diff)
			}
		}
		slow := add("slow", 5)
		want(map[string]int{"slow": 2})
		other := add("other", 5)
		want(map[string]int{"slow": 2, "other": 2})
		slow()
		want(map[string]int{"slow": 5, "other": 3})
		other()
		want(map[string]int{"slow": 5, "other": 5})
	})
}

// What is of a higher priority runs first, and among equals what was due first.
func TestOrder(t *testing.T) {
	within(t, schedule.Options{Workers: 1}, func(t *testing.T, s *schedule.Scheduler) {
		first, letGo := held("first", "")
		s.Add(first)
		var r ran
		for i, p := range []schedule.Priority{schedule.Refresh, schedule.Declared, schedule.Refresh, schedule.Declared} {
			key := fmt.Sprint(i)
			s.Add(schedule.Tasks{Of: key, Keys: []string{key}, Upstream: key, Priority: p, Run: r.run})
		}
		letGo()
		r.want(t, "1", "3", "0", "2")
	})
}

// A queue that is full drops what is of the lowest priority, and the new one when there is no lower.
func TestDropsTheLowest(t *testing.T) {
	within(t, schedule.Options{Workers: 1, Queue: 3}, func(t *testing.T, s *schedule.Scheduler) {
		first, letGo := held("first", "")
		s.Add(first)
		synctest.Wait()
		var r ran
		add := func(of any, p schedule.Priority, keys ...string) {
			s.Add(schedule.Tasks{Of: of, Keys: keys, Priority: p, Run: r.run})
		}
		add("low", schedule.Refresh, "a", "b", "c", "d")
		add("high", schedule.Declared, "x")
		if stats := s.Stats(); stats.Waiting != 3 || stats.Dropped != 2 {
			t.Errorf("got %+v, want 3 that wait, and 2 dropped: d, and c for x", stats)
		}
		add("high", schedule.Declared, "y", "z", "w")
		add("low", schedule.Refresh, "e")
		letGo()
		r.want(t, "x y z")
		if stats := s.Stats(); stats.Dropped != 6 {
			t.Errorf("got %+v, want 6 dropped", stats)
		}
		add("low", schedule.Refresh, "a")
		r.want(t, "x y z", "a")
	})
}

// A panic is the operator's to see, and nobody else's to suffer from.
func TestPanic(t *testing.T) {
	var log bytes.Buffer
	within(t, schedule.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}, func(t *testing.T, s *schedule.Scheduler) {
		s.Add(schedule.Tasks{Of: 1, Name: "the bad one", Keys: []string{"1"}, Run: func(context.Context, []string) { panic("oh") }})
		synctest.Wait()
		var r ran
		s.Add(schedule.Tasks{Of: 1, Keys: []string{"1"}, Run: r.run})
		r.want(t, "1")
		if stats := s.Stats(); stats.Panics != 1 || stats.Running != 0 {
			t.Errorf("got %+v", stats)
		}
	})
	if line := log.String(); !strings.Contains(line, `task="the bad one" panic=oh`) {
		t.Errorf("logged %q", line)
	}
}

// Stop forgets what waits and takes nothing more; what runs goes on, for as long as Close leaves it.
func TestCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := schedule.New(schedule.Options{Workers: 4})
		tasks, letGo := held("one that ends", "key")
		s.Add(tasks)
		endless, _ := held("one that does not", "key")
		s.Add(endless)
		var r ran
		s.Add(schedule.Tasks{Of: "lingers", Keys: []string{"key"}, Max: 2, Wait: time.Second, Run: r.run})
		s.Every(time.Second, schedule.Tasks{Of: "again and again", Keys: []string{"key"}, Run: r.run})
		synctest.Wait()
		s.Stop()
		s.Add(schedule.Tasks{Of: "late", Keys: []string{"key"}, Run: r.run})
		letGo()
		synctest.Wait()
		if stats := s.Stats(); stats.Running != 1 || stats.Waiting != 0 || stats.Batches != 2 {
			t.Errorf("got %+v, want one that runs and none that waits", stats)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		s.Close(ctx)
		if took := time.Since(began); took != time.Minute {
			t.Errorf("Close took %s, want a minute", took)
		}
		r.want(t)
		s.Close(ctx) // again does nothing
	})
}

// TestAnyOrder adds, runs and drops at random, over all bounds, and holds what is promised of every task: it runs, or is counted as
// dropped; and never twice at a time.
func TestAnyOrder(t *testing.T) {
	for seed := range uint64(20) {
		within(t, schedule.Options{Workers: 3, Queue: 20}, func(t *testing.T, s *schedule.Scheduler) { anyOrder(t, s, seed) })
	}
}
