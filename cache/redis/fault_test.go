package redis_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"weft/cache"
	"weft/cache/redis"
)

// briefly are the budgets of production.
func briefly(url string) redis.Options {
	return redis.Options{URL: url, GetTimeout: 50 * time.Millisecond, SetTimeout: 200 * time.Millisecond, Slow: 20 * time.Millisecond}
}

// recovers fails the test unless a tier keeps and serves again, with its breaker closed.
func (r replica) recovers(t testing.TB) {
	t.Helper()
	i := 0
	eventually(t, "the tier does not recover", func() bool {
		i++
		key := fmt.Sprint("recovered ", i/50)
		r.Set(r.entry(key, "1"))
		return r.get(key) != nil && r.Stats().Breaker == "closed"
	})
}

func TestAbsentAtStart(t *testing.T) {
	s := newServer(t)
	p := newProxy(t, s.addr)
	p.set(refuse)
	r := openAbsent(t, briefly(p.url()))
	if err := r.Get(t.Context(), []cache.Key{"key"}, make([]*cache.Entry, 1)); err == nil {
		t.Error("Get: no error")
	}
	r.Set(r.entry("key", "1"))
	early := r.entry("early", "1", "tag")
	if err := r.Invalidate(t.Context(), []string{"tag"}); err == nil {
		t.Error("Invalidate: no error")
	}
	p.set(pass)
	r.recovers(t)
	r.Set(early) // noted before anything was heard
	r.flush(t)
	r.lacks(t, "early")
	if s := r.Stats(); s.Misses.Unsynced == 0 || s.Drops.Unsynced < 2 || s.Waiting != 0 {
		t.Errorf("%+v", s)
	}
}

// Nothing waits longer than its budget: the calls come back while the proxy still holds everything.
func TestHung(t *testing.T) {
	s := newServer(t)
	p := newProxy(t, s.addr)
	r := open(t, briefly(p.url()))
	r.keep(t, "key", "1", "tag")
	p.set(hang)
	var callers sync.WaitGroup
	slowest := make([]time.Duration, 50)
	for i := range slowest {
		callers.Go(func() {
			for range 20 {
				start := time.Now()
				if e := r.get("key"); e != nil {
					t.Errorf("served %q", e.Value)
				}
				slowest[i] = max(slowest[i], time.Since(start))
				r.Set(r.entry("other", "1"))
			}
		})
	}
	callers.Go(func() {
		if err := r.Invalidate(context.Background(), []string{"tag"}); err == nil {
			t.Error("Invalidate: no error")
		}
	})
	callers.Wait()
	t.Logf("the slowest of %d calls took %v", 20*len(slowest), slices.Max(slowest))
	stats := r.Stats()
	if stats.BreakerOpened == 0 || stats.Misses.Breaker == 0 || stats.Misses.Timeout == 0 {
		t.Errorf("%+v", stats)
	}
	eventually(t, "memory is still trusted", func() bool { return !r.trusts() })
	p.set(pass)
	r.recovers(t)
	r.lacks(t, "key")
}

func TestBreakerSparesRoundTrips(t *testing.T) {
	s := newServer(t)
	p := newProxy(t, s.addr)
	r := open(t, briefly(p.url()))
	p.set(refuse)
	eventually(t, "the breaker does not open", func() bool {
		r.lacks(t, "key")
		return r.Stats().Breaker == "open"
	})
	r.lacks(t, "key")
	before := r.Stats()
	if before.Misses.Breaker == 0 {
		t.Errorf("%+v", before)
	}
	p.set(pass)
	r.recovers(t)
}

func TestFaults(t *testing.T) {
	for name, f := range map[string]fault{"slow": slow, "truncate": truncate, "corrupt": corrupt, "refuse": refuse} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			p := newProxy(t, s.addr)
			r := open(t, briefly(p.url()))
			for i := range 20 {
				r.Set(r.entry(fmt.Sprint("key ", i), "right", "tag"))
			}
			r.flush(t)
			p.set(f)
			for i := range 60 {
				if e := r.get(fmt.Sprint("key ", i%20)); e != nil && string(e.Value) != "right" {
					t.Errorf("served %q", e.Value)
				}
				r.Set(r.entry("other", "1"))
			}
			_ = r.Invalidate(t.Context(), []string{"tag"})
			p.set(pass)
			r.recovers(t)
			for i := range 20 {
				r.lacks(t, fmt.Sprint("key ", i))
			}
		})
	}
}

func TestFullAndReadOnly(t *testing.T) {
	for name, c := range map[string]struct{ refuse, repair []any }{
		"OOM":      {[]any{"CONFIG", "SET", "maxmemory", "1"}, []any{"CONFIG", "SET", "maxmemory", "0"}},
		"READONLY": {[]any{"REPLICAOF", "127.0.0.1", "1"}, []any{"REPLICAOF", "NO", "ONE"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newReal(t)
			a, b := open(t, briefly(s.url())), open(t, briefly(s.url()))
			a.keep(t, "key", "1", "tag")
			a.keep(t, "kept", "1", "other")
			s.do(t, c.refuse...)
			eventually(t, "it goes unnoticed", func() bool {
				a.Set(a.entry("lost", "1"))
				return a.Stats().Drops.Error > 0
			})
			if err := a.Invalidate(t.Context(), []string{"tag"}); err == nil {
				t.Error("Invalidate: no error")
			}
			a.lacks(t, "key") // it is in Redis, and the log does not say that it is invalid
			eventually(t, "what can be read is not read", func() bool { return a.get("kept") != nil && b.get("kept") != nil })
			eventually(t, "the invalidation does not wait", func() bool { return a.Stats().Waiting == 1 }) // but for the attempts to log it
			s.do(t, c.repair...)
			eventually(t, "the invalidation is not logged", func() bool { return b.get("key") == nil && a.Stats().Waiting == 0 })
			a.recovers(t)
		})
	}
}

// values returns the names of the values in a Redis.
func (s *server) values(t testing.TB) []string {
	t.Helper()
	return s.client.Keys(context.Background(), "weft:v:*").Val()
}

func TestWrongValues(t *testing.T) {
	s := newServer(t)
	r := open(t, redis.Options{URL: s.url()})
	r.keep(t, "key", "1", "tag")
	name := s.values(t)[0]
	right := s.client.Get(t.Context(), name).Val()
	r.keep(t, "other", "2", "tag")
	var foreign string
	for _, n := range s.values(t) {
		if n != name {
			foreign = s.client.Get(t.Context(), n).Val()
		}
	}
	flipped := []byte(right)
	flipped[len(flipped)/2] ^= 1
	for what, value := range map[string]string{
		"empty": "", "noise": "\x00\x01\x02noise", "truncated": right[:len(right)-1], "longer": right + "x", "flipped": string(flipped), "of another key": foreign,
	} {
		s.do(t, "SET", name, value)
		if e := r.get("key"); e != nil {
			t.Errorf("%s: served %q", what, e.Value)
		}
	}
	if m := r.Stats().Misses; m.Foreign != 1 || m.Corrupt+m.Unknown != 5 {
		t.Errorf("%+v", m)
	}
	s.do(t, "DEL", name)
	s.do(t, "LPUSH", name, "x")
	r.lacks(t, "key")
	s.do(t, "SET", name, right)
	r.has(t, "key")
}

func TestPrivateStaysUnlessTold(t *testing.T) {
	s := newServer(t)
	r := replica{generations: new(cache.Generations)}
	tier, err := redis.New(redis.Options{URL: s.url(), Generations: r.generations, GetTimeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer tier.Close()
	r.Tier = tier
	eventually(t, "the tier does not connect", func() bool { return r.Stats().Connected })
	e := r.entry("key", "1")
	e.Private = true
	r.Set(e, r.entry("public", "1"))
	r.flush(t)
	r.has(t, "public")
	r.lacks(t, "key")
	if got := s.values(t); len(got) != 1 {
		t.Errorf("Redis has %q", got)
	}
}

func TestQueueIsBounded(t *testing.T) {
	s := newServer(t)
	p := newProxy(t, s.addr)
	r := open(t, redis.Options{URL: p.url(), QueueEntries: 10, QueueBytes: 1000})
	p.set(hang)
	for range 1000 {
		r.Set(r.entry("key", "1"))
	}
	r.Set(r.entry("large", string(make([]byte, 2000))))
	if s := r.Stats(); s.Sets != 1001 || s.Drops.Full < 800 {
		t.Errorf("%+v", s)
	}
	p.set(pass)
	r.flush(t)
	r.has(t, "key")
	r.lacks(t, "large")
}

func TestCloseWhileHung(t *testing.T) {
	s := newServer(t)
	p := newProxy(t, s.addr)
	r := open(t, briefly(p.url()))
	p.set(hang)
	r.Set(r.entry("key", "1"))
	_ = r.Invalidate(t.Context(), []string{"tag"})
	r.Close()
}
