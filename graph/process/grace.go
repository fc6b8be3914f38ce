package process

import (
	"context"
	"math"
	"sync"
	"time"
)

// closing is how long run has to close what it holds, after it has served.
const closing = 3 * time.Second

// graceKey is the context key of Main's *grace.
type graceKey struct{}

// grace is how long Main still waits for run: for ever, until a signal comes or every Serve has returned.
type grace struct {
	timer *time.Timer // it runs out when the grace is over

	mu      sync.Mutex    // guards what follows
	running int           // servers
	drain   time.Duration // of the one that takes longest
}

func newGrace() *grace {
	g := &grace{timer: time.NewTimer(math.MaxInt64)}
	g.timer.Stop()
	return g
}

// graceOf returns the grace of the process that ctx comes from. Outside of Main it is one that nobody looks at.
func graceOf(ctx context.Context) *grace {
	if g, ok := ctx.Value(graceKey{}).(*grace); ok {
		return g
	}
	return newGrace()
}

// over returns what a time is received from when the grace is over.
func (g *grace) over() <-chan time.Time { return g.timer.C }

// serving says that a server runs, which takes as long as drain to end. What is returned says that it has ended. The last of
// several begins the time to close.
func (g *grace) serving(drain time.Duration) (ended func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running++
	g.drain = max(g.drain, drain)
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.running--; g.running == 0 {
			g.drain = 0
			g.timer.Reset(closing)
		}
	}
}

// begin lets the grace begin: a signal has come.
func (g *grace) begin() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.timer.Reset(g.drain + closing)
}
