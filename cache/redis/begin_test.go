package redis_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"weft/cache/redis"
)

// The log is deleted, and begins anew in the same millisecond: to those who have heard the old one, and by what was noted in it, it is another
// one. Redis by itself gives both of them the same IDs. The clock stands still, or the millisecond would be over.
func TestBegunAnewInTheSameMillisecond(t *testing.T) {
	m := miniredis.RunT(t)
	now := time.Now().Truncate(time.Millisecond)
	m.SetTime(now)
	direct := redis.Options{URL: "redis://" + m.Addr()}
	p := newProxy(t, m.Addr())
	a, b := open(t, direct), open(t, redis.Options{URL: p.url()})
	a.keep(t, "early", "1", "thing")
	b.has(t, "early")
	p.set(refuse)
	eventually(t, "it goes unnoticed that Redis is away", func() bool { return !b.Stats().Connected })
	for i := range 5 {
		a.invalidate(t, fmt.Sprint("other ", i))
	}
	a.keep(t, "late", "1", "thing")
	a.invalidate(t, "thing")
	a.Close() // who knows that this has been, and would say so
	m.Del(logName)
	m.SetTime(now.Add(time.Microsecond))
	c := open(t, direct)
	for i := range 10 {
		c.invalidate(t, fmt.Sprint("other ", i))
	}
	p.set(pass)
	eventually(t, "the replica does not come back", func() bool { return b.Stats().Connected })
	for _, r := range []replica{b, c} {
		r.lacks(t, "early")
		r.lacks(t, "late")
	}
	c.keep(t, "early", "2", "thing")
	b.has(t, "early")
}

// Whoever finds the log gone when it invalidates, begins it with a record that invalidates everything, as all do who read it; also when
// several do so at once.
func TestInvalidationsFindNoLog(t *testing.T) {
	s := newServer(t)
	replicas := []replica{open(t, redis.Options{URL: s.url()}), open(t, redis.Options{URL: s.url()})}
	for range 20 {
		replicas[0].flush(t)
		before := replicas[0].Stats().Position
		s.do(t, "DEL", logName)
		var writers sync.WaitGroup
		for _, r := range replicas {
			for range 4 {
				writers.Go(func() { _ = r.Invalidate(context.Background(), []string{"tag"}) }) // now or later
			}
		}
		writers.Wait()
		for _, r := range replicas {
			r.flush(t)
		}
		first := s.client.XRangeN(t.Context(), logName, "-", "+", 1).Val()
		if len(first) == 0 || first[0].Values["all"] == nil {
			t.Fatalf("the log begins with %v, want a record that invalidates everything", first)
		}
		if at := replicas[0].Stats().Position; at.Compare(before) <= 0 {
			t.Fatalf("the log goes on at %v, want it later than %v", at, before)
		}
	}
	for _, r := range replicas {
		r.recovers(t)
	}
}
