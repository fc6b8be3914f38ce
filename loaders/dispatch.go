package loaders

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/graph-gophers/dataloader/v7"
)

// dispatch is one call of a batch function, as DataLoaders call it: the calls it answers, and who still waits for any of them.
type dispatch[K comparable, V any] struct {
	calls  []*call[K, V]
	cancel context.CancelCauseFunc

	// Guarded by the memo's mutex.
	watched map[<-chan struct{}]watch // those who wait, by Done channel
	over    bool                      // landed or abandoned
}

// watch is one who waits for a dispatch.
type watch struct {
	ctx  context.Context
	stop func() bool // ends the watch; false = too late, leave runs
}

// depart sends calls on their way, in chunks of at most size, and returns at once. Calls that have been answered
// meanwhile, or whose callers are all gone, stay behind. ctx gives the values of the batch function's context.
func (m *Memo[K, V]) depart(ctx context.Context, calls []*call[K, V], size int, batch dataloader.BatchFunc[K, V]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	leaving := make([]*call[K, V], 0, len(calls))
	for _, c := range calls {
		switch {
		case c.settled:
		case !c.wanted():
			m.drop(c, c.asked[0].Err())
		default:
			leaving = append(leaving, c)
		}
	}
	for chunk := range slices.Chunk(leaving, size) {
		m.launch(ctx, chunk, batch)
	}
	m.work.release(len(calls))
}

// launch starts the dispatch of one chunk. It holds m.mu.
func (m *Memo[K, V]) launch(ctx context.Context, chunk []*call[K, V], batch dataloader.BatchFunc[K, V]) {
	f := &dispatch[K, V]{calls: chunk, watched: make(map[<-chan struct{}]watch, 1)}
	ctx, f.cancel = context.WithCancelCause(detached{context.WithoutCancel(ctx), latest(chunk)})
	for _, c := range chunk {
		c.dispatch = f
		for _, asked := range c.asked {
			m.watch(f, asked)
		}
		c.asked, c.first[0] = nil, nil
	}
	m.work.start(func() { m.run(ctx, f, batch) })
}

// run calls the batch function and lands, also when that function panics or ends its goroutine.
func (m *Memo[K, V]) run(ctx context.Context, f *dispatch[K, V], batch dataloader.BatchFunc[K, V]) {
	var results []*dataloader.Result[V]
	err := errExit
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
		m.land(f, results, err)
	}()
	if err = ctx.Err(); err != nil {
		return // abandoned while it was queued: a call never made
	}
	err = errExit
	keys := make([]K, len(f.calls))
	for i, c := range f.calls {
		keys[i] = c.key
	}
	results = batch(ctx, keys)
	if err = nil; len(results) != len(keys) {
		err = fmt.Errorf("batch function gave %d results for %d keys", len(results), len(keys))
	}
}

// land gives each call its result, or all of them err.
func (m *Memo[K, V]) land(f *dispatch[K, V], results []*dataloader.Result[V], err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f.over = true
	for _, w := range f.watched {
		if w.stop() {
			m.work.release(1)
		}
	}
	f.watched = nil
	var zero V
	for i, c := range f.calls {
		switch {
		case err != nil:
			c.settle(zero, err)
		case results[i] == nil:
			c.settle(zero, errNoResult)
		default:
			c.settle(results[i].Data, results[i].Error)
		}
	}
	f.cancel(nil)
}

// watch keeps f flying as long as ctx has not ended. All contexts of one Done channel need one
// watch, so an operation without contexts of its own making costs one a dispatch. It holds m.mu.
func (m *Memo[K, V]) watch(f *dispatch[K, V], ctx context.Context) {
	done := ctx.Done()
	if _, ok := f.watched[done]; ok || f.over {
		return
	}
	m.work.hold(1) // released by leave, or by land if that stopped the watch in time
	f.watched[done] = watch{ctx, context.AfterFunc(ctx, func() { m.leave(f, ctx) })}
}

// leave ends the watch on ctx, which has ended, and abandons f when it was the last.
func (m *Memo[K, V]) leave(f *dispatch[K, V], ctx context.Context) {
	defer m.work.release(1)
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(f.watched, ctx.Done())
	if !f.over && len(f.watched) == 0 {
		m.abandon(f, ctx)
	}
}

// abandon forgets the calls of f, so that a later Load starts anew, and ends the batch function's context
// as ctx has ended, that of the last who waited. It holds m.mu.
func (m *Memo[K, V]) abandon(f *dispatch[K, V], ctx context.Context) {
	f.over = true
	for _, c := range f.calls {
		m.drop(c, ctx.Err())
	}
	f.cancel(context.Cause(ctx))
}

// deserted reports whether all who wait for f have left, and then abandons it. It is for newcomers: between the end of
// a context and leave, which runs in a goroutine of its own, f would seem to be in demand, and the newcomer would
// get the answer of a call made for others' deadlines. It holds m.mu.
func (m *Memo[K, V]) deserted(f *dispatch[K, V]) bool {
	var last context.Context
	for _, w := range f.watched { // never empty before f is over
		if last = w.ctx; last.Err() == nil {
			return false
		}
	}
	m.abandon(f, last)
	return true
}
