package schedule

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	defaultWorkers = 8
	defaultQueue   = 4096
)

// Options bound a Scheduler. The zero Options are good for one process.
type Options struct {
	// Workers is how many batches run at once; 0 = 8.
	Workers int
	// Share is how many of them may be of one upstream, 1 at least; nil: half of Workers.
	Share func(upstream string) int
	// Queue is how many tasks may wait; 0 = 4096.
	Queue int
	// Logger gets the panics of tasks; nil = slog.Default().
	Logger *slog.Logger
}

// Scheduler runs tasks. It is safe for concurrent use.
type Scheduler struct {
	workers int
	logger  *slog.Logger
	ctx     context.Context // of all that runs
	cancel  context.CancelFunc
	batches sync.WaitGroup

	mu       sync.Mutex // guards what follows
	closed   bool
	queue    queue
	periodic []*Periodic
	stats    Stats
}

// New returns a Scheduler that has nothing to do. It is its owner's to close.
func New(o Options) *Scheduler {
	s := &Scheduler{workers: cmp.Or(o.Workers, defaultWorkers), logger: cmp.Or(o.Logger, slog.Default())}
	if o.Share == nil {
		o.Share = func(string) int { return s.workers / 2 }
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.queue = queue{max: cmp.Or(o.Queue, defaultQueue), share: o.Share, groups: map[any]*group{}, lines: map[string]*line{}}
	return s
}

// Add has tasks run when it is their turn, and does not wait for that. After [Scheduler.Stop] it does nothing.
func (s *Scheduler) Add(t Tasks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(t)
}

// add is Add. It holds s.mu, as do gather and dispatch.
func (s *Scheduler) add(t Tasks) {
	if s.closed {
		return
	}
	g := s.queue.of(t)
	for _, key := range t.Keys {
		s.queue.take(g, key)
	}
	s.queue.settle(g)
	s.gather(g)
	s.dispatch()
}

// gather lets tasks wait for others that they can run with, and gives them their turn when they have.
func (s *Scheduler) gather(g *group) {
	switch {
	case len(g.waiting) == 0 || g.turn > 0:
	case g.full() || g.tasks.Wait == 0:
		s.queue.due(g)
	case g.linger == nil:
		var timer *time.Timer
		timer = time.AfterFunc(g.tasks.Wait, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if g.linger == timer { // else it was stopped as it ran out
				s.queue.due(g)
				s.dispatch()
			}
		})
		g.linger = timer
	}
}

// dispatch begins what may.
func (s *Scheduler) dispatch() {
	for s.stats.Running < s.workers {
		g, keys := s.queue.next()
		if g == nil {
			return
		}
		s.stats.Running++
		s.stats.Batches++
		s.stats.Tasks += uint64(len(keys))
		tasks := g.tasks
		s.gather(g)
		s.batches.Go(func() {
			failed := s.run(tasks, keys)
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.stats.Running--; failed {
				s.stats.Panics++
			}
			s.queue.end(g, keys)
			s.dispatch()
		})
	}
}

// run runs a batch, and reports whether that panicked.
func (s *Scheduler) run(t Tasks, keys []string) (failed bool) {
	defer func() {
		if p := recover(); p != nil {
			s.logger.Error("a task off the request path panicked", "task", t.Name, "panic", p)
			failed = true
		}
	}()
	t.Run(s.ctx, keys)
	return false
}

// Stop lets nothing begin any more: what waits is forgotten, and what runs goes on. It may be called more than once.
func (s *Scheduler) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.queue.clear()
	for _, p := range s.periodic {
		p.timer.Stop()
	}
}

// Close stops, and waits for the tasks that run. When ctx ends first, it cancels their contexts, and goes on waiting.
func (s *Scheduler) Close(ctx context.Context) {
	s.Stop()
	defer s.cancel()
	defer context.AfterFunc(ctx, s.cancel)()
	s.batches.Wait()
}

// Stats are a Scheduler's state and counters.
type Stats struct {
	Waiting int    `json:"waiting"` // tasks in the queue now
	Running int    `json:"running"` // batches now
	Batches uint64 `json:"batches"` // begun
	Tasks   uint64 `json:"tasks"`   // in them
	Dropped uint64 `json:"dropped"` // tasks for which the queue had no room
	Panics  uint64 `json:"panics"`  // batches that ended in one
}

// Stats returns the state now, and the counters since the Scheduler was made.
func (s *Scheduler) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.stats
	stats.Waiting, stats.Dropped = s.queue.length(), s.queue.dropped
	return stats
}
