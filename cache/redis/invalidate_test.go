package redis_test

import (
	"context"
	"testing"
	"time"

	"weft/cache/redis"
)

// Reads that are slow have Redis left alone, and what is invalidated is logged all the same.
func TestInvalidateWhileReadsAreLeftAlone(t *testing.T) {
	s := newServer(t)
	p := newProxy(t, s.addr)
	o := briefly(p.url())
	o.SetTimeout = 20 * time.Second // the machine may be busy
	r, other := open(t, o), open(t, redis.Options{URL: s.url()})
	other.keep(t, "key", "1", "tag")
	p.set(slow)
	eventually(t, "the breaker does not open", func() bool {
		r.get("key")
		return r.Stats().Breaker == "open"
	})
	for range 5 {
		r.invalidate(t, "tag")
	}
	other.lacks(t, "key")
}

// Who has a deadline waits for a Redis that is away, and others do not.
func TestInvalidateWaits(t *testing.T) {
	s := newServer(t)
	p := newProxy(t, s.addr)
	r, other := open(t, briefly(p.url())), open(t, redis.Options{URL: s.url()})
	other.keep(t, "key", "1", "tag")
	p.set(refuse)
	if err := r.Invalidate(t.Context(), []string{"another"}); err == nil {
		t.Error("no error without a deadline")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	done := make(chan error)
	go func() { done <- r.Invalidate(ctx, []string{"tag"}) }()
	eventually(t, "it does not begin", func() bool { return r.Stats().Invalidations == 2 })
	before := r.Stats().RoundTrips
	eventually(t, "it is not tried again", func() bool { return r.Stats().RoundTrips > before+1 })
	other.has(t, "key")
	p.set(pass)
	if err := <-done; err != nil {
		t.Error(err)
	}
	other.lacks(t, "key")
}
