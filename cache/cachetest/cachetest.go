// Package cachetest is the behaviour that every [cache.Tier] has, as tests: an implementation's own tests call [Run].
//
// They look at a tier only through its interface, at several replicas of it where the implementation has such, and ask two
// things. Is anything served that must not be: of another key, expired, of before an invalidation? And is served what may be?
// The first must hold at any moment, the second once all is quiet (see [Subject.Flush]); a tier under load may forget.
package cachetest

import (
	"bytes"
	"testing"
	"time"

	"weft/cache"
)

// Subject is one replica of a tier, to be tested.
type Subject struct {
	Tier        cache.Tier
	Generations *cache.Generations // the tier's own; another replica has others
	// Flush returns when what was set and invalidated through this replica is done, and what was invalidated through any
	// replica is heard by this one. nil: that is always so.
	Flush func(t *testing.T)
	// Replica opens another replica over the same store. nil: there is no such thing.
	Replica func(t *testing.T) Subject
	// Break makes the store unreachable for this replica, until repair is called. nil: it cannot be.
	Break func(t *testing.T) (repair func())
	// Now is the tier's clock, nil = time.Now. Advance moves it; nil: it only moves by itself.
	Now     func() time.Time
	Advance func(time.Duration)
	// Local says that the tier keeps entries as they are; others don't keep View, Size, Asked and Position.Local.
	Local bool
}

// Run tests a tier. Open returns a replica of a new one, which is empty, and is closed by t's Cleanup.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"RoundTrip":           roundTrip,
		"Missing":             missing,
		"Twice":               twice,
		"Replaced":            replaced,
		"ReplacedInPlace":     replacedInPlace,
		"Expired":             expired,
		"Stale":               stale,
		"Hostile":             hostile,
		"EachTag":             eachTag,
		"InvalidatedAtOnce":   invalidatedAtOnce,
		"FreshAfter":          freshAfter,
		"Interleavings":       interleavings,
		"Histories":           histories,
		"Concurrent":          concurrent,
		"CancelledGet":        cancelledGet,
		"CancelledInvalidate": cancelledInvalidate,
		"Unreachable":         unreachable,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// replicas returns the subject and another replica of it, if there can be one.
func (s Subject) replicas(t *testing.T) []Subject {
	if s.Replica == nil {
		return []Subject{s}
	}
	return []Subject{s, s.Replica(t)}
}

func (s Subject) now() int64 {
	if s.Now == nil {
		return time.Now().UnixMilli()
	}
	return s.Now().UnixMilli()
}

// settle returns when all replicas are done, and have heard of each other.
func settle(t *testing.T, replicas ...Subject) {
	t.Helper()
	for range 2 { // what one has done, all hear
		for _, s := range replicas {
			if s.Flush != nil {
				s.Flush(t)
			}
		}
	}
}

// entry returns an entry that is fresh for a minute, and asked for now.
func (s Subject) entry(key, value string, tags ...string) *cache.Entry {
	now := s.now()
	return &cache.Entry{
		Key: cache.Key(key), Value: []byte(value), Size: len(value), Tags: tags, Position: s.Generations.Position(),
		Freshness: cache.Freshness{Born: now, FreshUntil: now + time.Minute.Milliseconds()},
	}
}

// get returns what the tier has of one key.
func (s Subject) get(t *testing.T, key cache.Key) *cache.Entry {
	t.Helper()
	var found [1]*cache.Entry
	if err := s.Tier.Get(t.Context(), []cache.Key{key}, found[:]); err != nil {
		t.Fatalf("Get of %q: %v", shortened(key), err)
	}
	if found[0] != nil && found[0].Key != key {
		t.Fatalf("Get of %q returned the entry of %q", shortened(key), shortened(found[0].Key))
	}
	return found[0]
}

// serves fails the test unless the tier has a value for key.
func (s Subject) serves(t *testing.T, key cache.Key, value []byte) {
	t.Helper()
	switch e := s.get(t, key); {
	case e == nil:
		t.Errorf("Get of %q: a miss, want %.40q", shortened(key), value)
	case !bytes.Equal(e.Value, value):
		t.Errorf("Get of %q: %.40q, want %.40q", shortened(key), e.Value, value)
	}
}

// lacks fails the test if the tier has anything for key.
func (s Subject) lacks(t *testing.T, key cache.Key) {
	t.Helper()
	if e := s.get(t, key); e != nil {
		t.Errorf("Get of %q: %.40q, want a miss", shortened(key), e.Value)
	}
}

func (s Subject) invalidate(t *testing.T, tags ...string) {
	t.Helper()
	if err := s.Tier.Invalidate(t.Context(), tags); err != nil {
		t.Fatalf("Invalidate %.40q: %v", tags, err)
	}
}

func shortened(key cache.Key) cache.Key {
	if len(key) > 60 {
		return key[:60] + "..."
	}
	return key
}
