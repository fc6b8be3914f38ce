package cache

import (
	"cmp"
	"sync"
	"sync/atomic"
	"time"
)

// Position is a point in both orders of invalidations.
type Position struct {
	Local  uint64
	Shared ID
}

// ID is a record's place in the shared order: the ID of a Redis stream entry.
type ID struct{ Milli, Seq uint64 }

// Compare orders IDs.
func (i ID) Compare(j ID) int {
	return cmp.Or(cmp.Compare(i.Milli, j.Milli), cmp.Compare(i.Seq, j.Seq))
}

// Record is one invalidation of the shared order.
type Record struct {
	ID   ID
	Tags []string
	All  bool // everything is invalid
}

// maxTags is how many tags' generations are remembered; when there are more, all are forgotten, and with them the entries.
const maxTags = 1 << 17

// deafFor is how long memory may serve an entry that was stored while nothing was heard from other replicas.
const deafFor = time.Second

// Generations remembers, for each tag, the last record that invalidated it. One is shared by all tiers of a process. The
// zero Generations is ready for use.
type Generations struct {
	Classes Classes // of tags; set before use

	local atomic.Uint64 // the last local record
	deaf  atomic.Bool

	mu     sync.RWMutex // guards what follows, and orders writes of local
	tags   map[string]Position
	floor  Position // what was noted before it is invalid, whatever its tags
	shared ID       // the last shared record that was heard
}

// Position returns the current position, for an entry whose value is about to be asked for.
func (g *Generations) Position() Position {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return Position{g.local.Load(), g.shared}
}

// Invalidate makes a local record.
func (g *Generations) Invalidate(tags ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.record(tags, ID{})
}

// Hear applies records of the shared order that come after the last one heard; those that do not are passed over.
func (g *Generations) Hear(records ...Record) {
	if len(records) == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range records {
		if r.ID.Compare(g.shared) <= 0 {
			continue
		}
		g.shared = r.ID
		if r.All {
			g.forget()
			continue
		}
		g.record(r.Tags, r.ID)
	}
}

// record makes a record of both orders, or of the local one where id is zero.
func (g *Generations) record(tags []string, id ID) {
	if len(g.tags)+len(tags) > maxTags {
		g.forget()
	}
	if g.tags == nil {
		g.tags = map[string]Position{}
	}
	next := g.local.Load() + 1
	set := func(tag string) {
		at := g.tags[tag]
		at.Local = next
		if id.Compare(at.Shared) > 0 {
			at.Shared = id
		}
		g.tags[tag] = at
	}
	for _, tag := range tags {
		set(tag)
		g.Classes.of(tag, set)
	}
	g.local.Store(next)
}

// Doubt says that records may have been missed: nothing noted before now is valid, in memory, nor in the shared tier before
// the record at, the last one that is known. A log that was lost and begins again may go back: at is where it is now.
func (g *Generations) Doubt(at ID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shared = at
	g.forget()
}

// forget raises the floor to now.
func (g *Generations) forget() {
	next := g.local.Load() + 1
	g.tags = nil
	g.floor = Position{next, g.shared}
	g.local.Store(next)
}

// Deaf says whether other replicas' invalidations can be heard at present.
func (g *Generations) Deaf(deaf bool) { g.deaf.Store(deaf) }

// Trusted reports whether memory may serve at now what it has kept since then, in milliseconds: always, unless invalidations
// by other replicas can't be heard.
func (g *Generations) Trusted(since, now int64) bool {
	return !g.deaf.Load() || now-since < deafFor.Milliseconds()
}

// Valid reports whether none of an entry's tags was invalidated locally since it was noted at.
func (g *Generations) Valid(at uint64, tags []string) bool {
	if g.local.Load() == at {
		return true
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	if at < g.floor.Local {
		return false
	}
	for _, tag := range tags {
		if g.tags[tag].Local > at {
			return false
		}
	}
	return true
}

// ValidShared reports whether none of an entry's tags was invalidated in the shared order since it was noted at, as far as
// records were heard. A position that lies ahead of them is of another log, and not valid.
func (g *Generations) ValidShared(at ID, tags []string) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if at.Compare(g.floor.Shared) < 0 || at.Compare(g.shared) > 0 {
		return false
	}
	for _, tag := range tags {
		if g.tags[tag].Shared.Compare(at) > 0 {
			return false
		}
	}
	return true
}
