package cachetest

import (
	"context"
	"testing"

	"weft/cache"
)

// cancelledGet holds that a Get that cannot be finished has fewer entries, not wrong ones, and harms nobody else.
func cancelledGet(t *testing.T, s Subject) {
	e := s.entry("a", "1")
	s.Tier.Set(e)
	settle(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	untouched := new(cache.Entry)
	found := []*cache.Entry{untouched, untouched}
	_ = s.Tier.Get(ctx, []cache.Key{"a", "b"}, found)
	if found[0] != untouched && (found[0] == nil || string(found[0].Value) != "1") {
		t.Errorf("found[0] is %v, want the entry or nothing", found[0])
	}
	if found[1] != untouched {
		t.Errorf("found[1] of a key that was never set is %v", found[1])
	}
	s.serves(t, "a", e.Value)
}

// cancelledInvalidate holds that an invalidation counts for this replica even with an error.
func cancelledInvalidate(t *testing.T, s Subject) {
	e := s.entry("a", "1", "tag")
	other := s.entry("b", "1", "other")
	s.Tier.Set(e, other)
	settle(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_ = s.Tier.Invalidate(ctx, []string{"tag"})
	s.lacks(t, "a")
	if s.Generations.Valid(e.Position.Local, e.Tags) {
		t.Error("the entry is valid for this process")
	}
}

// unreachable holds that a tier whose store is away has nothing, does not block, and comes back by itself with what was
// invalidated meanwhile invalid everywhere.
func unreachable(t *testing.T, s Subject) {
	if s.Break == nil {
		t.Skip("the tier has no store that could be away")
	}
	replicas := s.replicas(t)
	old := s.entry("old", "1", "tag")
	s.Tier.Set(old)
	settle(t, replicas...)
	repair := s.Break(t)
	untouched := new(cache.Entry)
	found := []*cache.Entry{untouched}
	if err := s.Tier.Get(t.Context(), []cache.Key{"old"}, found); err == nil {
		t.Error("Get: no error")
	}
	if found[0] != untouched {
		t.Errorf("found[0] is %v, want nothing", found[0])
	}
	s.Tier.Set(s.entry("lost", "1"))
	if err := s.Tier.Invalidate(t.Context(), old.Tags); err == nil {
		t.Error("Invalidate: no error")
	}
	if s.Generations.Valid(old.Position.Local, old.Tags) {
		t.Error("what was invalidated with an error is valid for this process")
	}
	repair()
	eventually(t, "nothing is served after the repair", func() bool {
		if s.reads(t, old.Key) {
			t.Error("what was invalidated with an error is served by this replica")
		}
		e := s.entry("new", "1")
		s.Tier.Set(e)
		return s.reads(t, e.Key)
	})
	if t.Failed() {
		return
	}
	for _, r := range replicas {
		eventually(t, "what was invalidated while the store was away is served", func() bool { return !r.reads(t, old.Key) })
	}
}

// reads reports whether the tier has a key, where it may not be reachable yet.
func (s Subject) reads(t *testing.T, key cache.Key) bool {
	var found [1]*cache.Entry
	err := s.Tier.Get(t.Context(), []cache.Key{key}, found[:])
	return err == nil && found[0] != nil
}
