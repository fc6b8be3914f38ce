package operation

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// deadline is a context that ends with its parent, with end, or at a time, as that of context.WithDeadline does. But only when
// somebody waits for its end it becomes one, with a timer: an operation that waits for nothing does without.
type deadline struct {
	context.Context // the parent

	at time.Time

	armed atomic.Pointer[context.Context] // nil: nobody waits

	mu     sync.Mutex // guards what follows, and that armed is set once
	ended  bool
	cancel context.CancelFunc // of armed
}

// begin makes it a context that ends after timeout, and with its parent. Whoever calls it calls end.
func (d *deadline) begin(parent context.Context, timeout time.Duration) {
	d.Context, d.at = parent, time.Now().Add(timeout)
	if at, ok := parent.Deadline(); ok && at.Before(d.at) {
		d.at = at
	}
}

// end ends the context, if nothing has yet, and frees what it holds.
func (d *deadline) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = true
	if d.cancel != nil {
		d.cancel()
	}
}

// arm returns the context with a timer.
func (d *deadline) arm() context.Context {
	if armed := d.armed.Load(); armed != nil {
		return *armed
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if armed := d.armed.Load(); armed != nil {
		return *armed
	}
	ctx, cancel := context.WithDeadline(d.Context, d.at)
	if d.ended {
		cancel()
	}
	d.cancel = cancel
	d.armed.Store(&ctx)
	return ctx
}

// Deadline implements context.Context.
func (d *deadline) Deadline() (time.Time, bool) { return d.at, true }

// Done implements context.Context.
func (d *deadline) Done() <-chan struct{} { return d.arm().Done() }

// Err implements context.Context.
func (d *deadline) Err() error {
	if d.armed.Load() == nil && d.Context.Err() == nil && time.Now().Before(d.at) && !d.hasEnded() {
		return nil
	}
	return d.arm().Err()
}

func (d *deadline) hasEnded() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ended
}

// Value implements context.Context. Package context finds the context to join children to by it, after it called Done.
func (d *deadline) Value(key any) any {
	if armed := d.armed.Load(); armed != nil {
		return (*armed).Value(key)
	}
	return d.Context.Value(key)
}
