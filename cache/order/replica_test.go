package order_test

import (
	"testing"
	"time"

	"weft/cache"
	"weft/cache/order"
)

// A replica that has just come, or come back, beats at once, and trusts what it has heard when that is in the log.
func TestTrustsSoon(t *testing.T) {
	r := order.Replica{Chance: func(most time.Duration) time.Duration { return most - 1 }}
	now := cache.Instant(time.Second)
	for _, what := range []string{"at first", "after an hour", "after the log was lost"} {
		r.Tick(now) // before it can add anything
		if r.Trusted() > now {
			t.Errorf("%s: it trusts before it has read", what)
		}
		now += 10
		if r.Read(now, now+5, []cache.Record{{Tags: []string{"old"}}}, true); r.Trusted() > now+5 {
			t.Errorf("%s: it trusts though nobody may be able to add anything", what)
		}
		now += 10
		if _, add := r.Tick(now); len(add) != 1 {
			t.Errorf("%s: it adds %v, want a beat", what, add)
		}
		if r.Wrote(now, now+5); r.Trusted() <= now+5 {
			t.Errorf("%s: it does not trust what it has heard", what)
		}
		if _, add := r.Tick(now + 10); len(add) != 0 {
			t.Errorf("%s: it adds %v once more", what, add)
		}
		now = now.Add(time.Hour)
		if what == "after an hour" {
			r.Lost()
		}
	}
}

// What is heard is trusted for 1.5 s after all was known, and the log is known to have been written: the sooner of the two.
func TestTrusted(t *testing.T) {
	r := order.Replica{Chance: func(most time.Duration) time.Duration { return most - 1 }}
	const second = cache.Instant(time.Second)
	r.Read(10*second, 11*second, nil, true)
	for _, step := range []struct {
		do   func()
		want cache.Instant
	}{
		{func() { r.Wrote(9*second, 11*second) }, 9 * second},
		{func() { r.Wrote(11*second, 12*second) }, 10 * second},
		{func() { r.Read(13*second, 14*second, nil, true) }, 11 * second},
		{func() { r.Read(15*second, 16*second, []cache.Record{{}}, true) }, 13 * second},
		{func() { r.Read(12*second, 17*second, nil, true) }, 13 * second}, // begun before, and back later
	} {
		if step.do(); r.Trusted() != step.want.Add(1500*time.Millisecond) {
			t.Errorf("trusted until %v, want 1.5s after %v", time.Duration(r.Trusted()), time.Duration(step.want))
		}
	}
	if r.Lost(); r.Trusted() != 0 {
		t.Error("what is in a log that was lost is trusted")
	}
}

// A reading in parts counts when it has come to the log's end.
func TestReadInParts(t *testing.T) {
	r := order.Replica{Chance: func(most time.Duration) time.Duration { return most - 1 }}
	now := cache.Instant(time.Second)
	r.Read(now, now, nil, true)
	part := []cache.Record{{ID: cache.ID{Milli: 1}, Tags: []string{"a"}, After: time.Second}}
	if r.Read(now+1, now+1, part, false); r.Trusted() != 0 {
		t.Error("it trusts half of a reading")
	}
	fired, ended := r.Read(now+2, now+2, []cache.Record{{ID: cache.ID{Milli: 2}, Ends: cache.ID{Milli: 1}}}, true)
	if r.Trusted() <= now || len(fired) > 0 || len(ended) != 1 {
		t.Errorf("trusted until %d, fired %v, ended %v", r.Trusted(), fired, ended)
	}
}
