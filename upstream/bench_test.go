package upstream_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weft/upstream"
)

// BenchmarkDo calls a service on loopback that answers 4 KB. Calls/op are the requests that reached it.
func BenchmarkDo(b *testing.B) {
	body := `{"data": "` + strings.Repeat("x", 4096) + `"}`
	var calls atomic.Int64
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = io.WriteString(w, body)
	}))
	defer service.Close()
	c := newClient(b, upstream.Options{URL: service.URL})
	request := upstream.Request{Endpoint: "product", Path: "/p?ids=1,2,3", Header: http.Header{"Authorization": {"Bearer token"}}}
	shared := context.Background()

	call := func(b *testing.B, ctx context.Context) {
		if _, err := c.Do(ctx, request); err != nil {
			b.Error(err)
		}
	}
	serial := func(ctx context.Context) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			calls.Store(0)
			for b.Loop() {
				call(b, ctx)
			}
			b.ReportMetric(float64(calls.Load())/float64(b.N), "calls/op")
		}
	}
	parallel := func(ctx context.Context) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(16)
			calls.Store(0)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					call(b, ctx)
				}
			})
			b.ReportMetric(float64(calls.Load())/float64(b.N), "calls/op")
		}
	}
	b.Run("serial/shared", serial(shared))
	b.Run("serial/unshared", serial(upstream.WithoutSharing(shared)))
	b.Run("parallel/shared", parallel(shared))
	b.Run("parallel/unshared", parallel(upstream.WithoutSharing(shared)))
}

// BenchmarkDoAlone is what the client itself costs: its transport answers from memory. What that costs is "transport", and
// contained in the others. Of "followers" 511 of 512 share the call of another; it takes a millisecond, so their times say nothing.
func BenchmarkDoAlone(b *testing.B) {
	wire := inMemory{body: `{"id": 1}`, length: 9}
	shared, unshared := context.Background(), upstream.WithoutSharing(context.Background())
	limited, cancel := context.WithTimeout(unshared, time.Hour)
	defer cancel()
	signedIn := upstream.Request{Endpoint: "product", Path: "/p?ids=1,2,3", Header: http.Header{"Authorization": {"Bearer token"}, "X-Tenant": {"a"}}}
	large := strings.Repeat(`{"id": 1}`, 2500) // 22 KB
	tests := []struct {
		name    string
		ctx     context.Context
		wire    inMemory
		request upstream.Request
	}{
		{"unshared", unshared, wire, get("/p?ids=1,2,3")},
		{"unshared/deadline", limited, wire, get("/p?ids=1,2,3")},
		{"unshared/forwarded", unshared, wire, signedIn},
		{"unshared/22KB", unshared, inMemory{body: large, length: int64(len(large))}, get("/p")},
		{"unshared/22KB/chunked", unshared, inMemory{body: large, length: -1}, get("/p")},
		{"leader", shared, wire, get("/p?ids=1,2,3")},
		{"leader/forwarded", shared, wire, signedIn},
	}
	b.Run("transport", func(b *testing.B) { benchmarkTransport(b, wire) })
	for _, tt := range tests {
		c := newClient(b, upstream.Options{Transport: tt.wire})
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Do(tt.ctx, tt.request); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	limited, cancel = context.WithTimeout(shared, time.Hour)
	defer cancel()
	b.Run("followers", func(b *testing.B) { benchmarkFollowers(b, shared, signedIn) })
	b.Run("followers/deadline", func(b *testing.B) { benchmarkFollowers(b, limited, signedIn) })
}

func benchmarkTransport(b *testing.B, wire http.RoundTripper) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = wire.RoundTrip(nil)
	}
}

func benchmarkFollowers(b *testing.B, ctx context.Context, r upstream.Request) {
	var calls atomic.Int64
	wire := inMemory{body: `{"id": 1}`, length: 9}
	c := newClient(b, upstream.Options{Timeout: 2 * time.Hour, Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
		calls.Add(1)
		time.Sleep(time.Millisecond)
		return wire.RoundTrip(req)
	})})
	b.ReportAllocs()
	b.SetParallelism(512 / runtime.GOMAXPROCS(0))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := c.Do(ctx, r); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(calls.Load())/float64(b.N), "calls/op")
}

// inMemory is a transport that answers at once, as net/http would: a header and a body for each call. Length is what
// Content-Length says, -1 for a body whose length is not known beforehand.
type inMemory struct {
	body   string
	length int64
}

func (m inMemory) RoundTrip(*http.Request) (*http.Response, error) {
	body := &memoryBody{}
	body.Reset(m.body)
	return &http.Response{
		StatusCode: http.StatusOK, ContentLength: m.length, Body: body, Header: http.Header{"Content-Type": {"application/json"}},
	}, nil
}

type memoryBody struct{ strings.Reader }

func (*memoryBody) Close() error { return nil }

// BenchmarkNetHTTP is the same call as BenchmarkDo's with net/http alone.
func BenchmarkNetHTTP(b *testing.B) {
	body := `{"data": "` + strings.Repeat("x", 4096) + `"}`
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = io.WriteString(w, body)
	}))
	defer service.Close()
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	b.ReportAllocs()
	for b.Loop() {
		res, err := client.Get(service.URL + "/p?ids=1,2,3")
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.ReadAll(res.Body)
		_ = res.Body.Close()
	}
}
