// Package deadline has contexts that end in time, for those that mostly nobody waits for.
package deadline

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Context ends with its parent, with End, or at a time, as that of context.WithDeadline does. But only when somebody waits for its end it becomes
// one, with a timer: an operation that waits for nothing does without, and so does a call that its transport answers at once.
type Context struct {
	context.Context // the parent

	at time.Time

	waited atomic.Bool     // somebody waits: armed is set
	armed  context.Context // with the timer

	mu     sync.Mutex // guards what follows, and that armed is set once
	ended  bool
	cancel context.CancelFunc // of armed
}

// Begin makes it a context that ends at a time, and with its parent. Whoever calls it calls End.
func (d *Context) Begin(parent context.Context, at time.Time) {
	d.Context, d.at = parent, at
	if at, ok := parent.Deadline(); ok && at.Before(d.at) {
		d.at = at
	}
}

// End ends the context, if nothing has yet, and frees what it holds.
func (d *Context) End() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = true
	if d.cancel != nil {
		d.cancel()
	}
}

// arm returns the context with a timer.
func (d *Context) arm() context.Context {
	if d.waited.Load() {
		return d.armed
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waited.Load() {
		return d.armed
	}
	ctx, cancel := context.WithDeadline(d.Context, d.at)
	if d.ended {
		cancel()
	}
	d.armed, d.cancel = ctx, cancel
	d.waited.Store(true)
	return ctx
}

// Deadline implements context.Context.
func (d *Context) Deadline() (time.Time, bool) { return d.at, true }

// Done implements context.Context.
func (d *Context) Done() <-chan struct{} { return d.arm().Done() }

// Err implements context.Context.
func (d *Context) Err() error {
	if !d.waited.Load() && d.Context.Err() == nil && time.Now().Before(d.at) && !d.hasEnded() {
		return nil
	}
	return d.arm().Err()
}

func (d *Context) hasEnded() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ended
}

// Value implements context.Context. Package context finds the context to join children to by it, after it called Done.
func (d *Context) Value(key any) any {
	if d.waited.Load() {
		return d.armed.Value(key)
	}
	return d.Context.Value(key)
}
