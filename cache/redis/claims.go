package redis

import (
	"sync"
	"sync/atomic"

	"weft/cache"
)

// maxLate is how many tags wait to be logged; when there are more, everything is invalidated instead.
const maxLate = 100_000

// maxTaken is how many of them are logged at once.
const maxTaken = 4096

// claims are the tags that were invalidated in this process, from before that until their record has been heard. The log does
// not tell of them yet, so what carries one of them is not served from Redis, whatever the log says. A Get may be under way
// meanwhile: whoever judges an entry looks here first, and at the log's generations then. A tag that is released between
// the two looks has been heard before it was released.
//
//	held · local record · XADD · heard · released
type claims struct {
	covering func(tags []string) []string // tags, and the classes of them that entries may carry in their place
	count    atomic.Int64                 // what is held; 0 spares the look

	mu      sync.RWMutex        // guards what follows
	held    map[string]int      // by tag, how many claims hold it
	begins  map[string]int      // likewise by beginning
	all     int                 // claims of everything
	late    map[string]struct{} // tags whose record is still to be written; each of them is held
	lateAll bool                // instead of late: everything is late
}

// claim is what one invalidation holds.
type claim struct {
	tags    []string
	all     bool           // instead of tags
	records []cache.Record // in which the log says so; nil: the plain ones
}

func newClaims(covering func([]string) []string) *claims {
	return &claims{covering: covering, held: map[string]int{}, begins: map[string]int{}, late: map[string]struct{}{}}
}

// holds reports whether any of an entry's tags is held.
func (c *claims) holds(tags []string) bool {
	if c.count.Load() == 0 {
		return false
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.all > 0 {
		return true
	}
	for _, tag := range tags {
		if c.held[tag] > 0 {
			return true
		}
		for text := range c.begins {
			if cache.Begins(tag, text) {
				return true
			}
		}
	}
	return false
}

// hold begins an invalidation.
func (c *claims) hold(tags []string) claim {
	c.mu.Lock()
	defer c.unlock()
	cl := claim{tags: tags}
	c.add(cl, 1)
	return cl
}

// unlock publishes the count, which is never less than what is held in between.
func (c *claims) unlock() {
	c.count.Store(int64(len(c.held) + len(c.begins) + c.all))
	c.mu.Unlock()
}

// release ends an invalidation whose record was heard.
func (c *claims) release(cl claim) {
	c.mu.Lock()
	defer c.unlock()
	c.add(cl, -1)
}

// add counts a claim's tags.
func (c *claims) add(cl claim, n int) {
	if cl.all {
		c.all += n
		return
	}
	for _, tag := range c.covering(cl.tags) {
		count, name := c.held, tag
		if text, is := cache.BeginningOf(tag); is {
			count, name = c.begins, text
		}
		if count[name] += n; count[name] == 0 {
			delete(count, name)
		}
	}
}

// postpone hands a claim over to the late ones: its record could not be written, or nobody knows whether it was.
func (c *claims) postpone(cl claim) {
	c.mu.Lock()
	defer c.unlock()
	c.add(cl, -1)
	if c.lateAll {
		return
	}
	if !cl.all {
		for _, tag := range cl.tags {
			if _, is := c.late[tag]; !is {
				c.late[tag] = struct{}{}
				c.add(claim{tags: []string{tag}}, 1)
			}
		}
	}
	if cl.all || len(c.late) > maxLate {
		c.postponeAll()
	}
}

// postponeAll replaces the late tags by everything.
func (c *claims) postponeAll() {
	for tag := range c.late {
		c.add(claim{tags: []string{tag}}, -1)
	}
	clear(c.late)
	c.lateAll = true
	c.all++
}

// take returns some of what is late, as a claim to be logged.
func (c *claims) take() (claim, bool) {
	c.mu.Lock()
	defer c.unlock()
	if c.lateAll {
		c.lateAll = false
		return claim{all: true}, true
	}
	if len(c.late) == 0 {
		return claim{}, false
	}
	cl := claim{tags: make([]string, 0, min(len(c.late), maxTaken))}
	for tag := range c.late {
		cl.tags = append(cl.tags, tag)
		delete(c.late, tag)
		if len(cl.tags) == maxTaken {
			break
		}
	}
	return cl, true // it holds as often as its tags did one by one
}

// waiting returns how many tags are late; all of them count as one.
func (c *claims) waiting() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.lateAll {
		return 1
	}
	return len(c.late)
}
