package upstream_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

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

// BenchmarkDoAlone is what the client itself costs: its transport answers at once.
func BenchmarkDoAlone(b *testing.B) {
	c := newClient(b, upstream.Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return answer(`{"id": 1}`), nil })})
	request := get("/p?ids=1,2,3")
	for name, ctx := range map[string]context.Context{"shared": b.Context(), "unshared": upstream.WithoutSharing(b.Context())} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Do(ctx, request); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

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
