package cachetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/cache"
)

// roundTrip holds that an entry comes back as it was.
func roundTrip(t *testing.T, s Subject) {
	now := s.now()
	later := now + time.Minute.Milliseconds()
	at := s.Generations.Position()
	noise := make([]byte, 100_000)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	entries := map[string]*cache.Entry{
		"small": {Value: []byte(`{"id":1}`), Size: 8, Freshness: cache.Freshness{FreshUntil: later}},
		"all fields": {
			Value: []byte(`{"id":2}`), View: []int{1}, Size: 800, Tags: []string{"a", "b", "c"}, Private: true,
			Whole: cache.Whole{Values: 3, Calls: 2, StaleElsewhere: now + 40_000},
			Took:  123456 * time.Microsecond, Validators: cache.Validators{ETag: `W/"x"`, LastModified: "Tue, 15 Nov 1994 12:45:26 GMT"},
			Freshness: cache.Freshness{
				Born: now - 7, FreshUntil: now + 10_000, StaleWhileRevalidate: now + 20_000, StaleIfError: now + 30_000, ValidateUntil: later,
			},
		},
		"null":       {Null: true, Value: []byte("null"), Size: 4, Freshness: cache.Freshness{Born: now, FreshUntil: later}},
		"empty":      {Null: true, Value: []byte{}, Freshness: cache.Freshness{Born: now, FreshUntil: later}},
		"compressed": {Value: bytes.Repeat([]byte(`{"id":3}`), 500), Size: 4000, Freshness: cache.Freshness{FreshUntil: later}},
		"big":        {Value: bytes.Repeat([]byte(`{"id":4}`), 1<<17), Size: 1 << 20, Freshness: cache.Freshness{FreshUntil: later}},
		"noise":      {Value: noise, Size: len(noise), Freshness: cache.Freshness{FreshUntil: later}},
	}
	for name, e := range entries {
		t.Run(name, func(t *testing.T) {
			e.Key, e.Position = cache.Key("round trip of "+name), at
			s.Tier.Set(e)
			settle(t, s)
			if diff := cmp.Diff(e, s.get(t, e.Key), s.asKept()...); diff != "" {
				t.Errorf("(-set +got)\n%s", diff)
			}
		})
	}
}

// asKept are what may differ in an entry that was kept.
func (s Subject) asKept() []cmp.Option {
	options := []cmp.Option{cmp.Comparer(bytes.Equal), cmp.Comparer(slices.Equal[[]string])}
	if !s.Local {
		options = append(options, cmpopts.IgnoreFields(cache.Entry{}, "View", "Size", "Asked"), cmpopts.IgnoreFields(cache.Position{}, "Local"))
	}
	return options
}

// missing holds that Get sets what it has, and touches nothing else.
func missing(t *testing.T, s Subject) {
	if err := s.Tier.Get(t.Context(), nil, nil); err != nil {
		t.Errorf("Get of no keys: %v", err)
	}
	var keys []cache.Key
	for i := range 50 {
		e := s.entry(fmt.Sprint("key ", i), fmt.Sprint("value ", i))
		keys = append(keys, e.Key)
		if i%3 == 0 {
			s.Tier.Set(e)
		}
	}
	settle(t, s)
	untouched := new(cache.Entry)
	found := make([]*cache.Entry, len(keys))
	for i := range found {
		found[i] = untouched
	}
	if err := s.Tier.Get(t.Context(), keys, found); err != nil {
		t.Fatal(err)
	}
	for i, e := range found {
		switch {
		case i%3 != 0:
			if e != untouched {
				t.Errorf("found[%d] of a key that was never set is %v", i, e)
			}
		case e == untouched || e == nil || e.Key != keys[i] || string(e.Value) != fmt.Sprint("value ", i):
			t.Errorf("found[%d] is %v", i, e)
		}
	}
}

// twice holds that a key may occur more than once in one Get, and that Set takes no entries or many.
func twice(t *testing.T, s Subject) {
	s.Tier.Set()
	a, b := s.entry("a", "1"), s.entry("b", "2")
	s.Tier.Set(a, b)
	settle(t, s)
	found := make([]*cache.Entry, 3)
	if err := s.Tier.Get(t.Context(), []cache.Key{"a", "b", "a"}, found); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]*cache.Entry{a, b, a}, found, s.asKept()...); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// replaced holds that the last entry that was set counts.
func replaced(t *testing.T, s Subject) {
	for _, value := range []string{"1", "22", "3"} {
		s.Tier.Set(s.entry("a", value))
		settle(t, s)
		s.serves(t, "a", []byte(value))
	}
}

// replacedInPlace holds that a local tier keeps an entry in another's place, and in that of no other one.
func replacedInPlace(t *testing.T, s Subject) {
	local, ok := s.Tier.(cache.Local)
	if !ok {
		return
	}
	first := s.entry("a", "1", "tag")
	grown := *first
	grown.View, grown.Size = []int{1}, 1000
	if local.Replace(first, &grown) {
		t.Error("it took the place of an entry that was not there")
	}
	s.lacks(t, "a")
	local.Set(first)
	if !local.Replace(first, &grown) || local.Replace(first, s.entry("a", "2", "tag")) {
		t.Error("not exactly the first of two took the place")
	}
	if got := s.get(t, "a"); got != &grown {
		t.Errorf("got %v, want %v", got, &grown)
	}
	newer := s.entry("a", "3", "tag")
	local.Set(newer)
	if again := grown; local.Replace(&grown, &again) {
		t.Error("it took the place of a newer one")
	}
	s.serves(t, "a", newer.Value)
	s.invalidate(t, "tag")
	if again := *newer; local.Replace(newer, &again) && s.get(t, "a") != nil {
		t.Error("what is invalid is served once it was replaced")
	}
}

// expired holds that what is of no more use is not served.
func expired(t *testing.T, s Subject) {
	now := s.now()
	gone := s.entry("gone", "1")
	gone.Freshness = cache.Freshness{Born: now - 20, FreshUntil: now - 10, StaleIfError: now - 5}
	zero := s.entry("zero", "1")
	zero.Freshness = cache.Freshness{}
	short := s.entry("short", "1")
	short.FreshUntil = now + 50
	long := s.entry("long", "1")
	s.Tier.Set(gone, zero, short, long)
	settle(t, s)
	s.lacks(t, "gone")
	s.lacks(t, "zero")
	if s.Advance != nil {
		s.serves(t, "short", short.Value)
		s.Advance(49 * time.Millisecond)
		s.serves(t, "short", short.Value)
		s.Advance(time.Millisecond)
		s.lacks(t, "short")
	}
	s.serves(t, "long", long.Value)
	if !t.Failed() {
		eventually(t, "the entry is still served", func() bool { return s.get(t, "short") == nil })
	}
}

// stale holds that what is not fresh, but of use, is there.
func stale(t *testing.T, s Subject) {
	now := s.now()
	past, future := now-1000, now+time.Minute.Milliseconds()
	for want, f := range map[cache.State]cache.Freshness{
		cache.Validate:   {Born: past, FreshUntil: past, ValidateUntil: future},
		cache.IfError:    {Born: past, FreshUntil: past, StaleIfError: future},
		cache.Revalidate: {Born: past, FreshUntil: past, StaleWhileRevalidate: future},
	} {
		e := s.entry(fmt.Sprint("state ", want), "1")
		e.Freshness = f
		s.Tier.Set(e)
		settle(t, s)
		if got := s.get(t, e.Key); got == nil || got.State(now) != want {
			t.Errorf("got %v, want an entry in state %d", got, want)
		}
	}
}

// hostile holds that keys, tags and values are any bytes, and compared in full.
func hostile(t *testing.T, s Subject) {
	long := strings.Repeat("k", 10_000)
	names := []string{
		"", "\x00", "a\x00", "a", "a\x00b", "a\r\nSET b 1\r\n", "*", "{a}", "{}a", "a:b", "a b", "ä", "a\u0308", "\xff\xfe", "%00", `"`, long + "1", long + "2",
	}
	for _, name := range names {
		s.Tier.Set(s.entry(name, "value of "+name, "tag "+name, name))
		settle(t, s)
	}
	for _, name := range names {
		s.serves(t, cache.Key(name), []byte("value of "+name))
	}
	for i, name := range names {
		s.invalidate(t, name)
		s.lacks(t, cache.Key(name))
		for _, other := range names[i+1:] {
			s.serves(t, cache.Key(other), []byte("value of "+other))
		}
	}
}

// eventually fails the test unless a condition holds within ten seconds.
func eventually(t *testing.T, failure string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal(failure)
		}
	}
}
