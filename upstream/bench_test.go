package upstream_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"weft/upstream"
)

// BenchmarkDo calls a service on loopback that answers 4 KB. Calls/op are the requests that reached it.
func BenchmarkDo(b *testing.B) {
	body := `{"data": "` + strings.Repeat("x", 4096) + `"}`
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = io.WriteString(w, body)
	}))
	defer service.Close()
	c := newClient(b, upstream.Options{URL: service.URL})
	request := upstream.Request{Endpoint: "product", Path: "/p?ids=1,2,3", Header: http.Header{"Authorization": {"Bearer token"}}}

	call := func(b *testing.B) {
		if _, err := c.Do(context.Background(), request); err != nil {
			b.Error(err)
		}
	}
	b.Run("serial", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			call(b)
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				call(b)
			}
		})
	})
}

// BenchmarkDoAlone is what the client itself costs: its transport answers from memory. What that costs is "transport", and
// contained in the others.
func BenchmarkDoAlone(b *testing.B) {
	wire := inMemory{body: `{"id": 1}`, length: 9}
	unlimited := context.Background()
	limited, cancel := context.WithTimeout(unlimited, time.Hour)
	defer cancel()
	signedIn := upstream.Request{Endpoint: "product", Path: "/p?ids=1,2,3", Header: http.Header{"Authorization": {"Bearer token"}, "X-Tenant": {"a"}}}
	large := strings.Repeat(`{"id": 1}`, 2500) // 22 KB
	tests := []struct {
		name    string
		ctx     context.Context
		wire    inMemory
		request upstream.Request
	}{
		{"small", unlimited, wire, get("/p?ids=1,2,3")},
		{"deadline", limited, wire, get("/p?ids=1,2,3")},
		{"forwarded", unlimited, wire, signedIn},
		{"22KB", unlimited, inMemory{body: large, length: int64(len(large))}, get("/p")},
		{"22KB/chunked", unlimited, inMemory{body: large, length: -1}, get("/p")},
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
}

func benchmarkTransport(b *testing.B, wire http.RoundTripper) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = wire.RoundTrip(nil)
	}
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
