package loaders

import (
	"context"
	"sync"

	"github.com/graph-gophers/dataloader/v7"
)

// Memo runs a function once per key and remembers its answer, value or error, as long as
// the Memo lives: one operation. It is for single calls that have no batch: a list, a page,
// a root field. The zero value is ready. It is safe for concurrent use and must not be copied.
type Memo[K comparable, V any] struct {
	work work
	gate *Gate // nil: none

	mu    sync.Mutex // guards calls, and what calls and dispatches say it guards
	calls map[K]*call[K, V]
}

// Do returns the answer of fetch for key. The first Do of a key starts fetch in a goroutine of its own;
// the others, at the same time or later, get what that one returned, and their fetch is never called.
//
// Do returns ctx's error when ctx ends first. The context of fetch is not ctx: it has ctx's values,
// and ends when the contexts of all who wait for the key have ended; the key is then forgotten.
// A panic of fetch is a [*PanicError] for everyone who asked.
func (m *Memo[K, V]) Do(ctx context.Context, key K, fetch func(context.Context) (V, error)) (V, error) {
	m.mu.Lock()
	c, fresh := m.ask(ctx, key)
	m.mu.Unlock()
	if fresh {
		m.depart(ctx, c.alone(), 1, single(func(ctx context.Context, _ K) (V, error) { return fetch(ctx) }))
	}
	return c.await(ctx)
}

// Wait blocks until no goroutine works for m any more. It does not cover a Do that begins after it.
func (m *Memo[K, V]) Wait() { m.work.wait() }

// ask returns the call of key. It is fresh when nobody has asked for it before: the caller then makes it
// depart, having released m.mu, which must be held here.
func (m *Memo[K, V]) ask(ctx context.Context, key K) (c *call[K, V], fresh bool) {
	if c, ok := m.calls[key]; ok && m.join(ctx, c) {
		return c, false
	}
	if err := ctx.Err(); err != nil { // nothing starts for one who has left, and nothing stays
		return &call[K, V]{key: key, err: err, settled: true}, false
	}
	c = newCall[K, V](ctx, key)
	c.gate = m.gate
	m.put(c)
	m.work.hold(1) // until it departs
	return c, true
}

// join makes ctx one who waits for c. It is false when c has been given up. It holds m.mu.
func (m *Memo[K, V]) join(ctx context.Context, c *call[K, V]) bool {
	switch {
	case c.settled || ctx.Err() != nil:
	case c.dispatch == nil:
		c.ask(ctx)
	case m.deserted(c.dispatch):
		return false
	default:
		m.watch(c.dispatch, ctx)
	}
	return true
}

// prime answers key with value unless it is on its way or has an answer already.
// It holds m.mu.
func (m *Memo[K, V]) prime(key K, value V) {
	c, ok := m.calls[key]
	switch {
	case !ok:
		m.put(&call[K, V]{key: key, value: value, settled: true})
	case c.dispatch == nil: // still being collected: a key less to fetch
		c.settle(value, nil)
	}
}

// forget makes the next ask of key fetch anew. A call that is still being collected
// stays: what it will fetch is new. It holds m.mu.
func (m *Memo[K, V]) forget(key K) {
	if c, ok := m.calls[key]; ok && (c.settled || c.dispatch != nil) {
		delete(m.calls, key)
	}
}

// put remembers c under its key. It holds m.mu.
func (m *Memo[K, V]) put(c *call[K, V]) {
	if m.calls == nil {
		m.calls = make(map[K]*call[K, V])
	}
	m.calls[c.key] = c
}

// drop settles c with err and forgets it. It holds m.mu.
func (m *Memo[K, V]) drop(c *call[K, V], err error) {
	if m.calls[c.key] == c {
		delete(m.calls, c.key)
	}
	var zero V
	c.settle(zero, err)
}

// part lets the set that made m wait for its goroutines, too.
func (m *Memo[K, V]) part(of *work) { m.work.part(of) }

// single is the batch function of one key.
func single[K comparable, V any](fetch func(context.Context, K) (V, error)) dataloader.BatchFunc[K, V] {
	return func(ctx context.Context, keys []K) []*dataloader.Result[V] {
		value, err := fetch(ctx, keys[0])
		return []*dataloader.Result[V]{{Data: value, Error: err}}
	}
}
