package admit

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// ErrFull says that more is asked of the process than it can do: it may be tried again soon.
var ErrFull = errors.New("more is asked of this service than it can do")

// Options change a gate. The zero Options are right for production.
type Options struct {
	// Target is the longest wait for a processor that is no congestion; 0 = 2 ms.
	Target time.Duration

	// Logger is told when operations are refused, and when they are not any more. Nil means slog.Default().
	Logger *slog.Logger
}

const defaultTarget = 2 * time.Millisecond

// leastForEach are the operations that may run for each processor whatever is measured.
const leastForEach = 4

// Gate lets operations begin. The nil Gate lets all begin at once. It may be used by any number of goroutines at once.
type Gate struct {
	logger *slog.Logger

	limited atomic.Bool   // see pacer; read without mu
	running atomic.Int64  // operations that have begun, and not ended
	ended   atomic.Uint64 // operations
	asleep  atomic.Bool   // nobody measures, since nothing began for a while
	wake    chan struct{}
	done    chan struct{}
	closing sync.Once
	watcher sync.WaitGroup

	mu       sync.Mutex // guards what follows
	pacer    pacer
	refused  [priorities]uint64
	waited   uint64
	refusing refusing
}

// refusing is a time in which operations are refused.
type refusing struct {
	since time.Time // zero: none is
	count uint64    // of those that were
}

// New returns a gate, which ends with Close.
func New(o Options) *Gate {
	g := newGate(o)
	g.asleep.Store(true)
	g.watcher.Go(g.watch)
	return g
}

// newGate returns a gate that nothing measures for.
func newGate(o Options) *Gate {
	return &Gate{
		logger: cmp.Or(o.Logger, slog.Default()), wake: make(chan struct{}, 1), done: make(chan struct{}),
		pacer: pacer{target: cmp.Or(o.Target, defaultTarget), least: leastForEach * runtime.GOMAXPROCS(0)},
	}
}

// Close ends what measures, and opens the gate for good. It may be called more than once.
func (g *Gate) Close() {
	if g == nil {
		return
	}
	g.closing.Do(func() { close(g.done) })
	g.watcher.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pacer.limited, g.pacer.held = false, false
	g.admit()
	g.limited.Store(false)
}

// Enter returns when an operation may begin, which has ended when it calls Leave; that takes 100 ms at most, and half a second while it is not known
// yet whether there is congestion. The error is [ErrFull], or that of ctx: then it does not begin.
func (g *Gate) Enter(ctx context.Context, p Priority) error {
	if g == nil {
		return nil
	}
	if g.asleep.Load() && g.asleep.CompareAndSwap(true, false) {
		g.wake <- struct{}{}
	}
	if !g.limited.Load() {
		g.running.Add(1)
		return nil
	}
	if !<-g.ask(cmp.Or(p, Query), time.Now()).turn {
		return ErrFull
	}
	if err := ctx.Err(); err != nil {
		g.Leave()
		return err
	}
	return nil
}

// Leave says that an operation has ended that Enter has let begin.
func (g *Gate) Leave() {
	if g == nil {
		return
	}
	g.running.Add(-1)
	g.ended.Add(1)
	if g.limited.Load() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.admit()
	}
}

// Congested reports whether operations may have to wait for their turn.
func (g *Gate) Congested() bool { return g != nil && g.limited.Load() }

// ask has an operation wait for its turn, which may be at once.
func (g *Gate) ask(p Priority, now time.Time) *waiter {
	w := &waiter{priority: p, since: now, turn: make(chan bool, 1)}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pacer.full(p, now) {
		w.turn <- false
		g.refuse(w, now)
		return w
	}
	g.pacer.push(w)
	g.admit()
	if len(w.turn) == 0 {
		g.pacer.wanted = true
		g.waited++
	}
	return w
}

// admit lets those begin who may. mu is held.
func (g *Gate) admit() {
	for _, w := range g.pacer.admit(int(g.running.Load())) {
		g.running.Add(1)
		w.turn <- true
	}
}

// step does what there is to do at a moment, and reports whether the gate is limited. wait is what was measured; 0: nothing.
func (g *Gate) step(now time.Time, wait time.Duration) (limited bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if wait > 0 {
		g.pacer.measured(wait, int(g.running.Load()))
	}
	g.pacer.adjust(now, int(g.running.Load()), g.ended.Load())
	g.admit()
	for _, w := range g.pacer.late(now) {
		w.turn <- false
		g.refuse(w, now)
	}
	g.limited.Store(g.pacer.limited)
	if !g.pacer.limited {
		g.sayOpen(now)
	}
	return g.pacer.limited
}

// refuse counts an operation that was refused. mu is held.
func (g *Gate) refuse(w *waiter, now time.Time) {
	g.refused[w.priority]++
	if g.refusing.since.IsZero() {
		g.refusing.since = now
		g.logger.Warn("operations are refused, since more is asked of this process than it can do",
			"running", g.running.Load(), "limit", int(g.pacer.limit), "first", w.priority.String())
	}
	g.refusing.count++
}

// sayOpen says that no operations are refused any more. mu is held.
func (g *Gate) sayOpen(now time.Time) {
	if r := g.refusing; !r.since.IsZero() {
		g.logger.Info("operations are not refused any more", "refused", r.count, "seconds", int(now.Sub(r.since).Seconds()))
		g.refusing = refusing{}
	}
}

// Status is what operators are shown of a gate.
type Status struct {
	Congested bool   `json:"congested"` // not all operations may begin
	Limit     int    `json:"limit"`     // operations that may run at the same time then; 0: any number
	Running   int    `json:"running"`   // operations that have begun, and not ended
	Waiting   int    `json:"waiting"`   // operations that wait for their turn
	Waited    uint64 `json:"waited"`    // operations that had to
	Refused   Counts `json:"refused"`   // operations that were refused
}

// Counts are numbers of operations, by their priorities.
type Counts struct {
	Mutation uint64 `json:"mutation"`
	Query    uint64 `json:"query"`
	Refresh  uint64 `json:"refresh"`
	Prefetch uint64 `json:"prefetch"`
}

// Status returns the gate's.
func (g *Gate) Status() Status {
	if g == nil {
		return Status{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	s := Status{
		Congested: g.pacer.limited, Running: int(g.running.Load()), Waiting: g.pacer.waiting(), Waited: g.waited,
		Refused: Counts{g.refused[Mutation], g.refused[Query], g.refused[Refresh], g.refused[Prefetch]},
	}
	if s.Congested {
		s.Limit = int(g.pacer.limit)
	}
	return s
}
