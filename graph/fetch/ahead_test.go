package fetch_test

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/prefetch/ledger"
)

// fresh is the policy of what is fresh for a minute, less a tenth at most.
var fresh = &binding.CachePolicy{MaxAge: time.Minute, HasMaxAge: true}

// aheadOf loads an object ahead of time, for nobody who is known.
func (w *ware) aheadOf(t *testing.T, header http.Header, f *binding.Field) []string {
	x := fetch.Begin(w.service, fetch.Options{Behalf: fetch.Behalf{Header: header}, Ahead: "rule"})
	defer x.Close()
	return wareNames(t.Context(), x, f, "1")
}

// newAheadWare answers after 50 ms, and has a ledger in which something was demanded already.
func newAheadWare(t *testing.T, busy func(string) bool) *ware {
	w := newWare(t, binding.Classes(), func(*http.Request) *http.Response {
		time.Sleep(50 * time.Millisecond)
		return says(http.StatusOK, named("v"), "Cache-Control", "max-age=60")
	})
	w.service.Ledger = ledger.New(ledger.Options{Busy: busy})
	w.service.Ledger.Demanded("ware", false)
	return w
}

// account is what the ledger has of the upstream, without the times.
func (w *ware) account() ledger.Stats {
	upstreams, _ := w.service.Ledger.Stats()
	of := upstreams[0]
	return ledger.Stats{Demand: of.Demand, Issued: of.Issued, Useful: of.Useful, Late: of.Late, Wasted: of.Wasted, Pending: of.Pending, Refused: of.Refused}
}

func (w *ware) expect(t *testing.T, calls int, account ledger.Stats) {
	t.Helper()
	if got := w.account(); got != account || w.called() != calls {
		t.Errorf("got %d calls and %+v, want %d and %+v", w.called(), got, calls, account)
	}
}

func TestAhead(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(t *testing.T, w *ware, f *binding.Field) // what clients and others do, in turn
		want ledger.Stats
		made int // calls
	}{
		{"a client takes it", func(t *testing.T, w *ware, f *binding.Field) {
			w.aheadOf(t, nil, f)
			w.get(t.Context(), nil, f, "1")
			w.get(t.Context(), nil, f, "1")
		}, ledger.Stats{Demand: 2, Issued: 1, Useful: 1}, 1},
		{"a client asks while it is on its way", func(t *testing.T, w *ware, f *binding.Field) {
			go w.aheadOf(t, nil, f)
			time.Sleep(20 * time.Millisecond)
			if names, _ := w.get(t.Context(), nil, f, "1"); !slices.Equal(names, []string{"v"}) {
				t.Errorf("the client got %v", names)
			}
			synctest.Wait()
		}, ledger.Stats{Demand: 2, Issued: 1, Late: 1}, 1},
		{"it asks while a client's call is on its way", func(t *testing.T, w *ware, f *binding.Field) {
			go w.get(t.Context(), nil, f, "1")
			time.Sleep(20 * time.Millisecond)
			w.aheadOf(t, nil, f)
		}, ledger.Stats{Demand: 2}, 1},
		{"what is there is not called for", func(t *testing.T, w *ware, f *binding.Field) {
			w.get(t.Context(), nil, f, "1")
			w.aheadOf(t, nil, f)
			w.get(t.Context(), nil, f, "1")
		}, ledger.Stats{Demand: 2}, 1},
		{"nobody takes it", func(t *testing.T, w *ware, f *binding.Field) {
			w.aheadOf(t, nil, f)
			time.Sleep(time.Minute)
			w.get(t.Context(), nil, f, "1")
		}, ledger.Stats{Demand: 2, Issued: 1, Wasted: 1}, 2},
		{"another client does not get it", func(t *testing.T, w *ware, f *binding.Field) {
			w.aheadOf(t, http.Header{"Authorization": {"a"}}, f)
			w.get(t.Context(), http.Header{"Authorization": {"b"}}, f, "1")
			w.get(t.Context(), nil, f, "1")
		}, ledger.Stats{Demand: 3, Issued: 1, Pending: 1}, 3},
		{"what nothing keeps is not called for", func(t *testing.T, w *ware, _ *binding.Field) {
			w.aheadOf(t, nil, byID(wareOf(nil)))
		}, ledger.Stats{Demand: 1}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newAheadWare(t, nil)
				c.play(t, w, byID(wareOf(fresh)))
				w.expect(t, c.made, c.want)
			})
		})
	}
}

// TestRefusedAhead holds that a client who waits for a call that is then not made ahead of time makes it.
func TestRefusedAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan bool)
		w := newAheadWare(t, func(string) bool { return <-release })
		f := byID(wareOf(fresh))
		go w.aheadOf(t, nil, f)
		synctest.Wait() // until it has begun a flight, and asks whether it may call
		var names []string
		done := make(chan bool)
		go func() {
			names, _ = w.get(t.Context(), nil, f, "1")
			close(done)
		}()
		synctest.Wait() // until the client waits for it
		release <- true
		<-done
		if !slices.Equal(names, []string{"v"}) {
			t.Errorf("the client got %v", names)
		}
		w.expect(t, 1, ledger.Stats{Demand: 2, Refused: 1})
	})
}
