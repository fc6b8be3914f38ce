package admit

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// bench is a gate over a clock and a meter of the test's own.
type bench struct {
	*Gate
	now time.Time
	log strings.Builder
}

func newBench() *bench {
	b := &bench{now: time.Unix(1, 0)}
	b.Gate = newGate(Options{Logger: slog.New(slog.NewTextHandler(&b.log, nil))})
	b.step(b.now, 0)
	return b
}

// pass has time pass, in which each measurement is the next of waits, again and again.
func (b *bench) pass(d time.Duration, waits ...time.Duration) {
	for i := 0; d > 0; i++ {
		d -= stepEvery
		b.now = b.now.Add(stepEvery)
		b.step(b.now, waits[i%len(waits)])
	}
}

// congest makes the gate limited, while so many operations run.
func (b *bench) congest(t *testing.T, running int64) {
	t.Helper()
	b.running.Store(running)
	b.pass(patientIntervals*interval, 8*time.Millisecond)
	if s := b.Status(); !s.Congested {
		t.Fatalf("got %+v", s)
	}
}

// full8 makes the gate one of whose 8 turns none is free, and which has just refused a query.
func (b *bench) full8(t *testing.T) {
	t.Helper()
	b.congest(t, 1000)
	b.ask(Query, b.now)
	b.pass(most, 8*time.Millisecond)
	b.pacer.limit = 8
	b.running.Store(8)
}

// told returns whether a waiter may begin; ok is false for one that is waiting.
func told(w *waiter) (may, ok bool) {
	select {
	case may = <-w.turn:
		return may, true
	default:
		return false, false
	}
}

// A burst leaves moments in which nothing waits, however long others do.
func TestBurstIsNoCongestion(t *testing.T) {
	b := newBench()
	b.pass(time.Second, 80*time.Millisecond, 300*time.Millisecond, time.Millisecond, 20*time.Millisecond)
	if s := b.Status(); s.Congested {
		t.Errorf("got %+v", s)
	}
}

// A surge is held back before it is known whether it is congestion: no more run than did when a wait was long. With each short wait twice as many may run,
// and all as soon as nobody is held back.
func TestSurge(t *testing.T) {
	b := newBench()
	first := int64(holdsLeast * b.pacer.least)
	b.running.Store(first)
	b.pass(stepEvery, holdsFrom)
	held := b.ask(Query, b.now)
	if _, ok := told(held); ok {
		t.Error("one more has begun at once")
	}
	b.Leave()
	if may, _ := told(held); !may {
		t.Error("it has not begun after another one")
	}
	for range 4 * first {
		b.ask(Query, b.now)
	}
	for _, want := range []Status{
		{Congested: true, Limit: int(2 * first), Running: int(2 * first), Waiting: int(3 * first)},
		{Congested: true, Limit: int(4 * first), Running: int(4 * first), Waiting: int(first)},
		{Congested: true, Limit: int(8 * first), Running: int(5 * first)},
		{Running: int(5 * first)},
	} {
		b.pass(stepEvery, defaultTarget)
		want.Waited = uint64(4*first + 1)
		if s := b.Status(); s != want {
			t.Errorf("got %+v, want %+v", s, want)
		}
	}
}

// Who is held back is not refused before it is known that there is congestion: a moment without a processor is none. But no more than a few times as many
// as run are held back, and mutations.
func TestHeldIsNotRefused(t *testing.T) {
	b := newBench()
	first := holdsLeast * b.pacer.least
	b.running.Store(int64(first))
	b.pass(stepEvery, holdsFrom)
	held := b.ask(Query, b.now)
	for range holdsMost*first - 1 {
		b.ask(Query, b.now)
	}
	if _, ok := told(b.ask(Mutation, b.now)); ok {
		t.Error("a mutation was told")
	}
	for range 2 {
		if may, ok := told(b.ask(Query, b.now)); may || !ok {
			t.Errorf("one query too many: got %t, %t, want it refused", may, ok)
		}
	}
	b.pass(patientIntervals*interval-2*stepEvery, holdsFrom)
	if _, ok := told(held); ok {
		t.Error("it was told before that")
	}
	b.pass(4*stepEvery, holdsFrom)
	if may, ok := told(held); may || !ok {
		t.Errorf("got %t, %t, want it refused", may, ok)
	}
}

// Few operations are not held back: one that takes a processor for long is no surge.
func TestFewAreNotHeld(t *testing.T) {
	b := newBench()
	b.running.Store(int64(holdsLeast*b.pacer.least) - 1)
	b.pass(interval, time.Second)
	if s := b.Status(); s.Congested {
		t.Errorf("got %+v", s)
	}
}

// Operations that wait for a slow service may be any number: nothing waits for a processor.
func TestSlowServiceIsNoCongestion(t *testing.T) {
	b := newBench()
	for range 10_000 {
		if err := b.Enter(t.Context(), Query); err != nil {
			t.Fatal(err)
		}
	}
	b.pass(5*time.Second, 100*time.Microsecond)
	if s := b.Status(); s.Congested || s.Running != 10_000 || s.Waited != 0 {
		t.Errorf("got %+v", s)
	}
}

// An operation that ends lets another begin: a mutation first, then who came last.
func TestTurns(t *testing.T) {
	b := newBench()
	b.congest(t, 1000)
	b.running.Store(int64(b.Status().Limit))
	var waiters []*waiter
	for _, p := range []Priority{Prefetch, Refresh, Query, Mutation, Query} {
		waiters = append(waiters, b.ask(p, b.now))
	}
	for i, want := range []int{3, 4, 2, 1, 0} {
		if _, ok := told(waiters[want]); ok {
			t.Fatalf("%d was told before its turn", want)
		}
		b.Leave()
		if may, _ := told(waiters[want]); !may {
			t.Errorf("turn %d is not that of %d", i, want)
		}
	}
	if s := b.Status(); s.Waited != 5 || s.Waiting != 0 || s.Running != 500 {
		t.Errorf("got %+v", s)
	}
}

// Whoever comes first has time; once somebody was refused only mutations have, until nobody has been for a while.
func TestPatience(t *testing.T) {
	b := newBench()
	b.congest(t, 1000)
	for i, s := range []struct {
		priority     Priority
		later, waits time.Duration
	}{
		{Query, 0, most - stepEvery},
		{Query, 0, impatient - stepEvery},
		{Mutation, 0, most - stepEvery},
		{Query, standing, most - stepEvery},
	} {
		b.pass(s.later, 8*time.Millisecond)
		w := b.ask(s.priority, b.now)
		b.pass(s.waits, 8*time.Millisecond)
		if _, ok := told(w); ok {
			t.Errorf("%d: told within %s", i, s.waits)
		}
		b.pass(stepEvery, 8*time.Millisecond)
		if may, ok := told(w); may || !ok {
			t.Errorf("%d: got %v, %v after %s", i, may, ok, s.waits+stepEvery)
		}
	}
	if s := b.Status(); s.Refused != (Counts{Query: 3, Mutation: 1}) {
		t.Errorf("got %+v", s)
	}
	if n := strings.Count(b.log.String(), "operations are refused"); n != 1 {
		t.Errorf("%d lines:\n%s", n, &b.log)
	}
}

// While operations are refused, no more wait than may run, of those whose turn comes as soon: one more is refused at once.
func TestRefusedAtOnce(t *testing.T) {
	b := newBench()
	b.congest(t, 1000)
	b.ask(Query, b.now)
	b.pass(most, 8*time.Millisecond)
	b.running.Store(1000)
	b.pacer.limit = 3
	for i, c := range []struct {
		Priority
		refused bool
	}{{Refresh, false}, {Refresh, false}, {Refresh, false}, {Refresh, true}, {Query, false}, {Query, false}, {Mutation, false}, {Query, true}, {Mutation, false}, {Refresh, true}} {
		if may, told := told(b.ask(c.Priority, b.now)); may || told != c.refused {
			t.Errorf("%d: got %t, %t, want it refused: %t", i, may, told, c.refused)
		}
	}
	if s := b.Status(); s.Refused != (Counts{Query: 2, Refresh: 2}) || s.Waiting != 7 {
		t.Errorf("got %+v", s)
	}
}

// Some may run whatever is measured: there is always something to do for a processor.
func TestLeast(t *testing.T) {
	b := newBench()
	b.congest(t, 1000)
	b.pacer.least = 3
	b.running.Store(0)
	b.pass(time.Second, 50*time.Millisecond)
	var may int
	for range 10 {
		if ok, _ := told(b.ask(Prefetch, b.now)); ok {
			may++
		}
	}
	if may != 3 {
		t.Errorf("%d may run, want 3", may)
	}
}

// Operations that wait for a slow service, of which more may run as soon as processors have time.
func TestLimitGrows(t *testing.T) {
	b := newBench()
	b.congest(t, 0)
	b.pacer.least = 1
	for range 20 { // whoever began has not ended
		for range 1000 {
			b.ask(Query, b.now)
		}
		b.pass(interval, defaultTarget/5)
	}
	if s := b.Status(); s.Running < 100 {
		t.Errorf("two seconds later it is %+v", s)
	}
}

// Queries get a turn of four, however many mutations wait, and a place to wait for it also while operations are refused.
func TestQueriesBesideMutations(t *testing.T) {
	b := newBench()
	b.full8(t)
	var waiters []*waiter
	ask := func(p Priority, n int) {
		for range n {
			waiters = append(waiters, b.ask(p, b.now))
		}
	}
	ask(Mutation, 20)
	ask(Query, 3)
	if may, ok := told(waiters[22]); may || !ok {
		t.Errorf("the third query of a limit of 8: got %t, %t, want it refused", may, ok)
	}
	var began []Priority
	for range 12 {
		b.Leave()
		for _, w := range waiters {
			if may, _ := told(w); may {
				began = append(began, w.priority)
			}
		}
	}
	m, q := Mutation, Query
	if want := []Priority{m, m, m, q, m, m, m, q, m, m, m, m}; !slices.Equal(began, want) {
		t.Errorf("got %v, want %v", began, want)
	}
}

// A query that comes alone need not wait for three mutations more, since it has no time for that.
func TestQueryBesideMutations(t *testing.T) {
	b := newBench()
	b.full8(t)
	for range 40 {
		b.ask(Mutation, b.now)
	}
	began := 0
	for range 6 {
		for range 4 {
			b.Leave()
		}
		w := b.ask(Query, b.now)
		b.Leave()
		if may, _ := told(w); may {
			began++
		}
		b.pass(impatient, 8*time.Millisecond)
		b.running.Store(8)
	}
	if began != 6 {
		t.Errorf("%d of 6 queries began", began)
	}
}

// Who has left does not run, and a gate that is closed keeps nobody.
func TestLeavesWhileWaiting(t *testing.T) {
	b := newBench()
	b.congest(t, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var waiting sync.WaitGroup
	waiting.Go(func() {
		if err := b.Enter(ctx, Query); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	for b.Status().Waiting == 0 {
		runtime.Gosched()
	}
	b.Close()
	waiting.Wait()
	if s := b.Status(); s.Waiting != 0 || s.Running != 1000 || s.Refused != (Counts{}) {
		t.Errorf("got %+v", s)
	}
	if err := b.Enter(t.Context(), Query); err != nil {
		t.Error(err)
	}
}

// A model of a processor that does 1,000 operations in a second, on which it takes a tenth of that time to read and refuse one, and which wait for
// services before they need it. Whatever is offered, it does nearly all that this leaves time for, nothing waits for long, no more run at the same time at first
// than services have to answer, about, and it is open again soon after that.
func TestModel(t *testing.T) {
	for _, c := range []struct {
		service       time.Duration
		offered, done int // in a second
		most          int // operations at the same time, from the first moment on
	}{
		{0, 800, 800, 1},
		{0, 2000, 888, 25},
		{0, 6000, 444, 30},
		{20 * time.Millisecond, 2000, 888, 60},
		{100 * time.Millisecond, 2000, 888, 220},
		{300 * time.Millisecond, 2000, 888, 620},
		{time.Second, 2000, 888, 2020},
		{time.Second, 1200, 977, 1220},
	} {
		m := &model{bench: newBench(), service: c.service}
		m.pacer.least = 2
		for range 10_000 {
			m.millisecond(t, c.offered)
		}
		surge := m.most
		m.longest, m.done = 0, 0
		for range 20_000 {
			m.millisecond(t, c.offered)
		}
		each, longest := m.done/20, 20*time.Millisecond
		if c.service > 20*time.Millisecond {
			longest = time.Second / 4
		}
		if each < c.done*9/10 || m.longest > longest || (m.refused > 0) != (c.offered > 1000) {
			t.Errorf("services take %s, offered %d: did %d in a second of %d, waited for %s at most, refused %d\n%s", c.service, c.offered, each, c.done, m.longest, m.refused, &m.log)
		}
		if surge > c.most {
			t.Errorf("services take %s, offered %d: %d ran at the same time, want %d at most", c.service, c.offered, surge, c.most)
		}
		for range 4_000 {
			m.millisecond(t, 100)
		}
		if s := m.Status(); s.Congested || s.Waiting > 0 {
			t.Errorf("offered %d: four seconds later it is %+v", c.offered, s)
		}
	}
}

// model is a processor, and what waits for it.
type model struct {
	*bench
	service time.Duration
	millis  int
	away    []time.Duration // until services have answered operations
	backlog time.Duration   // work that waits, and so for how long what comes next does
	running []time.Duration // until operations have ended
	waiting []*waiter
	longest time.Duration // backlog
	most    int           // operations that have begun, and not ended

	done, refused int
}

const (
	toRead = 100 * time.Microsecond
	toRun  = 900 * time.Microsecond
)

// millisecond has a millisecond pass, of a second in which so many operations are offered.
func (m *model) millisecond(t *testing.T, offered int) {
	m.now = m.now.Add(time.Millisecond)
	m.millis++
	for range offered*m.millis/1000 - offered*(m.millis-1)/1000 {
		m.backlog += toRead
		if m.limited.Load() {
			m.waiting = append(m.waiting, m.ask(Query, m.now))
		} else if err := m.Enter(t.Context(), Query); err == nil {
			m.away = append(m.away, m.service)
		}
	}
	m.waiting = slices.DeleteFunc(m.waiting, func(w *waiter) bool {
		may, ok := told(w)
		switch {
		case may:
			m.away = append(m.away, m.service)
		case ok:
			m.refused++
		}
		return ok
	})
	for len(m.away) > 0 && m.away[0] <= 0 {
		m.away = m.away[1:]
		m.backlog += toRun
		m.running = append(m.running, m.backlog)
	}
	m.backlog = max(0, m.backlog-time.Millisecond)
	for i := range m.away {
		m.away[i] -= time.Millisecond
	}
	for i := range m.running {
		m.running[i] -= time.Millisecond
	}
	for len(m.running) > 0 && m.running[0] <= 0 {
		m.running = m.running[1:]
		m.Leave()
		m.done++
	}
	m.longest = max(m.longest, m.backlog)
	m.most = max(m.most, len(m.away)+len(m.running))
	if m.millis%2 == 0 {
		m.step(m.now, min(m.backlog, 12*time.Millisecond)) // a probe on its way says no more
	}
}
