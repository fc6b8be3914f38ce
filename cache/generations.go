package cache

import (
	"cmp"
	"hash/maphash"
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

// max returns the later place in each order.
func (p Position) max(q Position) Position {
	if q.Shared.Compare(p.Shared) > 0 {
		p.Shared = q.Shared
	}
	p.Local = max(p.Local, q.Local)
	return p
}

// Compare orders IDs.
func (i ID) Compare(j ID) int {
	return cmp.Or(cmp.Compare(i.Milli, j.Milli), cmp.Compare(i.Seq, j.Seq))
}

// next returns the ID after i.
func (i ID) next() ID {
	if i.Seq++; i.Seq == 0 {
		i.Milli++
	}
	return i
}

// Record is one record of the shared order: an invalidation, unless it says something else. Package order says what kinds there are.
type Record struct {
	ID    ID
	Tags  []string
	All   bool          // everything is invalid
	After time.Duration // of an arm: the tags are not invalid yet, but will be so long after it was heard; 0: it is none
	Ends  ID            // the arm that it ends; zero: none
}

// maxTags is how many tags' records are remembered. When there are more, the older half of them is forgotten, and what was
// noted before the last of those counts as invalid.
const maxTags = 1 << 17

// youngFor is how long memory may serve a value after it was asked for, whether or not what is heard is trusted.
const youngFor = time.Second

// Generations remembers, for each tag, the last record that invalidated it. One is shared by all tiers of a process. The
// zero Generations is ready for use.
type Generations struct {
	Classes Classes // of tags; set before use

	local   atomic.Uint64 // the last local record
	trusted atomic.Int64  // the Instant until which what is heard of other replicas is; 0: there are none

	mu     sync.RWMutex // guards what follows, and orders writes of local
	seed   maphash.Seed // made with the first record
	newer  tagRecords   // since turned
	older  tagRecords   // before that
	begins beginRecords // of all tags with one beginning
	turned Position     // when newer was begun
	floor  Position     // what was noted before it is invalid, whatever its tags
	shared ID           // the last shared record that was heard
}

// tagRecords are the last records of some tags in both orders, by a hash of the tag: a collision invalidates too much, which is
// a miss, and neither long tags nor what they were cut from are held.
type tagRecords map[uint64]Position

// beginRecords are the last records of beginnings. A schema has few of them.
type beginRecords map[string]Position

// maxBeginnings is how many are remembered. When there are more, everything is invalid.
const maxBeginnings = 1024

// Position returns the current position, for an entry whose value is about to be asked for.
func (g *Generations) Position() Position {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return Position{g.local.Load(), g.shared}
}

// Invalidate makes a local record.
func (g *Generations) Invalidate(tags ...string) {
	if len(tags) == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.record(tags, ID{})
}

// Hear applies records of the shared order that come after the last one heard; those that do not are passed over. So whoever
// hears must hand on everything after a position that was heard before, in order: a record that is left out is never heard.
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
		switch {
		case r.All:
			g.forget(r.ID)
		case r.After == 0:
			g.record(r.Tags, r.ID)
		}
	}
}

// record makes a record of both orders, or of the local one where id is zero.
func (g *Generations) record(tags []string, id ID) {
	if g.newer == nil {
		g.seed, g.newer = maphash.MakeSeed(), tagRecords{}
	}
	now := Position{g.local.Load() + 1, id}
	set := func(tag string) {
		h := maphash.String(g.seed, tag)
		g.newer[h] = g.newer[h].max(now)
	}
	for _, tag := range tags {
		if text, is := BeginningOf(tag); is {
			g.begin(text, now)
			continue
		}
		set(tag)
		g.Classes.of(tag, set)
	}
	g.local.Store(now.Local)
	switch {
	case len(g.begins) > maxBeginnings:
		g.forget(g.shared.next())
	case len(g.newer) >= maxTags/2:
		g.turn(now.Local)
	}
}

func (g *Generations) begin(text string, now Position) {
	if g.begins == nil {
		g.begins = beginRecords{}
	}
	g.begins[text] = g.begins[text].max(now)
}

// turn forgets the older records, which all lie at or before the point where the newer ones begin.
func (g *Generations) turn(now uint64) {
	g.floor = g.turned.max(g.floor)
	g.older, g.newer = g.newer, tagRecords{}
	g.turned = Position{now, g.shared}
}

// Doubt says that records may have been missed: nothing noted before now is valid, in memory, nor in the remote tier before
// the record at, the last one that is known. A log that was lost and begins again may go back: at is where it is now. Such a
// log is another one: nothing that this process has noted in the old one is valid when the new one has passed it, and it
// should begin with a record that says All, for what others have noted.
func (g *Generations) Doubt(at ID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	floor := at
	if at.Compare(g.shared) < 0 {
		floor = g.shared.next()
	}
	g.shared = at
	g.forget(floor)
}

// forget raises the floor: to now in the local order, and in the shared one.
func (g *Generations) forget(shared ID) {
	next := g.local.Load() + 1
	g.newer, g.older, g.begins = nil, nil, nil
	g.floor = Position{next, shared}.max(g.floor)
	g.turned = g.floor
	g.local.Store(next)
}

// Trust says until when what is heard of other replicas is trusted; never: it is not, as before anything was heard. Without that
// there are no others.
func (g *Generations) Trust(until Instant) { g.trusted.Store(int64(max(until, 1))) }

// Trusted reports whether what is heard of other replicas is trusted at now.
func (g *Generations) Trusted(now Instant) bool {
	until := Instant(g.trusted.Load())
	return until == 0 || now < until
}

// Serves reports whether memory may serve at now a value that was asked for at a moment: always, unless what is heard of other replicas
// is not trusted, and then for a second.
func (g *Generations) Serves(asked, now Instant) bool {
	return g.Trusted(now) || now < asked.Add(youngFor)
}

// Valid reports whether none of an entry's tags was invalidated locally since it was noted at.
func (g *Generations) Valid(at uint64, tags []string) bool {
	_, valid := g.Still(at, tags)
	return valid
}

// Still is Valid, and returns a local position at which the entry was still valid: one that keeps it in place of at spares the
// look at its tags next time, as long as nothing else is invalidated.
func (g *Generations) Still(at uint64, tags []string) (now uint64, valid bool) {
	if g.local.Load() == at {
		return at, true
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	if at < g.floor.Local {
		return at, false
	}
	for _, tag := range tags {
		if g.last(tag).Local > at {
			return at, false
		}
	}
	return g.local.Load(), true
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
		if g.last(tag).Shared.Compare(at) > 0 {
			return false
		}
	}
	return true
}

// last returns the last record of a tag in each order.
func (g *Generations) last(tag string) Position {
	if len(g.newer)+len(g.older)+len(g.begins) == 0 {
		return Position{}
	}
	h := maphash.String(g.seed, tag)
	last := g.newer[h].max(g.older[h])
	for text, at := range g.begins {
		if Begins(tag, text) {
			last = last.max(at)
		}
	}
	return last
}
