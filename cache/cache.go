package cache

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"math"
	mathrand "math/rand/v2"
	"sync/atomic"
	"time"
)

// Options are what a Cache is made of. The zero Options make one that keeps nothing, and still shares what is in flight.
type Options struct {
	Memory      Local        // nil: none
	Remote      Tier         // beyond this process, mostly an [Announcer], too; nil: none
	Generations *Generations // the tiers' own; nil: a new one
	// Secret keys the digests that tell identities apart. Without one, entries that depend on an identity stay in this process.
	Secret []byte
	Now    func() time.Time // nil = time.Now
	// RefuseWrites has no write sent of which other replicas cannot be told first: see [Cache.Write].
	RefuseWrites bool
}

// Cache reads through its tiers, and writes to all of them. It is safe for concurrent use.
type Cache struct {
	memory      Local
	remote      Tier
	announcer   Announcer // remote, where it is one
	refuses     bool      // writes that cannot be announced
	generations *Generations
	secret      []byte
	keyed       bool // secret is the same in all processes
	now         func() time.Time
	off         atomic.Uint32 // Tiers, see Turn
	counters    counters
}

// New returns a Cache over its tiers, which remain the caller's to close.
func New(o Options) *Cache {
	c := &Cache{memory: o.Memory, remote: o.Remote, generations: o.Generations, secret: o.Secret, keyed: len(o.Secret) > 0, now: o.Now, refuses: o.RefuseWrites}
	c.announcer, _ = o.Remote.(Announcer)
	if c.generations == nil {
		c.generations = new(Generations)
	}
	if !c.keyed {
		c.secret = make([]byte, sha256.Size)
		_, _ = rand.Read(c.secret) // never fails
	}
	if c.now == nil {
		c.now = time.Now
	}
	return c
}

// Now returns the time in milliseconds since 1970.
func (c *Cache) Now() int64 { return c.now().UnixMilli() }

// position is Position, or the first one where there is no cache.
func (c *Cache) position() Position {
	if c == nil {
		return Position{}
	}
	return c.Position()
}

// Position returns what an entry must note before its value is asked for.
func (c *Cache) Position() Position { return c.generations.Position() }

// Valid reports whether nothing with one of tags was invalidated since a position was noted.
func (c *Cache) Valid(at Position, tags []string) bool { return c.generations.Valid(at.Local, tags) }

// Trusted reports whether what is heard of other replicas is trusted now: see [Generations.Serves]. Without others it is.
func (c *Cache) Trusted() bool { return c.generations.Trusted(InstantOf(c.now())) }

// Bound returns the tags that an entry carries: see [Classes.Bound].
func (c *Cache) Bound(tags []string) []string { return c.generations.Classes.Bound(tags) }

// Fit returns tags of a size that is bounded: see [Classes.Fit].
func (c *Cache) Fit(tags []string, limit int, size func(tag string) int) []string {
	return c.generations.Classes.Fit(tags, limit, size)
}

// Digest returns a keyed digest of an identity, 16 bytes; "" of the empty one.
func (c *Cache) Digest(identity []byte) string {
	if len(identity) == 0 {
		return ""
	}
	mac := hmac.New(sha256.New, c.secret)
	mac.Write(identity)
	return string(mac.Sum(nil)[:16])
}

// Tiers is a set of tiers.
type Tiers uint8

// The tiers.
const (
	Memory Tiers = 1 << iota // in this process
	Remote                   // beyond this process
)

// Reading is how one operation reads. The zero Reading reads nothing; see [Cache.Reading]. It is safe for concurrent use.
type Reading struct {
	cache  *Cache
	from   Tiers
	failed atomic.Bool // the remote tier did not answer once: it is not asked again
}

// Turn turns tiers off, and all others on. Nothing is read from one that is off, and nothing kept there. What is invalidated meanwhile is
// invalid there, too.
func (c *Cache) Turn(off Tiers) { c.off.Store(uint32(off)) }

// has reports whether there is a tier which is on.
func (c *Cache) has(t Tiers) bool {
	there := t == Memory && c.memory != nil || t == Remote && c.remote != nil
	return there && Tiers(c.off.Load())&t == 0
}

// Reading begins an operation that reads from some tiers.
func (c *Cache) Reading(from Tiers) *Reading { return new(Reading).Of(c, from) }

// Of makes the zero Reading, which somebody has room for, that of an operation which reads from some tiers of a cache.
func (r *Reading) Of(c *Cache, from Tiers) *Reading {
	r.cache, r.from = c, from
	return r
}

// Query is what all keys of one Get have in common.
type Query struct {
	// MaxAge is the greatest age that is accepted; 0: any.
	MaxAge time.Duration
	// Decode sets the View and Size of an entry that has come from beyond this process. An error makes it a miss.
	Decode func(*Entry) error
}

// Found is what was found of one key. The zero Found is a miss.
type Found struct {
	Entry   *Entry
	State   State
	From    Tiers // the one that had it
	Refresh bool  // it should be asked for anew, off the request path
}

// Get looks keys up, in memory first, the rest beyond it in one round trip. It returns a Found for each; its State says
// whether its entry may be served.
func (r *Reading) Get(ctx context.Context, keys []Key, q Query) []Found {
	found := make([]Found, len(keys))
	r.get(ctx, keys, q, found, make([]*Entry, len(keys)))
	return found
}

// get is Get into found, which is zero, with entries as room.
func (r *Reading) get(ctx context.Context, keys []Key, q Query, found []Found, entries []*Entry) {
	c := r.cache
	now := c.Now()
	if r.from&Memory != 0 && c.has(Memory) {
		_ = c.memory.Get(ctx, keys, entries)
		for i, e := range entries {
			if e != nil {
				found[i] = c.found(e, Memory, now, q)
			}
		}
	}
	r.beyond(ctx, keys, found, q)
}

// beyond looks keys up in the remote tier that memory does not have, or not fresh.
func (r *Reading) beyond(ctx context.Context, keys []Key, found []Found, q Query) {
	c := r.cache
	if r.from&Remote == 0 || !c.has(Remote) || r.failed.Load() {
		return
	}
	var missing []Key
	var places []int
	for i := range keys {
		if found[i].State < Revalidate {
			missing, places = append(missing, keys[i]), append(places, i)
		}
	}
	if len(missing) == 0 {
		return
	}
	entries := make([]*Entry, len(missing))
	if err := c.remote.Get(ctx, missing, entries); err != nil {
		r.failed.Store(true)
	}
	now := c.Now()
	for j, e := range entries {
		if e == nil || !c.decode(e, q) {
			continue
		}
		if r.from&Memory != 0 && c.has(Memory) {
			c.promote(ctx, e)
		}
		if f := c.found(e, Remote, now, q); f.State > found[places[j]].State {
			found[places[j]] = f
		}
	}
}

// promote puts an entry of the remote tier into memory, unless memory has got a newer one meanwhile.
func (c *Cache) promote(ctx context.Context, e *Entry) {
	var now [1]*Entry
	_ = c.memory.Get(ctx, []Key{e.Key}, now[:])
	if now[0] == nil || now[0].Born < e.Born {
		c.memory.Set(e)
	}
}

// decode makes an entry of the remote tier usable in this process, and reports whether it could.
func (c *Cache) decode(e *Entry, q Query) bool {
	if q.Decode == nil {
		return true
	}
	if err := q.Decode(e); err != nil {
		c.counters.poisoned.Add(1)
		return false
	}
	return true
}

func (c *Cache) found(e *Entry, from Tiers, now int64, q Query) Found {
	f := Found{Entry: e, State: e.State(now), From: from}
	if q.MaxAge > 0 && e.Age(now) > q.MaxAge {
		switch {
		case now < e.StaleIfError:
			f.State = IfError
		case e.ETag != "" || e.LastModified != "":
			f.State = Validate
		default:
			f.State = Gone
		}
	}
	f.Refresh = f.State == Revalidate || f.State == Fresh && early(e, now)
	return f
}

// early decides by chance whether a fresh entry is refreshed before it expires: the more likely the nearer that is, and the
// longer its upstream took (XFetch: Vattani, Chierichetti, Lowenstein, "Optimal Probabilistic Cache Stampede Prevention",
// VLDB 2015). Only keys that are asked for often are likely to be asked for that late.
func early(e *Entry, now int64) bool {
	remaining := e.FreshUntil - now
	took := e.Took.Milliseconds()
	if remaining > 16*took { // e^-16
		return false
	}
	return -float64(took)*math.Log(1-mathrand.Float64()) >= float64(remaining)
}

// Keep stores an entry, unless it is invalid already. Identified says that its key depends on an identity: it then leaves this
// process only when digests are the same in all of them.
func (c *Cache) Keep(e *Entry, identified bool) {
	if c.has(Memory) {
		c.memory.Set(e)
	}
	if c.has(Remote) && e.Value != nil && (c.keyed || !identified && !e.Private) {
		c.remote.Set(e)
	}
}

// Replace keeps next in place of old in memory, and nowhere else: see [Local.Replace].
func (c *Cache) Replace(old, next *Entry) bool { return c.has(Memory) && c.memory.Replace(old, next) }

// Invalidate makes every entry with one of tags invalid, in all tiers. See [Tier.Invalidate] for the error.
func (c *Cache) Invalidate(ctx context.Context, tags []string) error {
	if len(tags) == 0 {
		return nil
	}
	c.counters.invalidated.Add(uint64(len(tags)))
	if c.remote == nil {
		c.generations.Invalidate(tags...)
		return nil
	}
	return c.remote.Invalidate(ctx, tags)
}

// counters are for operators.
type counters struct{ poisoned, invalidated atomic.Uint64 }

// Stats are a Cache's counters since it was made.
type Stats struct {
	Poisoned    uint64 `json:"poisoned"`    // entries of the remote tier whose value was not what its owner writes
	Invalidated uint64 `json:"invalidated"` // tags
}

// Stats returns the counters.
func (c *Cache) Stats() Stats {
	return Stats{Poisoned: c.counters.poisoned.Load(), Invalidated: c.counters.invalidated.Load()}
}
