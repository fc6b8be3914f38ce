package redis_test

import (
	"context"
	"fmt"
	"testing"

	"weft/cache"
	"weft/cache/redis"
)

// BenchmarkGet reads entries of 300 bytes in one round trip.
func BenchmarkGet(b *testing.B) {
	for _, n := range []int{1, 50} {
		b.Run(fmt.Sprintf("entries=%d", n), func(b *testing.B) {
			s := newServer(b)
			r := open(b, redis.Options{URL: s.url()})
			keys := make([]cache.Key, n)
			for i := range keys {
				e := r.entry(fmt.Sprint("key ", i), string(make([]byte, 300)), fmt.Sprint("key:Product:", i), "type:Product")
				keys[i] = e.Key
				r.Set(e)
			}
			r.flush(b)
			before := r.Stats()
			found := make([]*cache.Entry, n)
			b.ReportAllocs()
			for b.Loop() {
				if err := r.Get(context.Background(), keys, found); err != nil {
					b.Fatal(err)
				}
			}
			after := r.Stats()
			if after.Hits-before.Hits != uint64(b.N*n) {
				b.Fatalf("%+v", after)
			}
			b.ReportMetric(float64(after.RoundTrips-before.RoundTrips)/float64(b.N), "trips/op")
		})
	}
}

// BenchmarkSet hands entries to the queue.
func BenchmarkSet(b *testing.B) {
	s := newServer(b)
	r := open(b, redis.Options{URL: s.url()})
	e := r.entry("key", string(make([]byte, 300)), "key:Product:1")
	b.ReportAllocs()
	for b.Loop() {
		r.Set(e)
	}
}

// BenchmarkInvalidate writes one record to the log.
func BenchmarkInvalidate(b *testing.B) {
	s := newServer(b)
	r := open(b, redis.Options{URL: s.url()})
	tags := []string{"key:Product:1", "tag:sale"}
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Invalidate(context.Background(), tags); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHeard measures from an invalidation's begin until another replica's memory has heard of it.
func BenchmarkHeard(b *testing.B) {
	s := newServer(b)
	one, other := open(b, redis.Options{URL: s.url()}), open(b, redis.Options{URL: s.url()})
	tags := []string{"tag"}
	for b.Loop() {
		at := other.generations.Position().Local
		if err := one.Invalidate(context.Background(), tags); err != nil {
			b.Fatal(err)
		}
		for other.generations.Valid(at, tags) { // as whoever reads memory
		}
	}
}

// BenchmarkGetOpen is a Get while the breaker is open.
func BenchmarkGetOpen(b *testing.B) {
	s := newServer(b)
	p := newProxy(b, s.addr)
	r := open(b, briefly(p.url()))
	p.set(refuse)
	for r.Stats().Breaker != "open" {
		r.get("key")
	}
	keys, found := []cache.Key{"key"}, make([]*cache.Entry, 1)
	b.ReportAllocs()
	for b.Loop() {
		_ = r.Get(context.Background(), keys, found)
	}
}
