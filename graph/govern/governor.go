package govern

import (
	"cmp"
	"context"
	"errors"
	"math"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// Free is what each holding has without being counted, in bytes.
	Free = 64 << 10

	// patience is how long a holding waits for room.
	patience = time.Second

	// Of the bytes that a process may take a quarter is for what is in flight, and as much where nobody says what it may take: caches,
	// documents and what waits to be collected need the rest.
	share         = 4
	defaultBudget = 128 << 20
	leastBudget   = 16 << 20
)

// ErrFull says that the budget is used up: it may be tried again soon.
var ErrFull = errors.New("too many large requests and answers are in memory")

// DefaultBudget is the budget when nobody says one, in bytes: a quarter of GOMEMLIMIT, and 128 MiB where that is not set.
func DefaultBudget() int64 {
	limit := debug.SetMemoryLimit(-1) // which only asks
	if limit == math.MaxInt64 {
		return defaultBudget
	}
	return max(leastBudget, limit/share)
}

// Governor has the budget of all holdings. The nil Governor bounds nothing. It may be used by any number of goroutines at once.
type Governor struct {
	budget int64

	mu    sync.Mutex // guards what follows, and what holdings have counted
	used  int64
	freed chan struct{} // closed when some bytes are given back; nil: nobody waits
	counters
}

// counters are what has happened since the start.
type counters struct{ waited, refused, cut uint64 }

// New returns a governor of so many bytes; 0 = [DefaultBudget].
func New(budget int64) *Governor { return &Governor{budget: cmp.Or(budget, DefaultBudget())} }

// Status is what operators are shown of a governor.
type Status struct {
	Budget  int64  `json:"budget"`  // bytes that may be in flight
	Used    int64  `json:"used"`    // bytes that are, without what is free
	Waited  uint64 `json:"waited"`  // operations that have waited for room
	Refused uint64 `json:"refused"` // requests and operations that were refused for want of it
	Cut     uint64 `json:"cut"`     // answers that their clients took too slowly
}

// Status returns the governor's.
func (g *Governor) Status() Status {
	if g == nil {
		return Status{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return Status{g.budget, g.used, g.waited, g.refused, g.cut}
}

// Holding returns one that has nothing yet.
func (g *Governor) Holding() *Holding { return &Holding{of: g} }

// Holding is what one request, or one operation, has in flight. It may be used by several goroutines at once. The zero Holding, and nil, have
// no governor: they take whatever they want.
type Holding struct {
	of       *Governor
	bytes    atomic.Int64 // all of them
	counted  int64        // of them by the governor, whose mu guards it
	released bool         // likewise: what comes later is not counted
}

// Of makes the zero Holding one of a governor's.
func (h *Holding) Of(g *Governor) { h.of = g }

// Bytes are those that the holding has.
func (h *Holding) Bytes() int64 { return h.bytes.Load() }

// Take takes n bytes, and reports whether there is room for them; it gives back some if n is negative. It never waits.
func (h *Holding) Take(n int64) bool {
	if h == nil || h.of == nil || h.bytes.Add(n) <= Free && n >= 0 {
		return true
	}
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	if h.count(false) {
		return true
	}
	h.bytes.Add(-n)
	h.of.refused++
	return false
}

// Add takes n bytes that are there already, or gives back some if n is negative.
func (h *Holding) Add(n int64) {
	if h == nil || h.of == nil || h.bytes.Add(n) <= Free && n >= 0 {
		return
	}
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	h.count(true)
}

// Wait takes n bytes as soon as there is room, and waits a second for it at most. The error is [ErrFull], or that of ctx. Who has taken more
// than what is free, or whose context [Holds], does not wait.
func (h *Holding) Wait(ctx context.Context, n int64) error {
	if h == nil || h.of == nil || n <= Free {
		h.Add(n)
		return nil
	}
	g := h.of
	g.mu.Lock()
	defer g.mu.Unlock()
	mayWait := h.counted == 0 && ctx.Value(holdsKey{}) == nil
	h.bytes.Add(n)
	if h.count(false) {
		return nil
	}
	if mayWait {
		g.waited++
		ctx, cancel := context.WithTimeoutCause(ctx, patience, ErrFull)
		defer cancel()
		for g.wait(ctx) {
			if h.count(false) {
				return nil
			}
		}
		if err := context.Cause(ctx); !errors.Is(err, ErrFull) {
			h.bytes.Add(-n)
			return err
		}
	}
	h.bytes.Add(-n)
	g.refused++
	return ErrFull
}

// Cut says that what is held was given up, since somebody took it too slowly.
func (h *Holding) Cut() {
	if h == nil || h.of == nil {
		return
	}
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	h.of.cut++
}

// Release gives all back. What is taken later is not counted any more.
func (h *Holding) Release() {
	if h == nil || h.of == nil {
		return
	}
	g := h.of
	g.mu.Lock()
	defer g.mu.Unlock()
	h.released = true
	h.count(true)
	h.bytes.Store(0)
}

type holdsKey struct{}

// Holds returns a context for what is done for a request that has a holding with bytes in it: it does not wait for more.
func Holds(ctx context.Context) context.Context { return context.WithValue(ctx, holdsKey{}, true) }

// count counts what the holding has. Where that does not fit it does not, unless it is there, and reports false. The governor's mu is held.
func (h *Holding) count(there bool) bool {
	g, counts := h.of, max(0, h.bytes.Load()-Free)
	if h.released {
		counts = 0
	}
	grows := counts - h.counted
	if alone := g.used == h.counted; grows > 0 && g.used+grows > g.budget && !there && !alone {
		return false
	}
	g.used += grows
	h.counted = counts
	if grows < 0 && g.freed != nil {
		close(g.freed)
		g.freed = nil
	}
	return true
}

// wait waits until some bytes have been given back, and reports whether they have: otherwise ctx has ended. mu is held, but not meanwhile.
func (g *Governor) wait(ctx context.Context) bool {
	if g.freed == nil {
		g.freed = make(chan struct{})
	}
	freed := g.freed
	g.mu.Unlock()
	defer g.mu.Lock()
	select {
	case <-freed:
		return true
	case <-ctx.Done():
		return false
	}
}
