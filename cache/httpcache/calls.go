package httpcache

import (
	"slices"
	"sync"
)

// calls are the GETs on their way whose answers may be stored. They serve two ends.
//
// One call for many: a request that finds a call under way for the same key and identity waits until that call's answer is
// stored, and takes it if it may be served to it, as any stored answer (RFC 9111 §4). Nothing is handed over directly, so an
// answer that is private, not storable or for another header reaches nobody else. Who waits for one that is not storable is
// released when its header is there, for its body is not read here.
//
// No resurrection: a call that was under way when its key was invalidated stores nothing. Storing and invalidating happen
// under one lock:
//
//	GET is sent · service reads old value · POST takes effect, its answer invalidates: the call is void ·
//	GET's answer arrives with the old value, and is returned, but not stored
type calls struct {
	mu   sync.Mutex // guards open, void of every call, and the order of changes to the store
	open map[string][]*call
}

// call is one GET on its way.
type call struct {
	key, identity string

	solo  bool          // nobody may wait for it
	ended chan struct{} // closed when nothing more will be stored by it
	void  bool          // guarded by calls.mu: its key was invalidated

	again bool // it ended without an answer for others to judge by, so they may wait for another; final when ended is closed
}

// begin opens a call. With join, it returns the one that is open and can be waited for instead, if there is one; without, nobody
// will wait for the new one either.
func (c *calls) begin(key, identity string, join bool) (mine, other *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, open := range c.open[key] {
		if join && open.identity == identity && !open.solo && !open.void {
			return nil, open
		}
	}
	mine = &call{key: key, identity: identity, solo: !join, ended: make(chan struct{})}
	if c.open == nil {
		c.open = make(map[string][]*call)
	}
	c.open[key] = append(c.open[key], mine)
	return mine, nil
}

// end closes a call, once. Abandoned says that it ended with its own caller's request.
func (c *calls) end(mine *call, abandoned bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := slices.DeleteFunc(c.open[mine.key], func(other *call) bool { return other == mine })
	if c.open[mine.key] = left; len(left) == 0 {
		delete(c.open, mine.key)
	}
	mine.again = abandoned || mine.void
	close(mine.ended)
}

// commit runs store, unless the call's key was invalidated since it began.
func (c *calls) commit(mine *call, store func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if mine.void {
		return false
	}
	store()
	return true
}

// invalidate makes the open calls of keys void, and runs remove for each key.
func (c *calls) invalidate(keys []string, remove func(key string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range keys {
		for _, open := range c.open[key] {
			open.void = true
		}
		remove(key)
	}
}
