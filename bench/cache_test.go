package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"weft/bench/posts/generated"
	"weft/bench/posts/model"
	"weft/cache"
	"weft/cache/memory"
	"weft/cache/redis"
	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/view"
	"weft/upstream"
)

// batch is how many entities BenchmarkCache reads at once, where it reads several.
const batch = 50

// BenchmarkCache reads users that are kept, as a planned operation does: execution and fetch are its own, the memo is empty, and what
// is found is ready to be written. ns/key is a key's share. trips/op are round trips to Redis.
//
//	memory/1, memory/50    from this process
//	redis/1, redis/50      from Redis, with no memory before it
//	tier/1, tier/50        what of the first two is looking keys up, which are known, in all tiers
//	execution              what of all of them is the operation's, which loads nothing
func BenchmarkCache(b *testing.B) {
	b.Run("memory", func(b *testing.B) {
		kept := memory.New(memory.Options{})
		b.Cleanup(kept.Close)
		benchmarkReads(b, cache.New(cache.Options{Memory: kept}), func() int { return 0 })
	})
	b.Run("redis", func(b *testing.B) {
		tier := newTier(b)
		benchmarkReads(b, cache.New(cache.Options{Remote: tier.Tier, Generations: tier.generations}), func() int { return int(tier.Stats().RoundTrips) })
	})
	b.Run("tier", benchmarkTier)
	b.Run("execution", func(b *testing.B) {
		s := newReader(b, nil)
		b.ReportAllocs()
		for b.Loop() {
			x := fetch.Begin(s.service, fetch.Options{})
			x.Close()
		}
	})
}

func benchmarkReads(b *testing.B, c *cache.Cache, trips func() int) {
	s := newReader(b, c)
	s.warm(b)
	for _, n := range []int{1, batch} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			calls, before := s.calls.Load(), trips()
			b.ReportAllocs()
			for b.Loop() {
				if got := s.fetch(b.Context(), n); got != n {
					b.Fatalf("%d users, want %d", got, n)
				}
			}
			if got := s.calls.Load() - calls; got > 0 {
				b.Fatalf("%d calls: not everything is kept", got)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/key")
			b.ReportMetric(float64(trips()-before)/float64(b.N), "trips/op")
		})
	}
}

// benchmarkTier looks up keys in a cache over memory.
func benchmarkTier(b *testing.B) {
	kept := memory.New(memory.Options{})
	b.Cleanup(kept.Close)
	c := cache.New(cache.Options{Memory: kept})
	keys := make([]cache.Key, batch)
	for i := range keys {
		keys[i] = cache.Key(fmt.Sprintf("0123456789abcdef %d", i))
		c.Keep(&cache.Entry{
			Key: keys[i], Size: 100, Position: c.Position(), Freshness: cache.Freshness{FreshUntil: time.Now().Add(time.Hour).UnixMilli()},
		}, false)
	}
	for _, n := range []int{1, batch} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			reading := c.Reading(cache.Memory | cache.Remote)
			b.ReportAllocs()
			for b.Loop() {
				if found := reading.Get(b.Context(), keys[:n], cache.Query{}); found[n-1].State != cache.Fresh {
					b.Fatalf("%+v", found[n-1])
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/key")
		})
	}
}

// reader is a service with one entity, users, over an upstream in memory that may be kept for an hour.
type reader struct {
	service *fetch.Service
	field   *binding.Field
	parents []view.Object // posts, each of another user
	body    []byte
	calls   atomic.Int64
}

// newReader returns one over a cache; nil: none.
func newReader(b *testing.B, c *cache.Cache) *reader {
	s := &reader{body: listOf(func(i int) string {
		return fmt.Sprintf(`{"id":%d,"name":"Leanne Graham","username":"Bret","email":"Sincere@april.biz","phone":"1-770-736-8031"}`, i+1)
	})}
	clients, err := upstream.NewClients(generated.Upstreams, map[string]upstream.Options{"jsonplaceholder": {URL: "http://users.test", Transport: s}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(clients.Close)
	s.service = &fetch.Service{
		Clients: clients, Cache: c, Policies: map[string]binding.CachePolicy{"jsonplaceholder": {MaxAge: time.Hour, HasMaxAge: true}},
	}
	s.field = &binding.Field{Sources: []binding.Source{{Slot: 2}}, Binding: binding.New(binding.Spec{
		Name: "User", Vars: []binding.Var{{Name: "id", Type: &binding.Type{Scalar: "Int"}}}, Entity: true,
		Origin: binding.Origin{
			Upstream: "jsonplaceholder",
			Batch:    &binding.Batch{Call: binding.Call{Template: "/users{?id*}"}, Keys: "id", Match: []string{"/id"}, Max: 100},
		},
		Result:  binding.Result{Shape: model.UserShape, Object: "User", KeySlots: []int{1}},
		Caching: binding.Caching{Fingerprint: "0123456789abcdef"},
	})}
	posts := listOf(func(i int) string { return fmt.Sprintf(`{"id":%d,"userId":%d}`, 1000+i, i+1) })
	rows, err := view.NewScanner(view.Layout{In: view.List, Shape: model.PostShape}).Scan(posts, &view.Source{Upstream: "posts"}, 0)
	if err != nil {
		b.Fatal(err)
	}
	s.parents = rows.Objects()
	return s
}

// listOf is a JSON list of as many objects as [batch].
func listOf(object func(i int) string) []byte {
	list := []byte("[")
	for i := range batch {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, object(i)...)
	}
	return append(list, ']')
}

// RoundTrip implements http.RoundTripper: whatever is asked for, the answer has all users.
func (s *reader) RoundTrip(r *http.Request) (*http.Response, error) {
	s.calls.Add(1)
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r, Body: io.NopCloser(bytes.NewReader(s.body)),
	}, nil
}

// fetch reads the users of n posts in an operation of its own, and returns how many there are.
func (s *reader) fetch(ctx context.Context, n int) (there int) {
	x := fetch.Begin(s.service, fetch.Options{})
	defer x.Close()
	for _, r := range x.Fetch(ctx, []fetch.Member{{Field: s.field, Parents: s.parents[:n]}})[0].Results {
		if r.Err == nil && r.Found {
			there++
		}
	}
	return there
}

// warm reads until nothing is asked for any more.
func (s *reader) warm(b *testing.B) {
	deadline := time.Now().Add(10 * time.Second)
	for before := int64(-1); before != s.calls.Load(); {
		before = s.calls.Load()
		s.fetch(b.Context(), batch)
		if time.Now().After(deadline) {
			b.Fatal("what is read is not kept")
		}
	}
}

// sharedTier is a tier over a Redis of the benchmark's own.
type sharedTier struct {
	*redis.Tier
	generations *cache.Generations
}

// newTier skips the benchmark where there is no redis-server.
func newTier(b *testing.B) sharedTier {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		b.Skip(err)
	}
	server, err := startRedis(b.Context(), program, b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(server.stop)
	generations := &cache.Generations{Classes: generated.CacheClasses}
	tier, err := redis.New(redis.Options{URL: "redis" + server.url[len("http"):], Generations: generations})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(tier.Close)
	for deadline := time.Now().Add(10 * time.Second); !tier.Stats().Synced; {
		if time.Now().After(deadline) {
			b.Fatal("the tier is not ready")
		}
	}
	return sharedTier{tier, generations}
}
