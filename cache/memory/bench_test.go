package memory_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"weft/cache"
	"weft/cache/memory"
)

// BenchmarkGet is what a Get costs, of one key and of fifty: of many in turn, or (hot) always the same.
func BenchmarkGet(b *testing.B) {
	tier, generations, keys := filled(b, 1<<14)
	found := make([]*cache.Entry, 50)
	b.Run("hit", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_ = tier.Get(b.Context(), keys[i&(1<<14-1):][:1], found[:1])
		}
	})
	b.Run("hit/hot", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = tier.Get(b.Context(), keys[:1], found[:1])
		}
	})
	b.Run("hit/parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			var found [1]*cache.Entry
			for i := 0; pb.Next(); i++ {
				_ = tier.Get(b.Context(), keys[i&(1<<14-1):][:1], found[:])
			}
		})
	})
	b.Run("hit/invalidated", func(b *testing.B) { // something else, before each
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			generations.Invalidate("other")
			_ = tier.Get(b.Context(), keys[i&(1<<14-1):][:1], found[:1])
		}
	})
	b.Run("miss", func(b *testing.B) {
		b.ReportAllocs()
		missing := []cache.Key{"missing"}
		for b.Loop() {
			_ = tier.Get(b.Context(), missing, found[:1])
		}
	})
	b.Run("hit/50", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_ = tier.Get(b.Context(), keys[i&(1<<13-1):][:50], found)
		}
	})
}

func BenchmarkSet(b *testing.B) {
	tier, generations, keys := filled(b, 1<<14)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		tier.Set(entry(generations, string(keys[i&(1<<14-1)])))
	}
}

// BenchmarkOverhead is how many bytes of heap an entry takes, beside what it is weighed at.
func BenchmarkOverhead(b *testing.B) {
	for b.Loop() {
		const n = 1 << 16
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		tier, _, _ := filled(b, n)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "heap-B/entry")
		b.ReportMetric(float64(tier.Stats().Bytes)/n, "weighed-B/entry")
		runtime.KeepAlive(tier)
	}
}

// filled returns a tier with n entries of three tags.
func filled(b *testing.B, n int) (*memory.Tier, *cache.Generations, []cache.Key) {
	generations := new(cache.Generations)
	tier := open(b, memory.Options{Generations: generations, MaxBytes: 1 << 30})
	keys := make([]cache.Key, n)
	for i := range keys {
		keys[i] = cache.Key(fmt.Sprintf("product 0123456789abcdef %08d", i))
		tier.Set(entry(generations, string(keys[i])))
	}
	return tier, generations, keys
}

// entry returns one of 100 bytes.
func entry(generations *cache.Generations, key string) *cache.Entry {
	return &cache.Entry{
		Key: cache.Key(key), Value: make([]byte, 100), Size: 100, Position: generations.Position(),
		Tags:      []string{"type:Product", "upstream:products", "key:" + key},
		Freshness: cache.Freshness{FreshUntil: time.Now().Add(time.Hour).UnixMilli()},
	}
}
