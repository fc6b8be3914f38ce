package httpcache

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// refresh has an entry confirmed or replaced off the request path, unless a call for it is under way.
func (x *exchange) refresh(e *Entry) {
	mine, _ := x.calls.begin(x.key, x.identity, true)
	if mine == nil {
		return
	}
	own := *x
	own.asked = Directives{}
	own.req = x.req.Clone(context.WithoutCancel(x.req.Context())) // the caller may change its request once it has its answer
	SetConditions(own.req.Header, "", "")
	started := x.refreshing.start(cmp.Or(x.Refreshes, 16), func() {
		defer x.calls.end(mine, false)
		own.update(mine, e)
	})
	if !started {
		x.calls.end(mine, false)
	}
}

// update makes the call of a refresh. Its answer is stored or not; if the call fails, the entry stays as it is.
func (x *exchange) update(mine *call, e *Entry) {
	ctx, cancel := context.WithTimeout(x.req.Context(), cmp.Or(x.RefreshTimeout, 30*time.Second))
	defer cancel()
	x.req = x.req.WithContext(ctx)
	if res, err := x.fetch(mine, e, Stale); err == nil {
		res.Body.Close()
	}
}

// background runs refreshes, a bounded number at a time, and waits for them. The zero value is ready.
type background struct {
	running sync.WaitGroup

	mu     sync.Mutex // guards what follows
	count  int
	closed bool
}

// start runs f on a goroutine of its own, unless limit others are running or close was called.
func (b *background) start(limit int, f func()) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || b.count >= limit {
		return false
	}
	b.count++
	b.running.Go(func() {
		defer b.leave()
		f()
	})
	return true
}

func (b *background) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count--
}

func (b *background) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.running.Wait()
}
