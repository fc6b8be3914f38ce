package memory_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"weft/cache"
	"weft/cache/cachetest"
	"weft/cache/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTier(t *testing.T) {
	cachetest.Run(t, func(t *testing.T) cachetest.Subject {
		generations := new(cache.Generations)
		tier := open(t, memory.Options{Generations: generations})
		return cachetest.Subject{Tier: tier, Generations: generations, Local: true}
	})
}

func TestTierWithClock(t *testing.T) {
	cachetest.Run(t, func(t *testing.T) cachetest.Subject {
		generations := new(cache.Generations)
		c := &clock{now: time.UnixMilli(1_800_000_000_000)}
		tier := open(t, memory.Options{Generations: generations, Now: c.Now})
		return cachetest.Subject{Tier: tier, Generations: generations, Local: true, Now: c.Now, Advance: c.Advance}
	})
}

// open returns a tier that is closed with the test.
func open(t testing.TB, o memory.Options) *memory.Tier {
	t.Helper()
	tier := memory.New(o)
	t.Cleanup(tier.Close)
	return tier
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex // guards now
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestBound(t *testing.T) {
	const limit = 1 << 20
	tier := open(t, memory.Options{MaxBytes: limit})
	for i := range 4000 {
		tier.Set(valued(fmt.Sprint(i), 1000))
	}
	got := tier.Stats()
	if got.Bytes > limit || got.Bytes < limit/2 || got.Entries > limit/1400 || got.Evictions != uint64(4000-got.Entries) {
		t.Errorf("with room for %d bytes it holds %+v", limit, got)
	}
}

// What replaces an entry counts in its place, and stays out where it takes too much.
func TestReplaceIsWeighed(t *testing.T) {
	tier := open(t, memory.Options{MaxBytes: 1 << 20})
	old := valued("a", 100)
	tier.Set(old)
	before := tier.Stats().Bytes
	grown, large := *old, *old
	grown.Size, large.Size = 1100, 1<<17
	if tier.Replace(old, &large) || !tier.Replace(old, &grown) {
		t.Error("not exactly the second of two took the place")
	}
	if got := tier.Stats(); got.Bytes != before+1000 || got.Entries != 1 || got.Evictions != 0 {
		t.Errorf("of %d bytes, with 1,000 more, there are %+v", before, got)
	}
}

// An entry that is too large for its part of the room isn't kept, and takes the place of no other but the older one of its key.
func TestTooLarge(t *testing.T) {
	tier := open(t, memory.Options{MaxBytes: 1 << 20})
	tier.Set(valued("other", 100), valued("a", 1<<17-1000))
	if !has(t, tier, "a") {
		t.Fatal("an entry of almost an eighth isn't kept")
	}
	for name, large := range map[string]*cache.Entry{
		"value": valued("a", 1<<17),
		"view":  {Key: "a", Size: 1 << 17, Freshness: minute()},
		"tags":  {Key: "a", Tags: []string{strings.Repeat("t", 1<<17)}, Freshness: minute()},
	} {
		tier.Set(valued("a", 1))
		tier.Set(large)
		if has(t, tier, "a") {
			t.Errorf("an entry of more than an eighth by its %s is kept, or the one before it", name)
		}
	}
	if !has(t, tier, "other") {
		t.Error("the entry of another key has gone")
	}
}

// What is of no use isn't kept, nor does it displace what is.
func TestInvalidIsNotKept(t *testing.T) {
	generations := new(cache.Generations)
	tier := open(t, memory.Options{Generations: generations})
	late := valued("a", 1, "tag")
	generations.Invalidate("tag")
	now := valued("a", 2, "tag")
	now.Position = generations.Position()
	tier.Set(now)
	gone := valued("a", 3)
	gone.Freshness = cache.Freshness{FreshUntil: 1}
	tier.Set(late, gone)
	if got := get(t, tier, "a"); got != now {
		t.Errorf("got %v, want the entry of after the invalidation", got)
	}
	tier.Set(&cache.Entry{Key: "b", Tags: []string{"tag"}, Freshness: minute()})
	if n := tier.Stats().Entries; n != 1 {
		t.Errorf("%d entries, want 1", n)
	}
}

// What a Get finds invalid goes at once.
func TestInvalidGoes(t *testing.T) {
	generations := new(cache.Generations)
	tier := open(t, memory.Options{Generations: generations})
	tier.Set(valued("a", 1, "tag"), valued("b", 1, "tag"))
	generations.Invalidate("tag")
	if has(t, tier, "a") || has(t, tier, "b") || tier.Stats().Entries != 0 {
		t.Errorf("after the invalidation of all: %+v", tier.Stats())
	}
}

// What has expired goes even if nobody asks for it.
func TestExpiredGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tier := memory.New(memory.Options{})
		defer tier.Close()
		soon, never := valued("soon", 1), valued("never", 1)
		soon.FreshUntil = time.Now().Add(time.Second).UnixMilli()
		never.FreshUntil = math.MaxInt64
		tier.Set(soon, never)
		time.Sleep(999 * time.Millisecond)
		if !has(t, tier, "soon") {
			t.Error("an entry has gone before it expired")
		}
		time.Sleep(time.Millisecond)
		if has(t, tier, "soon") {
			t.Error("an entry is served after it expired")
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if n := tier.Stats().Entries; n != 1 {
			t.Errorf("%d entries, want 1", n)
		}
		time.Sleep(10 * time.Minute)
		if !has(t, tier, "never") {
			t.Error("an entry that doesn't expire has gone")
		}
	})
}

// While what is heard of other replicas is not trusted, an entry is served for a second; what was kept before is there again afterwards.
func TestUntrusted(t *testing.T) {
	c := &clock{now: time.UnixMilli(1_800_000_000_000)}
	generations := new(cache.Generations)
	tier := open(t, memory.Options{Generations: generations, Now: c.Now})
	set := func() {
		e := valued("a", 1)
		e.FreshUntil = c.Now().Add(time.Minute).UnixMilli()
		tier.Set(e)
	}
	set()
	c.Advance(time.Second)
	generations.Trust(0)
	if has(t, tier, "a") {
		t.Error("untrusted: an entry of a second ago is served")
	}
	set()
	c.Advance(999 * time.Millisecond)
	if !has(t, tier, "a") {
		t.Error("untrusted: an entry of less than a second ago isn't served")
	}
	c.Advance(time.Millisecond)
	if has(t, tier, "a") {
		t.Error("untrusted: an entry is served for more than a second")
	}
	old := valued("b", 1)
	old.FreshUntil, old.Asked = c.Now().Add(time.Minute).UnixMilli(), cache.InstantOf(c.Now().Add(-time.Second))
	tier.Set(old)
	if has(t, tier, "b") {
		t.Error("untrusted: an entry is served that was asked for a second ago, and is kept since now")
	}
	generations.Trust(cache.InstantOf(c.Now()) + 1)
	if !has(t, tier, "a") {
		t.Error("an entry has gone because nothing was heard for a while")
	}
}

// A hit is remembered at the position it was valid at, not at one of before.
func TestInvalidatedAfterHits(t *testing.T) {
	generations := new(cache.Generations)
	tier := open(t, memory.Options{Generations: generations})
	tier.Set(valued("a", 1, "tag"))
	for range 3 {
		generations.Invalidate("other")
		for range 2 {
			if !has(t, tier, "a") {
				t.Fatal("lost by another tag")
			}
		}
	}
	generations.Invalidate("tag")
	if has(t, tier, "a") {
		t.Error("served after its tag was invalidated")
	}
}

func TestStats(t *testing.T) {
	tier := open(t, memory.Options{})
	tier.Set(valued("a", 1000), valued("b", 1000))
	found := make([]*cache.Entry, 3)
	for range 2 {
		_ = tier.Get(t.Context(), []cache.Key{"a", "x", "b"}, found)
	}
	got := tier.Stats()
	if got.Bytes < 2000 || got.Bytes > 4000 {
		t.Errorf("two entries of 1000 bytes take %d", got.Bytes)
	}
	if want := (memory.Stats{Entries: 2, Bytes: got.Bytes, Hits: 4, Misses: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestHitAllocatesNothing(t *testing.T) {
	tier := open(t, memory.Options{})
	tier.Set(valued("a", 1, "tag"))
	keys, found := []cache.Key{"a"}, make([]*cache.Entry, 1)
	if n := testing.AllocsPerRun(1000, func() { _ = tier.Get(t.Context(), keys, found) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func get(t *testing.T, tier *memory.Tier, key cache.Key) *cache.Entry {
	t.Helper()
	var found [1]*cache.Entry
	if err := tier.Get(t.Context(), []cache.Key{key}, found[:]); err != nil {
		t.Fatal(err)
	}
	return found[0]
}

func has(t *testing.T, tier *memory.Tier, key cache.Key) bool {
	t.Helper()
	return get(t, tier, key) != nil
}

// valued returns an entry with a value of some size, fresh for a minute, and noted when nothing had been invalidated.
func valued(key string, size int, tags ...string) *cache.Entry {
	return &cache.Entry{Key: cache.Key(key), Value: make([]byte, size), Size: size, Tags: tags, Freshness: minute()}
}

func minute() cache.Freshness {
	return cache.Freshness{FreshUntil: time.Now().Add(time.Minute).UnixMilli()}
}
