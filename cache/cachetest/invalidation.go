package cachetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"weft/cache"
)

// eachTag holds that any tag of an entry invalidates it, in all replicas, and no other does.
func eachTag(t *testing.T, s Subject) {
	replicas := s.replicas(t)
	tags := []string{"a", "b", "c"}
	for _, tag := range tags {
		for _, by := range replicas {
			e := s.entry("key", "1", tags...)
			s.Tier.Set(e)
			settle(t, replicas...)
			by.invalidate(t)
			by.invalidate(t, "", "A", "a b", "abc", "key")
			for _, r := range replicas {
				r.serves(t, e.Key, e.Value)
			}
			by.invalidate(t, "x", tag, "y")
			for _, r := range replicas {
				r.lacks(t, e.Key)
			}
			settle(t, replicas...)
			for _, r := range replicas {
				r.lacks(t, e.Key)
			}
		}
	}
}

// invalidatedAtOnce holds that an invalidation counts when it returns, whatever is under way: nothing is flushed.
func invalidatedAtOnce(t *testing.T, s Subject) {
	replicas := s.replicas(t)
	for i := range 50 {
		tag := fmt.Sprint("tag ", i)
		e := s.entry(fmt.Sprint("key ", i), "1", tag)
		s.Tier.Set(e)
		replicas[i%len(replicas)].invalidate(t, tag)
		for _, r := range replicas {
			r.lacks(t, e.Key)
		}
	}
}

// freshAfter holds that what was asked for after an invalidation is served.
func freshAfter(t *testing.T, s Subject) {
	replicas := s.replicas(t)
	for i := range 10 {
		for _, by := range replicas {
			by.invalidate(t, "a", "b")
			settle(t, replicas...)
			e := s.entry("key", fmt.Sprint(i), "a", "b")
			s.Tier.Set(e)
			settle(t, replicas...)
			for _, r := range replicas {
				r.serves(t, e.Key, e.Value)
			}
		}
	}
}

// The steps of an interleaving. Whoever notes a position also sets the entry.
const (
	note = iota
	invalidate
	set
	get
)

// interleavings holds that an entry is served if and only if no tag of it was invalidated between the moment its position was
// noted and the read; in each order of the steps, whichever replica takes which, and whether the tag is of the question (the
// first) or was learned from the answer (the others): it is not looked at when the position is noted.
func interleavings(t *testing.T, s Subject) {
	replicas := s.replicas(t)
	orders := permutations([]int{note, invalidate, set, get})
	orders = slices.DeleteFunc(orders, func(o []int) bool { return slices.Index(o, set) < slices.Index(o, note) })
	for _, order := range orders {
		for tag := range 2 {
			for who := range len(replicas) * len(replicas) * len(replicas) {
				n := len(replicas)
				c := interleaving{order, tag, replicas, replicas[who%n], replicas[who/n%n], replicas[who/n/n]}
				c.run(t, fmt.Sprintf("order %v, tag %d, replicas %d", order, tag, who))
			}
		}
	}
}

// interleaving is one case: which replica notes and sets, which invalidates, which reads.
type interleaving struct {
	order                  []int
	tag                    int
	all                    []Subject
	filler, writer, reader Subject
}

func (c interleaving) run(t *testing.T, name string) {
	t.Helper()
	tags := []string{name + ", of the question", name + ", of the answer"}
	place := func(step int) int { return slices.Index(c.order, step) }
	hit := place(set) < place(get) && !(place(note) < place(invalidate) && place(invalidate) < place(get))
	var at cache.Position
	var found *cache.Entry
	for _, step := range c.order {
		switch step {
		case note:
			at = c.filler.Generations.Position()
		case invalidate:
			c.writer.invalidate(t, tags[c.tag])
			if place(invalidate) < place(note) { // else it must be heard without
				settle(t, c.all...)
			}
		case set:
			e := c.filler.entry(name, "1", tags...)
			e.Position = at
			c.filler.Tier.Set(e)
			settle(t, c.filler)
		case get:
			found = c.reader.get(t, cache.Key(name))
		}
	}
	if (found != nil) != hit {
		t.Errorf("%s (0 note, 1 invalidate, 2 set, 3 get): found is %v, want %v", name, found != nil, hit)
	}
	settle(t, c.all...)
	if place(note) < place(invalidate) {
		c.reader.lacks(t, cache.Key(name))
	}
}

func permutations(steps []int) [][]int {
	if len(steps) == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for i, first := range steps {
		rest := slices.Delete(slices.Clone(steps), i, i+1)
		for _, p := range permutations(rest) {
			all = append(all, append([]int{first}, p...))
		}
	}
	return all
}

// histories holds that a tier serves nothing but what a simple model of it would, over random sequences of steps: a position
// may be noted long before its entry is set, and entries of one key replace each other.
func histories(t *testing.T, s Subject) {
	replicas := s.replicas(t)
	for seed := range uint64(10) {
		h := history{random: rand.New(rand.NewPCG(seed, 0)), name: fmt.Sprintf("history %d", seed), last: map[string]*kept{}}
		for range 80 {
			h.step(t, replicas)
		}
		settle(t, replicas...)
		for key, k := range h.last {
			if h.valid(k) {
				replicas[0].serves(t, cache.Key(key), k.entry.Value)
			}
		}
	}
}

// history is the model.
type history struct {
	random  *rand.Rand
	name    string
	noted   []*kept          // not set yet
	last    map[string]*kept // by key
	all     []*kept
	records [][]string // the tags of each invalidation
}

// kept is an entry and how many records there were when its position was noted.
type kept struct {
	entry   *cache.Entry
	by      Subject
	records int
}

func (h *history) step(t *testing.T, replicas []Subject) {
	t.Helper()
	by := replicas[h.random.IntN(len(replicas))]
	key := fmt.Sprint(h.name, " key ", h.random.IntN(4))
	switch h.random.IntN(8) {
	case 0, 1:
		settle(t, by) // or its position may lag behind the model's
		e := by.entry(key, fmt.Sprint(len(h.all)), h.tags()...)
		k := &kept{e, by, len(h.records)}
		h.noted, h.all = append(h.noted, k), append(h.all, k)
	case 2, 3:
		if len(h.noted) > 0 {
			i := h.random.IntN(len(h.noted))
			k := h.noted[i]
			h.noted = slices.Delete(h.noted, i, i+1)
			k.by.Tier.Set(k.entry)
			settle(t, k.by)
			h.last[string(k.entry.Key)] = k
		}
	case 4:
		tags := h.tags()
		by.invalidate(t, tags...)
		h.records = append(h.records, tags)
	default:
		h.check(t, by, key)
	}
}

// check reads a key: at once, and again when all is heard; then the entry that was set last must be there, if it is valid.
func (h *history) check(t *testing.T, by Subject, key string) {
	t.Helper()
	h.serves(t, key, by.get(t, cache.Key(key)))
	settle(t, by)
	e := by.get(t, cache.Key(key))
	h.serves(t, key, e)
	last := h.last[key]
	if last != nil && h.valid(last) && (e == nil || string(e.Value) != string(last.entry.Value)) {
		t.Errorf("%s after %d records: got %v, want %q", key, len(h.records), e, last.entry.Value)
	}
}

// serves fails the test if an entry is served that is not valid.
func (h *history) serves(t *testing.T, key string, e *cache.Entry) {
	t.Helper()
	if e == nil {
		return
	}
	if i := slices.IndexFunc(h.all, func(k *kept) bool { return string(k.entry.Value) == string(e.Value) }); i < 0 || !h.valid(h.all[i]) {
		t.Errorf("%s after %d records: %q is served, which is invalid", key, len(h.records), e.Value)
	}
}

func (h *history) valid(k *kept) bool {
	for _, record := range h.records[k.records:] {
		for _, tag := range record {
			if slices.Contains(k.entry.Tags, tag) {
				return false
			}
		}
	}
	return true
}

func (h *history) tags() []string {
	tags := make([]string, h.random.IntN(3))
	for i := range tags {
		tags[i] = fmt.Sprint(h.name, " tag ", h.random.IntN(6))
	}
	return tags
}
