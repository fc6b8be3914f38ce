package tiers_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9/logging"
	"go.uber.org/goleak"

	"weft/cache"
	"weft/cache/tiers"
)

func TestMain(m *testing.M) {
	logging.Disable() // each failed dial is a line
	goleak.VerifyTestMain(m)
}

const secret = "sixteen bytes or more"

// open opens a cache that ends with the test.
func open(t *testing.T, o tiers.Options) *tiers.Caching {
	t.Helper()
	o.Logger = slog.New(slog.DiscardHandler)
	c, err := tiers.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	flush(t, c)
	return c
}

func flush(t *testing.T, c *tiers.Caching) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := c.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

// keep keeps an entry for a minute.
func keep(c *tiers.Caching, key cache.Key, identified bool) {
	now := c.Now()
	c.Keep(&cache.Entry{
		Key: key, Value: []byte(`{"id":1}`), Position: c.Position(), Tags: []string{cache.OfType("Product")}, Private: identified,
		Freshness: cache.Freshness{Born: now, FreshUntil: now + time.Minute.Milliseconds()},
	}, identified)
}

// has reports whether tiers have a fresh entry.
func has(t *testing.T, c *tiers.Caching, from cache.Tiers, key cache.Key) bool {
	t.Helper()
	found := c.Reading(from).Get(t.Context(), []cache.Key{key}, cache.Query{Decode: func(*cache.Entry) error { return nil }})
	return found[0].State == cache.Fresh
}

func TestMemoryOnly(t *testing.T) {
	c := open(t, tiers.Options{})
	keep(c, "a", true)
	if !has(t, c, cache.Memory, "a") || has(t, c, cache.Remote, "a") {
		t.Error("it is not in memory, and there alone")
	}
	if s := c.Status(); s.Memory == nil || s.Memory.Entries != 1 || s.Redis != nil || s.Values != nil {
		t.Errorf("status %+v", s)
	}
}

// What replicas keep together: what depends on an identity only if they have a secret in common, under which it has the same
// name in all, and nobody else can read from the name whose it is.
func TestRedis(t *testing.T) {
	for name, c := range map[string]struct {
		secret  string
		private bool
	}{"without a secret": {"", false}, "with a secret": {secret, true}} {
		t.Run(name, func(t *testing.T) {
			server := miniredis.RunT(t)
			options := tiers.Options{RedisURL: "redis://" + server.Addr(), Prefix: "shop", Secret: c.secret}
			one, other := open(t, options), open(t, options)
			keep(one, "everybody's", false)
			keep(one, "somebody's", true)
			flush(t, one)
			if !has(t, one, cache.Memory, "everybody's") || !has(t, one, cache.Memory, "somebody's") {
				t.Error("not all is in the process that has kept it")
			}
			if !has(t, other, cache.Remote, "everybody's") {
				t.Error("the other process does not find what is everybody's")
			}
			if got := has(t, other, cache.Remote, "somebody's"); got != c.private {
				t.Errorf("the other process finds what is somebody's: %v, want %v", got, c.private)
			}
			if s := other.Status(); s.Redis == nil || s.Values == nil || !s.Redis.Connected {
				t.Errorf("status %+v", s)
			}
			for _, key := range server.Keys() {
				if !strings.Contains(key, "shop") {
					t.Errorf("key %q without the prefix", key)
				}
			}
			if err := other.InvalidateNames(t.Context(), cache.Invalidation{Types: []string{"Product"}}); err != nil {
				t.Fatal(err)
			}
			flush(t, one)
			if has(t, one, cache.Memory|cache.Remote, "everybody's") {
				t.Error("it is served after the other process has made it invalid")
			}
		})
	}
}

// Processes with different secrets do not believe each other.
func TestOtherSecret(t *testing.T) {
	server := miniredis.RunT(t)
	one := open(t, tiers.Options{RedisURL: "redis://" + server.Addr(), Secret: secret})
	other := open(t, tiers.Options{RedisURL: "redis://" + server.Addr(), Secret: "another " + secret})
	keep(one, "a", false)
	flush(t, one)
	if has(t, other, cache.Remote, "a") {
		t.Error("an entry under another secret is served")
	}
}

func TestOff(t *testing.T) {
	c := open(t, tiers.Options{Off: true, RedisURL: "redis://localhost:1", Secret: secret})
	keep(c, "a", false)
	if has(t, c, cache.Memory|cache.Remote, "a") {
		t.Error("it keeps something")
	}
	if err := c.InvalidateNames(t.Context(), cache.Invalidation{Types: []string{"Product"}}); err != nil {
		t.Error(err)
	}
	if s := c.Status(); s.Memory != nil || s.Redis != nil {
		t.Errorf("status %+v", s)
	}
}

// What is wrong with a URL is said without what it holds.
func TestWrongURL(t *testing.T) {
	for _, url := range []string{
		"http://user:hunter2@localhost:6379", "redis://user:hunter2@localhost:port", "redis://user:hunter2@localhost:6379?unknown=1",
		"redis://user:hunter2%zz@localhost:6379", "redis://user:hunter2@localhost:6379/hunter2",
	} {
		c, err := tiers.Open(tiers.Options{RedisURL: url})
		if err == nil {
			c.Close()
			t.Errorf("%s is accepted", url)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the password is in %q", err)
		}
	}
}

// An invalidation that names nothing that can be is refused, and nothing is made invalid.
func TestInvalidateWrongName(t *testing.T) {
	c := open(t, tiers.Options{})
	keep(c, "a", false)
	if err := c.InvalidateNames(t.Context(), cache.Invalidation{Keys: []string{"no colon"}}); err == nil {
		t.Error("a key without its type is accepted")
	}
	if !has(t, c, cache.Memory, "a") {
		t.Error("it is gone")
	}
}
