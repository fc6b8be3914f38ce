package cache_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"weft/cache"
)

// In these tests synctest.Wait returns when everyone waits: who loads for flights, flights for the test's answers.

// text is a value, and what it may be kept as.
type text struct {
	text    string
	entry   *cache.Entry
	useless bool // for others
}

// asked is one batch that was asked for.
type asked struct {
	ctx    context.Context
	ids    []string
	batch  *cache.Batch[text]
	answer chan text     // the value of all its keys; closed: a panic
	goexit chan struct{} // closed: the goroutine ends
}

// held is where keys are asked for: each batch is held until the test answers it.
type held struct {
	flights cache.Flights[text]
	fence   atomic.Uint64
	cache   *cache.Cache
	deaf    bool // what is cancelled goes on all the same

	mu  sync.Mutex // guards all
	all []*asked
}

func (h *held) Writes() uint64 { return h.fence.Load() }

// sent returns what was asked for so far.
func (h *held) sent() []*asked {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.all)
}

// wants checks what was asked for so far: a line of keys for each batch.
func (h *held) wants(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	var got []string
	for _, a := range h.sent() {
		got = append(got, strings.Join(a.ids, " "))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("asked for %q, want %q", got, want)
	}
}

// request is one Load: the source of its keys' values, and what it got.
type request struct {
	held *held
	ids  []string
	got  map[string]string // text, or "error: " and why there is none
	done chan struct{}
}

func (r *request) Value(f *cache.Found) text {
	return text{text: string(f.Entry.Value), entry: f.Entry}
}

func (r *request) Fetch(ctx context.Context, b *cache.Batch[text]) {
	a := &asked{ctx: ctx, batch: b, answer: make(chan text), goexit: make(chan struct{})}
	for _, place := range b.Places {
		a.ids = append(a.ids, r.ids[place])
	}
	r.held.mu.Lock()
	r.held.all = append(r.held.all, a)
	r.held.mu.Unlock()
	left := ctx.Done()
	if r.held.deaf {
		left = nil
	}
	select {
	case v, ok := <-a.answer:
		if !ok {
			panic("told to")
		}
		for i := range b.Values {
			b.Values[i] = v
		}
	case <-a.goexit:
		runtime.Goexit()
	case <-left:
	}
}

func (r *request) Shared(v *text) (*cache.Entry, bool)          { return v.entry, !v.useless }
func (r *request) Take(place int, v *text, _ bool)              { r.got[r.ids[place]] = v.text }
func (r *request) Leave(place int, err error, _ bool)           { r.got[r.ids[place]] = "error: " + err.Error() }
func (r *request) Refresh([]int)                                {}
func (r *request) Patience([]cache.Found) (time.Duration, bool) { return 0, false }

func (r *request) Stand(int, *cache.Found, bool) {}

// load loads keys, separated by spaces, on a goroutine of its own.
func (h *held) load(ctx context.Context, ids string, change ...func(*cache.Request[text])) *request {
	r := &request{held: h, ids: strings.Fields(ids), got: map[string]string{}, done: make(chan struct{})}
	c := &cache.Request[text]{IDs: r.ids, Flights: &h.flights, Fences: []cache.Fence{h}, Source: r}
	for _, f := range change {
		f(c)
	}
	go func() {
		defer close(r.done)
		defer func() {
			if v := recover(); v != nil {
				r.got["panic"] = fmt.Sprint(v)
			}
		}()
		cache.Load(ctx, h.cache, c)
	}()
	synctest.Wait()
	return r
}

// gets checks what a Load got, when it has ended: "key=value" each, in the order of keys.
func (r *request) gets(t *testing.T, want string) {
	t.Helper()
	<-r.done
	var got []string
	for _, key := range slices.Sorted(maps.Keys(r.got)) {
		got = append(got, key+"="+r.got[key])
	}
	if all := strings.Join(got, " "); all != want {
		t.Errorf("got %s, want %s", all, want)
	}
}

// flying runs a test over held values, with a cache or without.
func flying(t *testing.T, test func(*testing.T, *held)) {
	t.Helper()
	for _, cached := range []bool{false, true} {
		t.Run(fmt.Sprintf("cached=%v", cached), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &held{}
				if cached {
					h.cache = cache.New(cache.Options{})
				}
				test(t, h)
			})
		})
	}
}

func TestOneFlightForAll(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		var all []*request
		for range 100 {
			all = append(all, h.load(t.Context(), "a"))
		}
		h.wants(t, "a")
		h.sent()[0].answer <- text{text: "1"}
		for _, r := range all {
			r.gets(t, "a=1")
		}
		again := h.load(t.Context(), "a")
		h.wants(t, "a", "a")
		h.sent()[1].answer <- text{text: "2"}
		again.gets(t, "a=2")
	})
}

func TestFlightsOfSomeKeys(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		first := h.load(t.Context(), "a b")
		second := h.load(t.Context(), "b c")
		third := h.load(t.Context(), "a c d")
		h.wants(t, "a b", "c", "d")
		for i, v := range []string{"1", "2", "3"} {
			h.sent()[i].answer <- text{text: v}
		}
		first.gets(t, "a=1 b=1")
		second.gets(t, "b=1 c=2")
		third.gets(t, "a=1 c=2 d=3")
	})
}

// Nobody joins a flight of another space: of other values, another identity, or another rest.
func TestFlightsOfSpaces(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		spaces := []cache.Space{{}, {Of: "x"}, {Identity: "x"}, {Rest: "x"}, {Of: 1}, {Identity: "x", Rest: "x"}, {Identity: "xx"}, {Rest: "xx"}}
		var all []*request
		for _, s := range spaces {
			all = append(all, h.load(t.Context(), "a", func(r *cache.Request[text]) { r.Space = s }))
		}
		if n := len(h.sent()); n != len(spaces) {
			t.Fatalf("%d flights for %d spaces", n, len(spaces))
		}
		for i, a := range h.sent() {
			a.answer <- text{text: fmt.Sprint(i)}
		}
		for i, r := range all {
			r.gets(t, fmt.Sprintf("a=%d", i))
		}
	})
}

func TestFlightOutlivesWhoBeganIt(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		ctx, leave := context.WithCancelCause(t.Context())
		leader := h.load(ctx, "a b")
		follower := h.load(t.Context(), "a")
		leave(errors.New("left"))
		leader.gets(t, "a=error: left b=error: left")
		late := h.load(t.Context(), "b")
		h.wants(t, "a b")
		if err := h.sent()[0].ctx.Err(); err != nil {
			t.Fatalf("who began it has left, and it ended: %v", err)
		}
		h.sent()[0].answer <- text{text: "1"}
		follower.gets(t, "a=1")
		late.gets(t, "b=1")
	})
}

// Who has less time leaves first, and the others stay: their deadlines are not the flight's.
func TestFlightHasNoDeadlineOfThose(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		until := func(d time.Duration) func(*cache.Request[text]) {
			return func(r *cache.Request[text]) { r.Until = time.Now().Add(d) }
		}
		began := time.Now()
		leader := h.load(t.Context(), "a", until(300*time.Millisecond))
		follower := h.load(t.Context(), "a", until(time.Second))
		leader.gets(t, "a=error: context deadline exceeded")
		if took := time.Since(began); took != 300*time.Millisecond {
			t.Errorf("left after %v", took)
		}
		follower.gets(t, "a=error: context deadline exceeded")
		if took := time.Since(began); took != time.Second {
			t.Errorf("the other left after %v", took)
		}
		synctest.Wait()
		if cause := context.Cause(h.sent()[0].ctx); !errors.Is(cause, context.DeadlineExceeded) {
			t.Errorf("the flight has ended because of %v", cause)
		}
		h.load(t.Context(), "a", until(time.Millisecond)).gets(t, "a=error: context deadline exceeded")
		h.wants(t, "a") // there was no time to ask
	})
}

func TestFlightEndsWithTheLast(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		ctx, leave := context.WithCancel(t.Context())
		a, b := h.load(ctx, "a b"), h.load(ctx, "a b")
		leave()
		a.gets(t, "a=error: context canceled b=error: context canceled")
		b.gets(t, "a=error: context canceled b=error: context canceled")
		synctest.Wait()
		if h.sent()[0].ctx.Err() == nil {
			t.Error("it goes on although nobody waits for it")
		}
		next := h.load(t.Context(), "a")
		h.wants(t, "a b", "a")
		h.sent()[1].answer <- text{text: "2"}
		next.gets(t, "a=2")
	})
}

// Also not while what was cancelled has yet to notice.
func TestNobodyJoinsACancelledFlight(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		h.deaf = true
		ctx, leave := context.WithCancel(t.Context())
		leader := h.load(ctx, "a")
		leave()
		<-leader.done
		next := h.load(t.Context(), "a")
		h.wants(t, "a", "a")
		h.sent()[0].answer <- text{text: "1"}
		h.sent()[1].answer <- text{text: "2"}
		next.gets(t, "a=2")
	})
}

func TestFlightThatPanics(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		leader, follower := h.load(t.Context(), "a"), h.load(t.Context(), "a")
		close(h.sent()[0].answer)
		leader.gets(t, "panic=told to")
		follower.gets(t, "a=error: what asked for the value has ended without one")
		next := h.load(t.Context(), "a")
		h.sent()[1].answer <- text{text: "2"}
		next.gets(t, "a=2")
	})
}

func TestFlightWhoseGoroutineEnds(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		leader, follower := h.load(t.Context(), "a"), h.load(t.Context(), "a")
		close(h.sent()[0].goexit)
		leader.gets(t, "a=error: what asked for the value has ended without one")
		follower.gets(t, "a=error: what asked for the value has ended without one")
	})
}

func TestAlone(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		alone := func(r *cache.Request[text]) { r.Flights = nil }
		all := []*request{h.load(t.Context(), "a", alone), h.load(t.Context(), "a", alone), h.load(t.Context(), "a")}
		h.wants(t, "a", "a", "a")
		for i, r := range all {
			h.sent()[i].answer <- text{text: fmt.Sprint(i)}
			r.gets(t, fmt.Sprintf("a=%d", i))
		}
	})
}

// One read before, two during and one after a write: none shares with one of another time.
func TestWriteInBetween(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		before := h.load(t.Context(), "a")
		h.fence.Add(1)
		during, also := h.load(t.Context(), "a"), h.load(t.Context(), "a")
		h.wants(t, "a", "a")
		h.fence.Add(1)
		after := h.load(t.Context(), "a")
		h.wants(t, "a", "a", "a")
		for i, v := range []string{"old", "either", "new"} {
			h.sent()[i].answer <- text{text: v}
		}
		before.gets(t, "a=old")
		during.gets(t, "a=either")
		also.gets(t, "a=either")
		after.gets(t, "a=new")
	})
}

// The end of a flight that a write has closed does not close the next one.
func TestFencedFlightLeavesItsSuccessorAlone(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		old := h.load(t.Context(), "a")
		h.fence.Add(2)
		successor := h.load(t.Context(), "a")
		h.sent()[0].answer <- text{text: "old"}
		old.gets(t, "a=old")
		joins := h.load(t.Context(), "a")
		h.wants(t, "a", "a")
		h.sent()[1].answer <- text{text: "new"}
		successor.gets(t, "a=new")
		joins.gets(t, "a=new")
	})
}

// A write to any of the upstreams that an operation asks parts them.
func TestFencesAddUp(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		other := &held{}
		both := func(r *cache.Request[text]) { r.Fences = []cache.Fence{h, other} }
		before := h.load(t.Context(), "a", both)
		other.fence.Add(1)
		after := h.load(t.Context(), "a", both)
		h.wants(t, "a", "a")
		h.sent()[1].answer <- text{text: "new"}
		h.sent()[0].answer <- text{text: "old"}
		before.gets(t, "a=old")
		after.gets(t, "a=new")
	})
}

// Where a source lands keys one by one, who waits for one does not wait for the others; and one that has landed is joined no more.
func TestApart(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		apart := func(r *cache.Request[text]) { r.Apart = true }
		all, one := h.load(t.Context(), "a b", apart), h.load(t.Context(), "b", apart)
		b := h.sent()[0].batch
		b.Values[1] = text{text: "first"}
		b.Land(1)
		one.gets(t, "b=first")
		again := h.load(t.Context(), "b", apart)
		h.wants(t, "a b", "b")
		h.sent()[1].answer <- text{text: "second"}
		again.gets(t, "b=second")
		h.sent()[0].answer <- text{text: "last"}
		all.gets(t, "a=last b=last")
	})
}

// Who stays asks on its own goroutine, and for the others when its context has ended.
func TestStays(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		stays := func(r *cache.Request[text]) { r.Stays = true }
		ctx, leave := context.WithCancel(t.Context())
		leader, follower := h.load(ctx, "a", stays), h.load(t.Context(), "a", stays)
		leave()
		synctest.Wait()
		h.sent()[0].answer <- text{text: "1"}
		leader.gets(t, "a=1")
		follower.gets(t, "a=1")

		ctx, leave = context.WithCancel(t.Context())
		last := h.load(ctx, "a", stays)
		leave()
		last.gets(t, "a=")
		close(h.sent()[1].answer) // nobody hears it
	})
}

// accepting runs a test with a cache.
func accepting(t *testing.T, test func(*testing.T, *held)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &held{cache: cache.New(cache.Options{})}

		test(t, h)
	})
}

func (h *held) invalidate(t *testing.T, tag string) {
	t.Helper()
	if err := h.cache.Invalidate(t.Context(), []string{tag}); err != nil {
		t.Fatal(err)
	}
}

// Who comes after an invalidation does not accept what was sent for before it and may not be kept, of which no tags are known.
func TestInvalidatedWithoutTags(t *testing.T) {
	accepting(t, func(t *testing.T, h *held) {
		before := h.load(t.Context(), "a")
		h.invalidate(t, "any")
		after, also := h.load(t.Context(), "a"), h.load(t.Context(), "a")
		h.wants(t, "a") // perhaps it will do
		h.sent()[0].answer <- text{text: "old"}
		before.gets(t, "a=old")
		h.wants(t, "a", "a") // both by one flight: it was begun after they were
		h.sent()[1].answer <- text{text: "new"}
		after.gets(t, "a=new")
		also.gets(t, "a=new")
	})
}

// What may be kept is accepted as long as none of its tags is invalid.
func TestInvalidatedByTag(t *testing.T) {
	for _, tag := range []string{"its", "other"} {
		accepting(t, func(t *testing.T, h *held) {
			before := h.load(t.Context(), "a")
			at := h.cache.Position()
			h.invalidate(t, tag)
			after := h.load(t.Context(), "a")
			h.sent()[0].answer <- text{text: "old", entry: &cache.Entry{Position: at, Tags: []string{"its"}}}
			before.gets(t, "a=old")
			if tag == "other" {
				after.gets(t, "a=old")
				return
			}
			h.wants(t, "a", "a")
			h.sent()[1].answer <- text{text: "new"}
			after.gets(t, "a=new")
		})
	}
}

// In doubt nothing that was sent for before is accepted, whatever its tags.
func TestDoubtedOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := new(cache.Generations)
		h := &held{cache: cache.New(cache.Options{Generations: g})}

		before := h.load(t.Context(), "a")
		at := h.cache.Position()
		g.Doubt(cache.ID{Milli: 1})
		after := h.load(t.Context(), "a")
		h.sent()[0].answer <- text{text: "old", entry: &cache.Entry{Position: at}}
		before.gets(t, "a=old")
		h.wants(t, "a", "a")
		h.sent()[1].answer <- text{text: "new"}
		after.gets(t, "a=new")
	})
}

// Who gets what is of no use asks once more with the others, and then by itself: it ends, whatever others bring.
func TestUseless(t *testing.T) {
	flying(t, func(t *testing.T, h *held) {
		leader := h.load(t.Context(), "a")
		second := h.load(t.Context(), "a")
		h.sent()[0].answer <- text{text: "1", useless: true}
		leader.gets(t, "a=1")
		h.wants(t, "a", "a")
		h.sent()[1].answer <- text{text: "2", useless: true}
		second.gets(t, "a=2")

		h.all = nil
		leader = h.load(t.Context(), "a")
		second, third := h.load(t.Context(), "a"), h.load(t.Context(), "a")
		h.sent()[0].answer <- text{text: "1", useless: true}
		leader.gets(t, "a=1")
		h.wants(t, "a", "a") // one of the two, for both
		h.sent()[1].answer <- text{text: "2", useless: true}
		h.wants(t, "a", "a", "a")
		h.sent()[2].answer <- text{text: "3", useless: true}
		<-second.done
		<-third.done
		if got := second.got["a"] + third.got["a"]; got != "23" && got != "32" {
			t.Errorf("got %s, want each of 2 and 3", got)
		}
	})
}

// Many at once, who come, leave and write: each gets the value of its key, or why not.
func TestFlightsAtOnce(t *testing.T) {
	h := &held{cache: cache.New(cache.Options{})}

	var flights cache.Flights[string]
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 300 {
				ctx, leave := context.WithCancel(t.Context())
				r := &quick{ids: []string{fmt.Sprint(i % 7), fmt.Sprint((i + worker) % 5 * 100), "x"}}
				if i%11 == worker {
					leave()
				}
				if i%13 == worker {
					h.fence.Add(1)
				}
				if i%17 == worker {
					h.invalidate(t, "x")
				}
				cache.Load(ctx, h.cache, &cache.Request[string]{IDs: r.ids, Flights: &flights, Fences: []cache.Fence{h}, Source: r, Apart: i%2 == 0})
				leave()
				for k, id := range r.ids {
					if got := r.got[k]; got != "value of "+id && got != context.Canceled.Error() {
						t.Errorf("%s: got %q", id, got)
					}
				}
			}
		})
	}
	all.Wait()
}

// quick is a source that answers at once.
type quick struct {
	ids []string
	got [3]string
}

func (q *quick) Value(*cache.Found) string { return "" }

func (q *quick) Fetch(_ context.Context, b *cache.Batch[string]) {
	for i, place := range b.Places {
		b.Values[i] = "value of " + q.ids[place]
		b.Land(i)
		runtime.Gosched()
	}
}

func (q *quick) Shared(*string) (*cache.Entry, bool)          { return nil, true }
func (q *quick) Take(place int, v *string, _ bool)            { q.got[place] = *v }
func (q *quick) Leave(place int, err error, _ bool)           { q.got[place] = err.Error() }
func (q *quick) Refresh([]int)                                {}
func (q *quick) Patience([]cache.Found) (time.Duration, bool) { return 0, false }
func (q *quick) Stand(int, *cache.Found, bool)                {}
