package loaders

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// A batch leaves without those who seem to run but have not moved for stillness periods of guard: one may wait for another in a
// way that the gate cannot see. Less is no sign: a busy machine stops threads for that long.
const (
	guard     = 10 * time.Millisecond
	stillness = 3
)

// Gate lets batches leave exactly when no one who could still add a key to them is running. It counts the functions that
// Run runs: those about to start, and those that run and do not wait for a loader. When none is left, what they asked for
// leaves, each loader's keys as one batch. Those who get an answer count again before anyone of them goes on, so the
// batches that follow are exact, too.
//
// Functions that wait for something else than loaders hold the others up until no function has moved for 30 ms; then their
// batches leave as they are. A Gate is for one operation and safe for concurrent use.
type Gate struct {
	slots chan struct{} // of functions that run

	mu       sync.Mutex // guards what follows, and parked of every call
	runnable int
	moves    int      // how often anything here has changed
	pending  []func() // what leaves when runnable is 0
	guard    *time.Timer
}

// NewGate returns a gate that lets limit functions run at once; those that wait for a loader do not count.
func NewGate(limit int) *Gate { return &Gate{slots: make(chan struct{}, limit)} }

type gateKey struct{}

// gateOf is the gate whose function runs under ctx; nil: none.
func gateOf(ctx context.Context) *Gate {
	g, _ := ctx.Value(gateKey{}).(*Gate)
	return g
}

// Run calls f with 0 to n-1, in parallel as far as the limit allows, and returns when all have ended. f must not panic. The
// context that f gets tells loaders that it is f who asks.
func (g *Gate) Run(ctx context.Context, n int, f func(ctx context.Context, i int)) {
	e := g.Expect(n)
	e.Run(ctx, f)
}

// Expect announces n functions, which Run of what it returns runs: no batch leaves before they have asked, so that several that
// are expected before the first of them runs share their batches. Where they never run, batches wait as for functions that do not move.
func (g *Gate) Expect(n int) Expected {
	g.add(n)
	return Expected{g, n}
}

// Expected is functions that a gate waits for. They run once.
type Expected struct {
	gate *Gate // nil: they have run, or nobody expects them
	n    int
}

// Run is [Gate.Run] for functions that the gate expects. It panics where it has run them.
func (e *Expected) Run(ctx context.Context, f func(ctx context.Context, i int)) {
	g, n := e.gate, e.n
	if g == nil {
		panic("loaders: these functions are not expected, or have run already: call Expect before each Run")
	}
	e.gate = nil
	g.run(ctx, n, f)
}

// run runs functions that are counted.
func (g *Gate) run(ctx context.Context, n int, f func(ctx context.Context, i int)) {
	ctx = context.WithValue(ctx, gateKey{}, g)
	var next atomic.Int64
	var all sync.WaitGroup
	one := func(i int) {
		defer g.add(-1) // also when f ends its goroutine
		f(ctx, i)
	}
	work := func() {
		defer func() { <-g.slots }()
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			one(i)
		}
	}
	if n == 1 { // the caller waits anyway
		g.slots <- struct{}{}
		work()
		return
	}
	// Not by errgroup: slots are shared by all calls of the operation, and one that waits for a loader gives its own back.
	for started := 0; started < n && int(next.Load()) < n; started++ { // one more for each slot that is free, or that one who waits gives back
		g.slots <- struct{}{}
		all.Go(work)
	}
	all.Wait()
}

// add changes how many are runnable, and lets batches leave when none is.
func (g *Gate) add(n int) {
	g.mu.Lock()
	g.moves++
	g.runnable += n
	leaving := g.leaving()
	g.mu.Unlock()
	send(leaving)
}

// leaving takes what may leave now. It holds g.mu.
func (g *Gate) leaving() []func() {
	if g.runnable > 0 || len(g.pending) == 0 {
		return nil
	}
	return g.take()
}

// take takes all that is pending. It holds g.mu.
func (g *Gate) take() []func() {
	pending := g.pending
	g.pending = nil
	if g.guard != nil {
		g.guard.Stop()
		g.guard = nil
	}
	return pending
}

func send(leaving []func()) {
	for _, leave := range leaving {
		leave()
	}
}

// defers notes what is to leave when nobody is runnable any more.
func (g *Gate) defers(leave func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.moves++
	g.pending = append(g.pending, leave)
	if g.guard == nil {
		g.watch(0)
	}
}

// watch lets what is pending leave when nothing moves any more; still is for how many periods nothing has. It holds g.mu.
func (g *Gate) watch(still int) {
	seen := g.moves
	var timer *time.Timer
	timer = time.AfterFunc(guard, func() {
		g.mu.Lock()
		if g.guard != timer { // what it watched has left meanwhile
			g.mu.Unlock()
			return
		}
		still++
		if g.moves != seen {
			still = 0
		}
		var leaving []func()
		if still < stillness {
			g.watch(still)
		} else {
			leaving = g.take()
		}
		g.mu.Unlock()
		send(leaving)
	})
	g.guard = timer
}

// park is called by a function that is about to wait for done; parked counts those who wait for the same. false: it need not
// wait.
func (g *Gate) park(done <-chan struct{}, parked *int) bool {
	g.mu.Lock()
	select {
	case <-done:
		g.mu.Unlock()
		return false
	default:
	}
	g.moves++
	*parked++
	g.runnable--
	leaving := g.leaving()
	g.mu.Unlock()
	<-g.slots
	send(leaving)
	return true
}

// unpark is called by a function that has waited. Normally credit has counted it already; not so when its context ended.
func (g *Gate) unpark(parked *int) {
	g.mu.Lock()
	g.moves++
	if *parked > 0 {
		*parked--
		g.runnable++
	}
	g.mu.Unlock()
	g.slots <- struct{}{}
}

// credit counts those who are about to be woken as runnable.
func (g *Gate) credit(parked *int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.moves++
	g.runnable += *parked
	*parked = 0
}

// collectAt collects calls until the gate lets them leave. Who asks from outside of the gate's functions goes to otherwise.
// Those that come together leave together.
func collectAt[C any](g *Gate, depart, otherwise func(context.Context, []C)) func(context.Context, []C) {
	var mu sync.Mutex // guards calls
	var calls []C
	return func(ctx context.Context, fresh []C) {
		if gateOf(ctx) != g {
			otherwise(ctx, fresh)
			return
		}
		mu.Lock()
		opens := len(calls) == 0
		calls = append(calls, fresh...)
		mu.Unlock()
		if !opens {
			return
		}
		g.defers(func() {
			mu.Lock()
			leaving := calls
			calls = nil
			mu.Unlock()
			depart(ctx, leaving)
		})
	}
}
