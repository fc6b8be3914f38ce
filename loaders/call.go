package loaders

import "context"

// call is the promise of one key's answer: asked for, then on its way in a dispatch, then settled.
type call[K comparable, V any] struct {
	key   K
	done  chan struct{} // closed when value and err are final; nil when they were so from the start
	value V
	err   error

	gate   *Gate // nil: nobody counts who waits
	parked int   // who waits, as gate counts; guarded by its mutex

	// Guarded by the memo's mutex.
	settled  bool
	dispatch *dispatch[K, V]    // nil until the call has left
	asked    []context.Context  // who asked for it before it left; kept only so long, to be watched then
	first    [1]context.Context // room for asked, since one is the rule

	list [1]*call[K, V] // room for alone
}

// newCall returns the promise of key, asked for under ctx.
func newCall[K comparable, V any](ctx context.Context, key K) *call[K, V] {
	c := &call[K, V]{key: key, done: make(chan struct{})}
	c.first[0] = ctx
	c.asked = c.first[:]
	return c
}

// alone is the list of this call, for what makes some depart. It allocates nothing.
func (c *call[K, V]) alone() []*call[K, V] {
	c.list[0] = c
	return c.list[:]
}

// await returns the answer, or the error of ctx when that ends first.
func (c *call[K, V]) await(ctx context.Context) (V, error) {
	if c.done == nil {
		return c.value, c.err
	}
	select {
	case <-c.done: // preferred: an answer that is there is given even to a caller who is late
		return c.value, c.err
	default:
	}
	if c.gate != nil && gateOf(ctx) == c.gate && c.gate.park(c.done, &c.parked) {
		defer c.gate.unpark(&c.parked)
	}
	select {
	case <-c.done:
		return c.value, c.err
	case <-ctx.Done():
		var zero V
		return zero, ctx.Err()
	}
}

// settle makes the answer final; the first one stays.
func (c *call[K, V]) settle(value V, err error) {
	if c.settled {
		return
	}
	c.value, c.err, c.settled = value, err, true
	if c.gate != nil {
		c.gate.credit(&c.parked)
	}
	close(c.done)
}

// ask notes one more who wants a call that has not left.
// Contexts that differ in their values only have the same Done channel and end together.
func (c *call[K, V]) ask(ctx context.Context) {
	if c.asked[len(c.asked)-1].Done() != ctx.Done() {
		c.asked = append(c.asked, ctx)
	}
}

// wanted reports whether anyone who asked is still there.
func (c *call[K, V]) wanted() bool {
	for _, ctx := range c.asked {
		if ctx.Err() == nil {
			return true
		}
	}
	return false
}
