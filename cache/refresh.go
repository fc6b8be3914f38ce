package cache

import (
	"context"
	"sync"
)

// maxRefreshes is how many groups are refreshed at once, and maxWaiting how many keys may wait for that.
const (
	maxRefreshes = 8
	maxWaiting   = 4096
)

// refresher runs refreshes off the request path: a bounded number at once, each key once at a time. Keys of one group that wait
// together are refreshed together, in one batch. What does not fit is dropped: whoever wants the value later asks again.
type refresher struct {
	ctx     context.Context
	stop    context.CancelFunc
	workers sync.WaitGroup

	mu      sync.Mutex // guards what follows
	closed  bool
	groups  map[any]*refreshGroup
	queue   []*refreshGroup
	running int
	waiting int
}

// refreshGroup is what is refreshed by one call.
type refreshGroup struct {
	id     any
	keys   []string
	known  map[string]bool // keys that wait or are being refreshed
	run    func(context.Context, []string)
	active bool
}

func newRefresher() *refresher {
	ctx, stop := context.WithCancel(context.Background())
	return &refresher{ctx: ctx, stop: stop, groups: map[any]*refreshGroup{}}
}

// add asks for the refresh of keys, which go together as far as they do not wait already, and returns how many were taken. run
// must not panic.
func (r *refresher) add(group any, keys []string, run func(context.Context, []string)) (taken int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range keys {
		if r.take(group, key, run) {
			taken++
		}
	}
	return taken
}

// take is add for one key. It holds r.mu.
func (r *refresher) take(group any, key string, run func(context.Context, []string)) bool {
	if r.closed || r.waiting >= maxWaiting {
		return false
	}
	g := r.groups[group]
	if g == nil {
		g = &refreshGroup{id: group, known: map[string]bool{}}
		r.groups[group] = g
	}
	if g.known[key] {
		return true
	}
	g.known[key] = true
	g.run = run
	g.keys = append(g.keys, key)
	r.waiting++
	if len(g.keys) == 1 && !g.active {
		r.queue = append(r.queue, g)
	}
	if r.running < maxRefreshes {
		r.running++
		r.workers.Go(r.work)
	}
	return true
}

// work refreshes group after group until none is left.
func (r *refresher) work() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.queue) > 0 && !r.closed {
		g := r.queue[0]
		r.queue = r.queue[1:]
		keys, run := g.keys, g.run
		g.keys, g.active = nil, true
		r.waiting -= len(keys)
		r.mu.Unlock()
		run(r.ctx, keys)
		r.mu.Lock()
		g.active = false
		for _, key := range keys {
			delete(g.known, key)
		}
		switch {
		case len(g.keys) > 0: // asked for meanwhile
			r.queue = append(r.queue, g)
		case len(g.known) == 0:
			delete(r.groups, g.id)
		}
	}
	r.running--
}

func (r *refresher) close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.stop()
	r.workers.Wait()
}
