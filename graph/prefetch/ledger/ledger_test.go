package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/prefetch/ledger"
)

const (
	took = 50 * time.Millisecond
	life = time.Minute
)

// call issues a call that brings a value which lives for a while; nil: it may not be made.
func call(l *ledger.Ledger, source string) *ledger.Ticket {
	t := l.Issue(source, "catalog")
	if t != nil {
		time.Sleep(took)
		t.Ended(took, 100, false)
		t.Kept(time.Now().Add(life))
		t.Settle()
	}
	return t
}

// demand notes calls of clients.
func demand(l *ledger.Ledger, n int) {
	for range n {
		l.Demanded("catalog", false)
	}
}

// upstream returns the account of the only upstream, once it adds up.
func upstream(t *testing.T, l *ledger.Ledger) ledger.Stats {
	t.Helper()
	upstreams, sources := l.Stats()
	var sum int64
	for _, of := range sources {
		sum += of.Issued
	}
	for _, of := range append(sources, upstreams...) {
		if of.Issued != of.Useful+of.Late+of.Wasted+of.Pending || of.Pending < 0 {
			t.Fatalf("it does not add up: %+v", of)
		}
	}
	if len(upstreams) != 1 || sum != upstreams[0].Issued {
		t.Fatalf("%d were issued for sources, to upstreams: %+v", sum, upstreams)
	}
	return upstreams[0]
}

func TestWhatBecomesOfACall(t *testing.T) {
	for _, c := range []struct {
		name   string
		happen func(l *ledger.Ledger)
		want   ledger.Stats
	}{
		{
			"used", func(l *ledger.Ledger) {
				of := call(l, "next")
				time.Sleep(2 * time.Second)
				of.Use(time.Now())
				of.Use(time.Now())
				time.Sleep(life)
			},
			ledger.Stats{Demand: 1, Issued: 1, Useful: 1, Saved: 50, Bytes: 100},
		},
		{
			"asked for while it runs", func(l *ledger.Ledger) {
				of := l.Issue("next", "catalog")
				time.Sleep(20 * time.Millisecond)
				asked := time.Now()
				time.Sleep(30 * time.Millisecond)
				of.Ended(took, 100, false)
				of.Use(asked)
				of.Kept(time.Now().Add(life))
				of.Settle()
				of.Use(time.Now())
				time.Sleep(life)
			},
			ledger.Stats{Demand: 1, Issued: 1, Late: 1, Saved: 20, Bytes: 100},
		},
		{"not used yet", func(l *ledger.Ledger) { call(l, "next") }, ledger.Stats{Issued: 1, Pending: 1, Bytes: 100}},
		{
			"not used in time", func(l *ledger.Ledger) {
				of := call(l, "next")
				time.Sleep(life)
				of.Use(time.Now())
			},
			ledger.Stats{Issued: 1, Wasted: 1, Spent: 50, Bytes: 100},
		},
		{
			"not kept", func(l *ledger.Ledger) {
				of := l.Issue("next", "catalog")
				of.Ended(took, 100, false)
				of.Settle()
			},
			ledger.Stats{Issued: 1, Wasted: 1, Spent: 50, Bytes: 100},
		},
		{"refused", func(l *ledger.Ledger) { l.Demanded("catalog", true); call(l, "next") }, ledger.Stats{Demand: 1, Refused: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := ledger.New(ledger.Options{})
				demand(l, 1)
				c.happen(l)
				c.want.Name = "catalog"
				c.want.Demand++
				if got := upstream(t, l); got != c.want {
					t.Errorf("got  %+v\nwant %+v", got, c.want)
				}
			})
		})
	}
}

func TestNothingIsIssued(t *testing.T) {
	for _, c := range []struct {
		name   string
		before func(l *ledger.Ledger)
		after  time.Duration // from when on a call is issued again
	}{
		{"nobody has called", func(*ledger.Ledger) {}, 0},
		{"the upstream has failed", func(l *ledger.Ledger) { demand(l, 1); l.Demanded("catalog", true) }, 10 * time.Second},
		{"a call ahead of time has failed", func(l *ledger.Ledger) {
			demand(l, 2)
			of := l.Issue("another", "catalog")
			of.Ended(took, 0, true)
			of.Settle()
		}, 10 * time.Second},
		{"a source's calls are not used in time", func(l *ledger.Ledger) {
			demand(l, 2)
			call(l, "next")
			time.Sleep(10 * time.Second)
		}, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := ledger.New(ledger.Options{})
				c.before(l)
				if call(l, "next") != nil {
					t.Fatal("a call was issued")
				}
				if c.after == 0 {
					return
				}
				time.Sleep(c.after - time.Millisecond)
				if call(l, "next") != nil {
					t.Error("a call was issued too early")
				}
				time.Sleep(time.Millisecond)
				if call(l, "next") == nil {
					t.Error("no call was issued when it might be")
				}
			})
		})
	}
}

func TestBusyUpstream(t *testing.T) {
	busy := true
	l := ledger.New(ledger.Options{Busy: func(name string) bool { return busy && name == "catalog" }})
	demand(l, 1)
	l.Demanded("pricing", false)
	if l.Issue("next", "catalog") != nil || l.Issue("next", "pricing") == nil {
		t.Error("only a busy upstream is left alone")
	}
	busy = false
	if l.Issue("next", "catalog") == nil {
		t.Error("an upstream was left alone that is no longer busy")
	}
}

func TestASourceThatDoesNotPayIsOffForLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := ledger.New(ledger.Options{})
		begin := time.Now()
		var issued []time.Duration
		for time.Since(begin) < 3*time.Hour {
			demand(l, 100)
			if call(l, "next") != nil {
				issued = append(issued, time.Since(begin))
			}
			time.Sleep(time.Second)
		}
		if len(issued) > 3*8 {
			t.Errorf("%d calls were issued within three hours that nobody used, at %v", len(issued), issued)
		}
		if last := issued[len(issued)-1]; last < time.Hour {
			t.Errorf("the source was given up after %v", last)
		}
	})
}

// A session asks for one view after the other; next is what it asks for when view was predicted.
type session func(r *rand.Rand, view int, predicted int) (next int)

// TestBudget holds what may be wasted, whatever clients do.
func TestBudget(t *testing.T) {
	follows := func(p float64) session {
		return func(r *rand.Rand, view, predicted int) int {
			if r.Float64() < p {
				return predicted
			}
			return r.IntN(1000)
		}
	}
	for _, c := range []struct {
		name           string
		session        session
		useful, wasted float64 // at least of issued, and at most of demand, beside the bucket
		second         int64   // calls of the second half, at most
	}{
		{"predictable by 0.9", follows(0.9), 0.85, 0.05, 4000},
		{"predictable by 0.5", follows(0.5), 0.4, 0.05, 4000},
		{"independent", follows(0), 0, 0.0074, 20}, // 1 %, with the bucket
		{"flipped half-way", func(r *rand.Rand, view, predicted int) int {
			if view < 2000 {
				return follows(0.9)(r, view, predicted)
			}
			return r.IntN(1000)
		}, 0.5, 0.05, 200},
		{"only what was not predicted, after ten that were", func(r *rand.Rand, view, predicted int) int {
			if view%50 < 10 {
				return predicted
			}
			return predicted + 1
		}, 0, 0.05, 4000},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { play(t, c.session, c.useful, c.wasted, c.second) })
		})
	}
}

// play is one client that looks at 4,000 views, one each two seconds, of which the ones that were asked for within a minute are kept.
func play(t *testing.T, s session, useful, wasted float64, second int64) {
	r := rand.New(rand.NewPCG(7, 0))
	l := ledger.New(ledger.Options{})
	kept := map[int]time.Time{}
	tickets := map[int]*ledger.Ticket{}
	next, before := 0, int64(0)
	for view := range 4000 {
		switch now := time.Now(); {
		case !now.Before(kept[next]):
			l.Demanded("catalog", false)
			kept[next] = now.Add(life)
		case tickets[next] != nil:
			tickets[next].Use(time.Now())
			delete(tickets, next)
		}
		predicted := (next*7 + 3) % 1000
		if !time.Now().Before(kept[predicted]) {
			if of := call(l, "next"); of != nil {
				kept[predicted], tickets[predicted] = time.Now().Add(life), of
			}
		}
		got := upstream(t, l)
		if float64(got.Wasted+got.Pending-10) > 0.05*float64(got.Demand) {
			t.Fatalf("after %d views too much may be wasted: %+v", view, got)
		}
		if view == 2000 {
			before = got.Issued
		}
		next = s(r, view, predicted)
		time.Sleep(2 * time.Second)
	}
	got := upstream(t, l)
	t.Log(fmt.Sprintf("%+v", got), got.Issued-before, "in the second half")
	if got.Issued-before > second {
		t.Errorf("%d were issued in the second half", got.Issued-before)
	}
	if float64(got.Useful) < useful*float64(got.Issued) {
		t.Errorf("%d of %d were useful", got.Useful, got.Issued)
	}
	if float64(got.Wasted-10) > wasted*float64(got.Demand) {
		t.Errorf("%d were wasted, of %d calls that clients needed", got.Wasted, got.Demand)
	}
}
