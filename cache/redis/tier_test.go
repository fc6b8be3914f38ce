package redis_test

import (
	"context"
	"testing"
	"time"

	"weft/cache"
	"weft/cache/cachetest"
	"weft/cache/redis"
)

// replica is a process's tier.
type replica struct {
	*redis.Tier
	generations *cache.Generations
}

// open opens a tier whose budgets suit a busy machine, and waits until it is there.
func open(t testing.TB, o redis.Options) replica {
	t.Helper()
	r := openAbsent(t, o)
	eventually(t, "the tier does not connect", func() bool { return r.Stats().Connected })
	return r
}

// openAbsent does not wait.
func openAbsent(t testing.TB, o redis.Options) replica {
	t.Helper()
	r := replica{generations: new(cache.Generations)}
	o.Generations, o.Codec, o.KeepPrivate = r.generations, cache.NewCodec(cache.CodecOptions{Secret: []byte("secret")}), true
	if o.GetTimeout == 0 {
		o.GetTimeout, o.SetTimeout, o.Slow, o.TrustFor = 5*time.Second, 5*time.Second, 5*time.Second, time.Minute
	}
	tier, err := redis.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tier.Close)
	r.Tier = tier
	return r
}

func (r replica) flush(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := r.Flush(ctx); err != nil {
		t.Fatalf("Flush: %v, %+v", err, r.Stats())
	}
}

func (r replica) entry(key, value string, tags ...string) *cache.Entry {
	now := time.Now().UnixMilli()
	return &cache.Entry{
		Key: cache.Key(key), Value: []byte(value), Tags: tags, Position: r.generations.Position(),
		Freshness: cache.Freshness{Born: now, FreshUntil: now + time.Minute.Milliseconds()},
	}
}

// keep sets an entry and waits until it is written.
func (r replica) keep(t testing.TB, key, value string, tags ...string) *cache.Entry {
	t.Helper()
	e := r.entry(key, value, tags...)
	r.Set(e)
	r.flush(t)
	return e
}

// get returns what the tier has; an error is none.
func (r replica) get(key string) *cache.Entry {
	var found [1]*cache.Entry
	_ = r.Get(context.Background(), []cache.Key{cache.Key(key)}, found[:])
	return found[0]
}

// has fails the test unless the tier serves a key.
func (r replica) has(t testing.TB, key string) {
	t.Helper()
	var found [1]*cache.Entry
	if err := r.Get(context.Background(), []cache.Key{cache.Key(key)}, found[:]); err != nil || found[0] == nil {
		t.Fatalf("%q is not served: %v, %+v", key, err, r.Stats())
	}
}

func (r replica) lacks(t testing.TB, key string) {
	t.Helper()
	if e := r.get(key); e != nil {
		t.Fatalf("%q is served: %q", key, e.Value)
	}
}

func (r replica) invalidate(t testing.TB, tags ...string) {
	t.Helper()
	if err := r.Invalidate(context.Background(), tags); err != nil {
		t.Fatal(err)
	}
}

// subject is a replica as cachetest sees it, behind a proxy where there is one node.
func subject(t *testing.T, url, target string) cachetest.Subject {
	s := cachetest.Subject{}
	if target != "" {
		p := newProxy(t, target)
		url = p.url()
		s.Break = func(*testing.T) func() {
			p.set(refuse)
			return func() { p.set(pass) }
		}
	}
	r := open(t, redis.Options{URL: url})
	s.Tier, s.Generations = r.Tier, r.generations
	s.Flush = func(t *testing.T) { t.Helper(); r.flush(t) }
	return s
}

func TestTier(t *testing.T) {
	cachetest.Run(t, func(t *testing.T) cachetest.Subject {
		server := newServer(t)
		s := subject(t, "", server.addr)
		s.Replica = func(t *testing.T) cachetest.Subject { return subject(t, "", server.addr) }
		return s
	})
}

func TestTierOverMiniredis(t *testing.T) {
	cachetest.Run(t, func(t *testing.T) cachetest.Subject {
		server := newMini(t)
		s := subject(t, "", server.addr)
		s.Replica = func(t *testing.T) cachetest.Subject { return subject(t, "", server.addr) }
		return s
	})
}

func TestTierOverCluster(t *testing.T) {
	nodes := newCluster(t)
	cachetest.Run(t, func(t *testing.T) cachetest.Subject {
		for _, n := range nodes {
			n.do(t, "FLUSHALL")
		}
		url := "redis+cluster://" + nodes[0].addr + "," + nodes[1].addr
		s := subject(t, url, "")
		s.Replica = func(t *testing.T) cachetest.Subject { return subject(t, url, "") }
		return s
	})
}
