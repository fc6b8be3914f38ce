package service_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/graph/config"
)

// BenchmarkJoined is all of a service between a request and its answer, but for net/http, where 256 clients ask for the same at the same time, and
// nothing is kept: nearly all of them get an answer that another one has made, and calls/op is the part that have made one.
func BenchmarkJoined(b *testing.B) {
	j := newJoining(b)
	b.ReportAllocs()
	before := processorTime(b)
	b.ResetTimer()
	calls := j.ask(b, b.N)
	b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
	b.ReportMetric(float64(calls)/float64(b.N), "calls/op")
}

// TestJoinedAllocates bounds what such a request allocates, beside what the calls take that are left.
func TestJoinedAllocates(t *testing.T) {
	const requests, most, own = 20_000, 6, 200 // own: of a call, and what asks for it
	j := newJoining(t)
	j.ask(t, requests) // what is made once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	calls := j.ask(t, requests)
	runtime.ReadMemStats(&after)
	if calls > requests/10 {
		t.Errorf("%d requests took %d calls", requests, calls)
	}
	got := (float64(after.Mallocs-before.Mallocs) - float64(calls*own)) / requests
	if got > most+forgotten {
		t.Errorf("%v allocations with %d calls for %d requests, want %v at most", got, calls, requests, most+forgotten)
	}
}

// joining is a service that keeps nothing, clients that ask it for the same, and how many calls that took so far.
type joining struct {
	clients []*client
	calls   *atomic.Int64
}

func newJoining(tb testing.TB) joining {
	tb.Helper()
	const body = `{"query":"` + postsQuery + `"}`
	j := joining{calls: new(atomic.Int64)}
	s := newCaching(tb, config.UpstreamCache{Share: true}, func() {
		j.calls.Add(1)
		time.Sleep(2 * time.Millisecond) // so that others come meanwhile
	})
	for range 256 {
		r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, "/graphql", nil)
		r.Header.Set("Content-Type", "application/json")
		r.ContentLength = int64(len(body))
		c := newClient(s, r, body)
		j.clients = append(j.clients, c)
		c.ask()
		c.want = c.answer.String()
	}
	return j
}

// ask has the clients ask so many times together, and returns how many calls that took.
func (j joining) ask(tb testing.TB, requests int) (calls int64) {
	tb.Helper()
	before := j.calls.Load()
	var left atomic.Int64
	left.Store(int64(requests))
	var all sync.WaitGroup
	for _, c := range j.clients {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				if c.ask(); c.answer.status != http.StatusOK {
					tb.Errorf("got %d", c.answer.status)
				}
			}
		})
	}
	all.Wait()
	for _, c := range j.clients {
		c.check(tb)
	}
	return j.calls.Load() - before
}
