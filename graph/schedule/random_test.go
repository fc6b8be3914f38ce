package schedule_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"weft/graph/schedule"
)

// busy is what runs at this moment.
type busy struct {
	mu       sync.Mutex // guards what follows
	tasks    map[string]bool
	upstream map[string]int
	batches  int
	ran      uint64
}

// begin takes note that a batch begins, and returns what is wrong with that.
func (b *busy) begin(tasks schedule.Tasks, keys []string) (wrong []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.batches++
	b.upstream[tasks.Upstream]++
	if b.batches > 3 || b.upstream[tasks.Upstream] > 1 || len(keys) > tasks.Max || len(keys) == 0 {
		wrong = append(wrong, fmt.Sprintf("%d batches, %d of its upstream, %d of %d keys",
			b.batches, b.upstream[tasks.Upstream], len(keys), tasks.Max))
	}
	for _, key := range keys {
		name := fmt.Sprint(tasks.Of, "/", key)
		if b.tasks[name] {
			wrong = append(wrong, name+" runs already")
		}
		b.tasks[name] = true
	}
	return wrong
}

func (b *busy) end(tasks schedule.Tasks, keys []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.batches--
	b.upstream[tasks.Upstream]--
	b.ran += uint64(len(keys))
	for _, key := range keys {
		delete(b.tasks, fmt.Sprint(tasks.Of, "/", key))
	}
}

func anyOrder(t *testing.T, s *schedule.Scheduler, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 0))
	b := &busy{tasks: map[string]bool{}, upstream: map[string]int{}}
	var distinct uint64
	for range 300 {
		of := random.IntN(6)
		tasks := schedule.Tasks{
			Of: of, Upstream: fmt.Sprint(of % 4), Priority: schedule.Priority(of % 2), Max: 1 + of,
			Wait: time.Duration(of%2) * time.Millisecond, Keys: numbers(1 + random.IntN(8)),
		}
		took := time.Duration(random.IntN(5)) * time.Millisecond
		tasks.Run = func(_ context.Context, keys []string) {
			for _, wrong := range b.begin(tasks, keys) {
				t.Errorf("seed %d: %s", seed, wrong)
			}
			time.Sleep(took)
			b.end(tasks, keys)
		}
		s.Add(tasks)
		distinct += uint64(len(tasks.Keys))
		time.Sleep(time.Duration(random.IntN(1500)) * time.Microsecond)
	}
	time.Sleep(time.Minute)
	stats := s.Stats()
	if stats.Waiting != 0 || stats.Running != 0 || stats.Tasks != b.ran || stats.Tasks+stats.Dropped > distinct || stats.Dropped == 0 {
		t.Errorf("seed %d: got %+v of %d added, %d ran", seed, stats, distinct, b.ran)
	}
}
