package service_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/graph/config"
	"weft/graph/service"
	"weft/upstream"
)

// BenchmarkRefused is all of a service between a request and the answer that it is refused with, but for net/http, where operations that hang
// have all the turns there are. 256 clients for each processor ask at the same time.
func BenchmarkRefused(b *testing.B) {
	s := newFull(b)
	before := processorTime(b)
	b.SetParallelism(256)
	b.ReportAllocs()
	var refused, clients atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		body := fmt.Sprintf(`{"query":"{posts{id,userId,title,user{id,name,email,is%d:id}}}"}`, clients.Add(1)) // that nobody shares
		r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/graphql", nil)
		r.Header.Set("Content-Type", "application/json")
		r.ContentLength = int64(len(body))
		c := newClient(s, r, body)
		for pb.Next() {
			if c.ask(); c.answer.status == http.StatusServiceUnavailable {
				refused.Add(1)
			}
		}
	})
	b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
	if n := refused.Load(); n != int64(b.N) {
		b.Errorf("%d of %d requests were refused", n, b.N)
	}
}

// newFull is a service all of whose turns are taken by operations that hang.
func newFull(tb testing.TB) http.Handler {
	tb.Helper()
	origin := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	conf, err := config.Load(config.Program{Name: "posts", Upstreams: generated.Upstreams}, nil, []string{"WEFT_UPSTREAM_JSONPLACEHOLDER_URL=" + origin.URL})
	if err != nil {
		tb.Fatal(err)
	}
	conf.Upstreams[upstreamName] = upstream.Options{URL: origin.URL, Timeout: time.Hour, InFlight: 100 * runtime.GOMAXPROCS(0)}
	conf.Timeout, conf.Overload.Target = time.Hour, time.Nanosecond
	s, err := service.New(generated.Service(resolver.Resolver{}), conf, service.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, leave := context.WithCancel(context.Background())
	var hang sync.WaitGroup
	tb.Cleanup(func() {
		leave()
		hang.Wait()
		s.Close()
		origin.Close()
	})
	ask := func(ctx context.Context, id int) (status int) {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(fmt.Sprintf(`{"query":"{post(id:%d){id}}"}`, id)))
		r.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, r)
		return answer.Code
	}
	hanging := 50 * runtime.GOMAXPROCS(0) // more than run where the gate is limited
	for i := range hanging {
		hang.Go(func() { ask(ctx, i) })
	}
	for id, refused := hanging, false; !refused; id++ {
		short, cancel := context.WithTimeout(ctx, 200*time.Millisecond) // more than anybody waits
		refused = ask(short, id) == http.StatusServiceUnavailable && short.Err() == nil
		cancel()
	}
	return s
}
