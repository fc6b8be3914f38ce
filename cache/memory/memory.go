package memory

import (
	"cmp"
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"weft/cache"
)

// Options are what a Tier is made of. Its zero value is good.
type Options struct {
	MaxBytes    int                // of all entries, as they are weighed; 0 = 64 MiB
	Generations *cache.Generations // nil: new ones, which nobody else invalidates
	Now         func() time.Time   // nil = time.Now
}

// Tier is a [cache.Tier] in memory. It is safe for concurrent use.
type Tier struct {
	entries     *otter.Cache[cache.Key, *kept]
	generations *cache.Generations
	now         func() time.Time
	largest     uint64         // weight of an entry that is kept
	passes      sync.WaitGroup // otter's maintenance
	stopClock   func()

	hits, misses, evictions atomic.Uint64
}

var _ cache.Local = (*Tier)(nil)

// kept is an entry in its place.
type kept struct {
	entry *cache.Entry
	asked cache.Instant // entry.Asked
	stays time.Duration // from when it was kept
	last  int64         // entry.Last()
	valid atomic.Uint64 // a local position at which it was found valid
}

// share is which part of the bound one entry may take.
const share = 8

// New returns an empty Tier. Close it.
func New(o Options) *Tier {
	limit := uint64(cmp.Or(max(o.MaxBytes, 0), 64<<20))
	t := &Tier{generations: o.Generations, now: o.Now, largest: min(limit/share, math.MaxUint32)}
	if t.generations == nil {
		t.generations = new(cache.Generations)
	}
	var clock otter.Clock
	clock, t.stopClock = newClock(o.Now)
	if t.now == nil {
		t.now = time.Now
	}
	t.entries = otter.Must(&otter.Options[cache.Key, *kept]{
		MaximumWeight:    limit,
		Weigher:          func(_ cache.Key, k *kept) uint32 { return uint32(weight(k.entry)) },
		ExpiryCalculator: otter.ExpiryWritingFunc(expiry),
		OnAtomicDeletion: t.deleted,
		Executor:         t.passes.Go,
		Clock:            clock,
	})
	return t
}

// Close ends the tier's goroutines. The tier must not be in use any more.
func (t *Tier) Close() {
	t.entries.StopAllGoroutines()
	t.passes.Wait()
	t.stopClock()
}

// Get returns no error. A hit allocates nothing, and looks at an entry's tags only if something was invalidated since it was
// last found valid.
func (t *Tier) Get(_ context.Context, keys []cache.Key, found []*cache.Entry) error {
	now := t.now()
	moment := reading{milli: now.UnixMilli(), instant: cache.InstantOf(now)}
	hits := 0
	for i, key := range keys {
		if e := t.get(key, moment); e != nil {
			found[i] = e
			hits++
		}
	}
	t.hits.Add(uint64(hits))
	t.misses.Add(uint64(len(keys) - hits))
	return nil
}

// reading is when entries are looked up, by both clocks.
type reading struct {
	milli   int64
	instant cache.Instant
}

func (t *Tier) get(key cache.Key, now reading) *cache.Entry {
	k, ok := t.entries.GetIfPresent(key)
	if !ok || now.milli >= k.last || !t.generations.Serves(k.asked, now.instant) {
		return nil
	}
	at := k.valid.Load()
	still, ok := t.generations.Still(at, k.entry.Tags)
	if !ok {
		t.drop(key, k)
		return nil
	}
	if still != at {
		k.valid.Store(still)
	}
	return k.entry
}

// drop removes an entry, but not one that has taken its place.
func (t *Tier) drop(key cache.Key, k *kept) {
	t.entries.ComputeIfPresent(key, func(current *kept) (*kept, otter.ComputeOp) {
		if current == k {
			return nil, otter.InvalidateOp
		}
		return current, otter.CancelOp
	})
}

// Set keeps entries, except those that are of no use already, and those that would take more than an eighth of the room.
func (t *Tier) Set(entries ...*cache.Entry) {
	clock := t.now()
	now := clock.UnixMilli()
	for _, e := range entries {
		at, valid := t.generations.Still(e.Position.Local, e.Tags)
		switch {
		case !valid || now >= e.Last():
		case weight(e) > t.largest:
			t.entries.Invalidate(e.Key) // an older value
		default:
			k := &kept{entry: e, asked: cmp.Or(e.Asked, cache.InstantOf(clock)), stays: stays(e.Last() - now), last: e.Last()}
			k.valid.Store(at)
			t.entries.Set(e.Key, k)
		}
	}
}

// Replace implements [cache.Local].
func (t *Tier) Replace(old, next *cache.Entry) (replaced bool) {
	if weight(next) > t.largest {
		return false
	}
	t.entries.ComputeIfPresent(old.Key, func(current *kept) (*kept, otter.ComputeOp) {
		if current.entry != old {
			return current, otter.CancelOp
		}
		k := &kept{entry: next, asked: current.asked, stays: stays(current.last - t.now().UnixMilli()), last: current.last}
		k.valid.Store(current.valid.Load())
		replaced = true
		return k, otter.WriteOp
	})
	return replaced
}

// Invalidate makes a local record, and returns no error.
func (t *Tier) Invalidate(_ context.Context, tags []string) error {
	t.generations.Invalidate(tags...)
	return nil
}

// Stats are a Tier's counters since it was made, and what it holds now.
type Stats struct {
	Entries   int    `json:"entries"` // with those that are invalid or have expired, but have not gone yet
	Bytes     uint64 `json:"bytes"`
	Hits      uint64 `json:"hits"`      // keys that Get found
	Misses    uint64 `json:"misses"`    // keys that were asked for − hits
	Evictions uint64 `json:"evictions"` // entries that went for want of room
}

// Stats returns the counters. It does what maintenance is due, so that Bytes is true.
func (t *Tier) Stats() Stats {
	t.entries.CleanUp()
	return Stats{
		Entries: t.entries.EstimatedSize(), Bytes: t.entries.WeightedSize(),
		Hits: t.hits.Load(), Misses: t.misses.Load(), Evictions: t.evictions.Load(),
	}
}

func (t *Tier) deleted(e otter.DeletionEvent[cache.Key, *kept]) {
	if e.Cause == otter.CauseOverflow {
		t.evictions.Add(1)
	}
}
