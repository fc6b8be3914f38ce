package cachetest_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"weft/cache"
	"weft/cache/cachetest"
)

// store is what replicas share: entries, and the log of invalidations.
type store struct {
	fault string

	mu      sync.Mutex // guards what follows
	entries map[cache.Key]*cache.Entry
	log     []cache.Record
}

// replica is a simple tier over a store, which does all that a Tier must, or has one fault. What is set is
// written with the next operation.
type replica struct {
	store       *store
	generations *cache.Generations

	mu     sync.Mutex // guards what follows
	queue  []*cache.Entry
	unsent [][]string // invalidations that could not be made
	away   bool       // the store
}

var errAway = errors.New("the store is away")

// subject returns a replica of a store.
func (s *store) subject() cachetest.Subject {
	r := &replica{store: s, generations: new(cache.Generations)}
	return cachetest.Subject{
		Tier: r, Generations: r.generations,
		Flush:   func(*testing.T) { r.flush() },
		Replica: func(*testing.T) cachetest.Subject { return s.subject() },
		Break:   func(*testing.T) func() { r.reach(false); return func() { r.reach(true) } },
	}
}

func (r *replica) reach(can bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.away = !can
}

// connect sends what has not been sent, and hears what there is. The caller holds both locks.
func (r *replica) connect() error {
	if r.away {
		return errAway
	}
	for _, tags := range r.unsent {
		r.store.append(tags)
	}
	for _, e := range r.queue {
		r.store.entries[r.place(e.Key)] = e
	}
	r.unsent, r.queue = nil, nil
	r.generations.Hear(r.store.log...)
	return nil
}

func (s *store) append(tags []string) {
	s.log = append(s.log, cache.Record{ID: cache.ID{Milli: uint64(len(s.log) + 1)}, Tags: tags})
	if s.fault != "deletes" {
		return
	}
	for key, e := range s.entries {
		if slices.ContainsFunc(e.Tags, func(tag string) bool { return slices.Contains(tags, tag) }) {
			delete(s.entries, key)
		}
	}
}

func (r *replica) lock() (unlock func()) {
	r.mu.Lock()
	r.store.mu.Lock()
	return func() { r.store.mu.Unlock(); r.mu.Unlock() }
}

func (r *replica) Get(_ context.Context, keys []cache.Key, found []*cache.Entry) error {
	defer r.lock()()
	if r.away && r.fault("forgets an invalidation that failed") {
		r.unsent = nil
	}
	if r.away && r.fault("hides that the store is away") {
		return nil
	}
	if r.away || !r.fault("hears only when idle") {
		if err := r.connect(); err != nil {
			return err
		}
	}
	for i, key := range keys {
		e := r.store.entries[r.place(key)]
		switch {
		case e != nil && r.servable(e):
			found[i] = new(*e)
			found[i].Key = key
		case r.fault("touches what it lacks"):
			found[i] = nil
		}
	}
	return nil
}

func (r *replica) servable(e *cache.Entry) bool {
	tags := e.Tags
	switch {
	case r.fault("looks at one tag") && len(tags) > 1:
		tags = tags[:1]
	case r.fault("looks at no tag"):
		tags = nil
	case r.fault("deletes"):
		return time.Now().UnixMilli() < e.Last()
	}
	gone := time.Now().UnixMilli() >= e.Last()
	if r.fault("serves fresh entries only") {
		gone = time.Now().UnixMilli() >= e.FreshUntil
	}
	return (!gone || r.fault("serves what has expired")) && r.generations.ValidShared(e.Position.Shared, tags)
}

func (r *replica) Set(entries ...*cache.Entry) {
	defer r.lock()()
	for _, e := range entries {
		kept := *e
		switch {
		case r.fault("notes positions late"):
			kept.Position = r.generations.Position()
		case r.fault("loses a field"):
			kept.ETag = ""
		case r.fault("loses what is null") && e.Null:
			continue
		}
		r.queue = append(r.queue, &kept)
	}
}

func (r *replica) Invalidate(ctx context.Context, tags []string) error {
	defer r.lock()()
	if ctx.Err() != nil && r.fault("gives up an invalidation") {
		return ctx.Err()
	}
	r.generations.Invalidate(tags...)
	if r.fault("invalidates in this process only") {
		return nil
	}
	if r.fault("invalidates one tag") && len(tags) > 1 {
		tags = tags[:1]
	}
	if r.away && r.fault("forgets an invalidation that failed") {
		return errAway
	}
	r.unsent = append(r.unsent, tags)
	if r.fault("invalidates later") {
		return nil
	}
	return r.connect()
}

func (r *replica) flush() {
	defer r.lock()()
	_ = r.connect()
}

// place is where a key's entry is.
func (r *replica) place(key cache.Key) cache.Key {
	switch {
	case r.fault("shortens keys") && len(key) > 100:
		return key[:100]
	case r.fault("cuts keys at zero") && slices.Contains([]byte(key), 0):
		return key[:slices.Index([]byte(key), 0)]
	}
	return key
}

func (r *replica) fault(name string) bool { return r.store.fault == name }
