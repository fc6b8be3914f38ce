package cachetest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"weft/cache"
)

// concurrent holds that nothing is served that is older than the last invalidation that had returned when it was asked for,
// while many goroutines at several replicas write, fill and read; and that once all is quiet, what is set is served again.
func concurrent(t *testing.T, s Subject) {
	replicas := s.replicas(t)
	w := newWorld(5)
	for round := range 4 {
		var workers sync.WaitGroup
		for i, r := range replicas {
			for j := range 9 {
				random := rand.New(rand.NewPCG(uint64(round), uint64(i*100+j)))
				workers.Go(func() {
					for range 150 {
						w.work(t, r, j, random)
					}
				})
			}
		}
		workers.Wait()
		settle(t, replicas...)
		for _, key := range w.keys {
			w.fill(replicas[0], key)
		}
		settle(t, replicas...)
		for _, r := range replicas {
			for i := range w.keys {
				if !w.read(t, r, i) {
					t.Errorf("round %d: the entry of key %d is not served, though nothing was written since", round, i)
				}
			}
		}
	}
	t.Logf("%d of %d reads were hits", w.hits.Load(), w.reads.Load())
}

// world is what the tier caches: some things with a version each, and keys whose values are the versions of several of them.
type world struct {
	current     []atomic.Int64 // versions
	invalidated []atomic.Int64 // the versions whose invalidations have returned
	keys        []worldKey
	hits, reads atomic.Int64
}

type worldKey struct {
	name   string
	things []int
}

func newWorld(things int) *world {
	w := &world{current: make([]atomic.Int64, things), invalidated: make([]atomic.Int64, things)}
	list := worldKey{name: "all"}
	for i := range things {
		w.keys = append(w.keys, worldKey{fmt.Sprint("thing ", i), []int{i}})
		list.things = append(list.things, i)
	}
	w.keys = append(w.keys, list)
	return w
}

// work does one thing that a worker of some kind does.
func (w *world) work(t *testing.T, r Subject, kind int, random *rand.Rand) {
	switch key := random.IntN(len(w.keys)); {
	case kind == 0:
		w.write(t, r, random.IntN(len(w.current)))
	case kind < 4:
		w.fill(r, w.keys[key])
	default:
		w.read(t, r, key)
	}
}

// write makes a new version of a thing, and invalidates the old ones.
func (w *world) write(t *testing.T, r Subject, thing int) {
	version := w.current[thing].Add(1)
	if err := r.Tier.Invalidate(t.Context(), []string{tagOf(thing)}); err != nil {
		t.Errorf("Invalidate: %v", err)
		return
	}
	for {
		old := w.invalidated[thing].Load()
		if old >= version || w.invalidated[thing].CompareAndSwap(old, version) {
			return
		}
	}
}

// fill asks for a key's value, and sets it.
func (w *world) fill(r Subject, key worldKey) {
	e := r.entry(key.name, "")
	versions := make([]int64, len(key.things))
	for i, thing := range key.things {
		versions[i] = w.current[thing].Load()
		e.Tags = append(e.Tags, tagOf(thing))
	}
	e.Value, _ = json.Marshal(versions)
	e.Size = len(e.Value)
	r.Tier.Set(e)
}

// read reports whether a key is served.
func (w *world) read(t *testing.T, r Subject, i int) bool {
	key := w.keys[i]
	atLeast := make([]int64, len(key.things))
	for j, thing := range key.things {
		atLeast[j] = w.invalidated[thing].Load()
	}
	w.reads.Add(1)
	var found [1]*cache.Entry
	if err := r.Tier.Get(t.Context(), []cache.Key{cache.Key(key.name)}, found[:]); err != nil {
		t.Errorf("Get: %v", err)
	}
	if found[0] == nil {
		return false
	}
	w.hits.Add(1)
	var versions []int64
	if err := json.Unmarshal(found[0].Value, &versions); err != nil || len(versions) != len(atLeast) {
		t.Errorf("key %q: %q is served", key.name, found[0].Value)
		return false
	}
	for j, version := range versions {
		if version < atLeast[j] {
			t.Errorf("key %q: version %d of thing %d is served, though %d was invalidated before", key.name, version, key.things[j], atLeast[j])
		}
	}
	return true
}

func tagOf(thing int) string { return fmt.Sprint("thing ", thing) }
