package cache_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/cache"
)

// noted is what an entry remembers.
type noted struct {
	at   cache.Position
	tags []string
}

func note(g *cache.Generations, tags ...string) noted { return noted{g.Position(), tags} }

// valid returns whether it is valid locally, and in the shared order.
func (n noted) valid(g *cache.Generations) (local, shared bool) {
	return g.Valid(n.at.Local, n.tags), g.ValidShared(n.at.Shared, n.tags)
}

func (n noted) is(t *testing.T, g *cache.Generations, local, shared bool, when string) {
	t.Helper()
	if l, s := n.valid(g); l != local || s != shared {
		t.Errorf("%s: valid is %v locally, %v shared; want %v, %v", when, l, s, local, shared)
	}
}

func id(n uint64) cache.ID { return cache.ID{Milli: n / 2, Seq: n % 2} }

func heard(n uint64, tags ...string) cache.Record { return cache.Record{ID: id(n), Tags: tags} }

// The interleaving of the package's doc.
func TestInFlight(t *testing.T) {
	g := new(cache.Generations)
	g.Hear(heard(7))
	n := note(g) // the tag is not known yet
	n.is(t, g, true, true, "when noted")
	g.Hear(heard(8, "product 1"))
	n.tags = []string{"type:Product", "product 1"} // the old value has arrived
	n.is(t, g, false, false, "when its value arrives")
	n.is(t, g, false, false, "when it is read")
	note(g, n.tags...).is(t, g, true, true, "asked for anew")
}

func TestGenerations(t *testing.T) {
	tests := map[string]struct {
		before, after func(g *cache.Generations) // the entry with tags a and b is noted
		local, shared bool
	}{
		"nothing":                         {nil, func(*cache.Generations) {}, true, true},
		"local":                           {nil, func(g *cache.Generations) { g.Invalidate("x", "b") }, false, true},
		"local, other":                    {nil, func(g *cache.Generations) { g.Invalidate("x", "A", "ab", "") }, true, true},
		"local, none":                     {nil, func(g *cache.Generations) { g.Invalidate() }, true, true},
		"local, before":                   {func(g *cache.Generations) { g.Invalidate("a", "b") }, func(g *cache.Generations) { g.Invalidate("x") }, true, true},
		"shared":                          {nil, func(g *cache.Generations) { g.Hear(heard(1, "x"), heard(2, "y", "a")) }, false, false},
		"shared, other":                   {nil, func(g *cache.Generations) { g.Hear(heard(1, "x"), heard(2)) }, true, true},
		"shared, before":                  {hearing(heard(5, "a", "b")), hearing(heard(6, "x")), true, true},
		"shared, repeated":                {hearing(heard(5, "a", "b")), hearing(heard(5, "a", "b"), heard(4, "a")), true, true},
		"shared, some repeated":           {hearing(heard(5, "a", "b")), hearing(heard(5, "x"), heard(6, "b"), heard(5, "y")), false, false},
		"shared, none":                    {hearing(heard(5, "a", "b")), hearing(), true, true},
		"all":                             {nil, hearing(cache.Record{ID: id(1), All: true}), false, false},
		"all, before":                     {hearing(cache.Record{ID: id(1), All: true}), hearing(heard(2, "x")), true, true},
		"all, repeated":                   {hearing(heard(2)), hearing(cache.Record{ID: id(1), All: true}), true, true},
		"local, then shared before":       {nil, func(g *cache.Generations) { g.Invalidate("a"); g.Hear(heard(1, "x")) }, false, true},
		"doubt":                           {hearing(heard(4)), func(g *cache.Generations) { g.Doubt(id(6)) }, false, false},
		"doubt, nothing new":              {hearing(heard(4)), func(g *cache.Generations) { g.Doubt(id(4)) }, false, true},
		"doubt, back":                     {hearing(heard(4)), func(g *cache.Generations) { g.Doubt(id(0)) }, false, false},
		"doubt, back, and on":             {hearing(heard(4)), func(g *cache.Generations) { g.Doubt(id(0)); g.Hear(heard(9, "x")) }, false, false},
		"doubt, before":                   {func(g *cache.Generations) { g.Doubt(id(6)) }, hearing(heard(7, "x")), true, true},
		"doubt, then one of before again": {func(g *cache.Generations) { g.Doubt(id(6)) }, hearing(heard(5, "a")), true, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			g := new(cache.Generations)
			if tt.before != nil {
				tt.before(g)
			}
			n := note(g, "a", "b")
			tt.after(g)
			n.is(t, g, tt.local, tt.shared, name)
			if at, valid := g.Still(n.at.Local, n.tags); valid != tt.local || valid && at != g.Position().Local {
				t.Errorf("Still is %d, %v at %d", at, valid, g.Position().Local)
			}
		})
	}
}

func hearing(records ...cache.Record) func(*cache.Generations) {
	return func(g *cache.Generations) { g.Hear(records...) }
}

// A position beyond the last record that was heard is not valid before that is heard: it may be of a log that was lost.
func TestAhead(t *testing.T) {
	g := new(cache.Generations)
	ahead := noted{cache.Position{Shared: id(9)}, []string{"a"}}
	ahead.is(t, g, true, false, "nothing heard")
	g.Hear(heard(8, "b"))
	ahead.is(t, g, true, false, "8 heard")
	g.Hear(heard(9, "a"))
	ahead.is(t, g, false, true, "9 heard")
	g.Hear(heard(10, "a"))
	ahead.is(t, g, false, false, "10 heard")
}

func TestCompareIDs(t *testing.T) {
	ordered := []cache.ID{{}, {0, 1}, {0, 1 << 63}, {1, 0}, {1, 1}, {1 << 63, 0}}
	if !slices.IsSortedFunc(ordered, cache.ID.Compare) {
		t.Errorf("%v isn't ordered", ordered)
	}
	for _, i := range ordered {
		if i.Compare(i) != 0 {
			t.Errorf("%v is not itself", i)
		}
	}
}

// Doubt about a log that has gone back lasts even for an ID that is the last of its millisecond.
func TestDoubtOfLastSequence(t *testing.T) {
	g := new(cache.Generations)
	g.Hear(cache.Record{ID: cache.ID{Milli: 1, Seq: 1<<64 - 1}})
	n := note(g)
	g.Doubt(cache.ID{})
	g.Hear(cache.Record{ID: cache.ID{Milli: 3}})
	n.is(t, g, false, false, "in the new log")
	note(g).is(t, g, true, true, "noted in the new log")
}

func TestTrusted(t *testing.T) {
	g := new(cache.Generations)
	const heard = cache.Instant(time.Hour)
	for _, tt := range []struct {
		until        cache.Instant
		asked        time.Duration // ago
		serves, will bool          // at heard, and a second after
	}{
		{heard + 1, time.Hour, true, false},
		{heard, time.Hour, false, false},
		{heard, 999 * time.Millisecond, true, false},
		{heard, time.Second, false, false},
		{heard, 0, true, false},
		{heard.Add(time.Second) + 1, time.Hour, true, true},
		{0, time.Hour, false, false},
	} {
		if g.Trust(tt.until); tt.until == 0 && g.Trusted(heard) {
			t.Error("never is later than now")
		}
		for now, want := range map[cache.Instant]bool{heard: tt.serves, heard.Add(time.Second): tt.will} {
			if got := g.Serves(heard.Add(-tt.asked), now); got != want {
				t.Errorf("trusted until %d, asked %v before: at %d it serves %v, want %v", tt.until-heard, tt.asked, now-heard, got, want)
			}
		}
	}
	if !new(cache.Generations).Serves(0, heard) {
		t.Error("there are no others, and they are not trusted")
	}
}

// What begins in one way is invalid at once, classes of it among that.
func TestBeginnings(t *testing.T) {
	for tag, want := range map[string]bool{
		"tag:product-1": true, "tag:product-": true, "tag:product": false, "tag:brand-1": false, "key:product-1": false,
		"class:tag:product-": true, "class:tag:": true, "class:tag:product-1": true, "class:tag:brand-": false,
	} {
		g := new(cache.Generations)
		n := noted{g.Position(), []string{"other", tag}}
		g.Hear(heard(1, "something"))
		n.at = g.Position()
		g.Hear(heard(2, cache.Beginning(cache.Named("product-"))))
		n.is(t, g, !want, !want, tag)
		n = noted{g.Position(), []string{tag}}
		n.is(t, g, true, true, tag+", noted after that")
	}
	g := new(cache.Generations)
	n := note(g)
	for i := range 2000 {
		g.Invalidate(cache.Beginning(fmt.Sprint("x", i)))
	}
	if g.Valid(n.at.Local, []string{"y"}) {
		t.Error("beginnings without end are remembered")
	}
}

// When there are very many tags, what was noted long ago counts as invalid; what was noted lately is as it was.
func TestManyTags(t *testing.T) {
	for name, record := range map[string]func(g *cache.Generations, n uint64, tags ...string){
		"local":  func(g *cache.Generations, _ uint64, tags ...string) { g.Invalidate(tags...) },
		"shared": func(g *cache.Generations, n uint64, tags ...string) { g.Hear(heard(n, tags...)) },
	} {
		t.Run(name, func(t *testing.T) {
			g := new(cache.Generations)
			n := uint64(0)
			many := func() {
				n++
				tags := make([]string, 1000)
				for i := range tags {
					tags[i] = strconv.FormatUint(n*1000+uint64(i), 10)
				}
				record(g, n, tags...)
			}
			entry, hit := note(g, "a", "b"), note(g, "hit")
			n++
			record(g, n, "hit")
			for i := range 250 {
				if _, shared := entry.valid(g); !shared && i < 60 {
					t.Fatalf("invalid after %d thousand other tags", n)
				}
				if local, shared := hit.valid(g); local || shared == (name == "shared") {
					t.Fatalf("valid again after %d thousand other tags: %v, %v", n, local, shared)
				}
				many()
			}
			entry.is(t, g, false, name == "local", "after very many records")
			late, lateHit := note(g, "a"), note(g, "1", "b")
			for range 60 {
				many()
			}
			record(g, n+1, "b")
			late.is(t, g, true, true, "noted lately")
			lateHit.is(t, g, false, name == "local", "noted lately, and invalidated")
		})
	}
}

// Neither very long tags nor a record of very many take more room than others.
func TestLargeRecord(t *testing.T) {
	g := new(cache.Generations)
	n, other := note(g, "tag 7"), note(g, "b")
	tags := make([]string, 1<<17)
	for i := range tags {
		tags[i] = fmt.Sprint("tag ", i)
	}
	g.Invalidate(tags...)
	g.Invalidate(strings.Repeat("t", 1<<20))
	n.is(t, g, false, true, "after a record with it")
	other.is(t, g, true, true, "after a record without it")
	note(g, "tag 7").is(t, g, true, true, "noted after it")
}

// Over random sequences of everything, what is valid is what a model that forgets nothing says.
func TestGenerationsModel(t *testing.T) {
	for seed := range uint64(80) {
		m := &model{random: rand.New(rand.NewPCG(seed, 1)), g: new(cache.Generations)}
		for range 200 {
			m.step()
			for _, n := range m.noted {
				local, shared := n.valid(m.g)
				if local != n.local || shared != n.shared {
					t.Fatalf("seed %d: after\n%s\n%v noted after step %d: valid is %v locally, %v shared; want %v, %v",
						seed, strings.Join(m.steps, "\n"), n.noted, n.step, local, shared, n.local, n.shared)
				}
			}
		}
	}
}

// model knows of each entry whether it is valid.
type model struct {
	random *rand.Rand
	g      *cache.Generations
	last   uint64 // ID that was heard
	noted  []*modelled
	steps  []string
}

type modelled struct {
	noted
	local, shared bool
	step          int
}

func (m *model) step() {
	tags := m.tags()
	switch m.random.IntN(12) {
	case 0, 1, 2:
		m.noted = append(m.noted, &modelled{note(m.g, tags...), true, true, len(m.steps)})
		m.did("note %q", tags)
	case 3, 4:
		m.g.Invalidate(tags...)
		m.lose(tags, true, false)
		m.did("invalidate %q", tags)
	case 5:
		m.last += 1 + m.random.Uint64N(3)
		m.g.Doubt(id(m.last))
		m.lose(nil, true, true)
		m.did("doubt at %d", m.last)
	case 6:
		m.last++
		m.g.Hear(cache.Record{ID: id(m.last), All: true, Tags: tags})
		m.lose(nil, true, true)
		m.did("hear %d: all", m.last)
	default:
		m.hear()
	}
}

// hear repeats some records that may have been heard, and goes on.
func (m *model) hear() {
	next := m.last - min(m.last, m.random.Uint64N(3))
	var records []cache.Record
	for range m.random.IntN(4) {
		next++
		r := heard(next, m.tags()...)
		records = append(records, r)
		if next > m.last {
			m.last = next
			m.lose(r.Tags, true, true)
		}
	}
	m.g.Hear(records...)
	m.did("hear %v", records)
}

// lose makes what has one of tags invalid, or everything if they are nil.
func (m *model) lose(tags []string, local, shared bool) {
	for _, n := range m.noted {
		if tags == nil || slices.ContainsFunc(tags, func(tag string) bool { return slices.Contains(n.tags, tag) }) {
			n.local, n.shared = n.local && !local, n.shared && !shared
		}
	}
}

func (m *model) tags() []string {
	tags := make([]string, m.random.IntN(3))
	for i := range tags {
		tags[i] = string(rune('a' + m.random.IntN(8)))
	}
	return tags
}

func (m *model) did(format string, args ...any) {
	m.steps = append(m.steps, fmt.Sprintf(format, args...))
}

// What was noted before an invalidation that has returned is never valid, whatever else goes on.
func TestGenerationsConcurrently(t *testing.T) {
	g := new(cache.Generations)
	var versions, invalidated [4]atomic.Int64
	var workers sync.WaitGroup
	for i := range 8 {
		random := rand.New(rand.NewPCG(uint64(i), 2))
		workers.Go(func() {
			for range 3000 {
				thing := random.IntN(len(versions))
				tag := fmt.Sprint("thing ", thing)
				if i < 2 {
					version := versions[thing].Add(1)
					g.Invalidate(tag)
					raise(&invalidated[thing], version)
					continue
				}
				n := note(g, tag)
				version := versions[thing].Load()
				atLeast := invalidated[thing].Load()
				if local, _ := n.valid(g); local && version < atLeast {
					t.Errorf("version %d is valid, though %d was invalidated before", version, atLeast)
				}
			}
		})
	}
	workers.Wait()
}

func raise(v *atomic.Int64, to int64) {
	for old := v.Load(); old < to && !v.CompareAndSwap(old, to); old = v.Load() {
	}
}

// BenchmarkStill is what it costs to look whether an entry of three tags is valid.
func BenchmarkStill(b *testing.B) {
	g := new(cache.Generations)
	for i := range 1 << 15 {
		g.Invalidate(fmt.Sprint("tag ", i))
	}
	n := note(g, "type:Product", "upstream:products", "key:Product:1")
	b.Run("nothing since", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			g.Still(n.at.Local, n.tags)
		}
	})
	g.Invalidate("other")
	b.Run("something since", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			g.Still(n.at.Local, n.tags)
		}
	})
}
