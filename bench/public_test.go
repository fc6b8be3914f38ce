//go:build unix

package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"

	postsgenerated "weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	reviewsgenerated "weft/bench/reviews/generated"
	"weft/graph/compiled"
	engine "weft/graph/operation"
	"weft/upstream"
)

// schemaOf is the workload's service.
func schemaOf(w workload) compiled.Schema {
	if w.name == reviewsWorkload.name {
		return reviewsgenerated.Service()
	}
	return postsgenerated.Service(resolver.Resolver{})
}

// inProcess is the upstream of all workloads, in memory.
type inProcess struct {
	*service

	calls atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (p *inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	p.calls.Add(1)
	body := p.bodies[r.URL.Path]
	if r.URL.RawQuery != "" {
		body = p.part(r.URL, body)
	}
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// BenchmarkPublic measures the operations of the command without HTTP, as BenchmarkExecutor does its own.
func BenchmarkPublic(b *testing.B) {
	for _, o := range operations() {
		b.Run(o.name, func(b *testing.B) {
			p := &inProcess{service: newService(0)}
			e := engineOf(b, o, p, compiled.Settings{})
			run := func() *engine.Answer {
				request := engine.Request{Prepared: e.Find([]byte(o.query), ""), Text: o.query, Headers: map[string][]string{"Weft-Without": {"shared"}}}
				answer := e.Run(context.Background(), &request)
				if answer.Class != engine.Executed || len(answer.Errors) > 0 {
					b.Fatal(answer.Errors)
				}
				return answer
			}
			if err := verify([]byte(`{"data":`+string(run().Data)+`}`), o); err != nil {
				b.Fatal(err)
			}
			p.calls.Store(0)
			b.ReportAllocs()
			before := used(b)
			for b.Loop() {
				run().Sent()
			}
			b.ReportMetric(float64(used(b)-before)/float64(b.N), "cpu-ns/op")
			b.ReportMetric(float64(p.calls.Load())/float64(b.N), "calls/op")
		})
	}
}

// engineOf is an engine of an operation's service, over services that a transport answers for.
func engineOf(b *testing.B, o operation, transport http.RoundTripper, s compiled.Settings) *engine.Engine {
	options := map[string]upstream.Options{}
	for name, path := range o.of.paths {
		options[name] = upstream.Options{URL: "http://bench.test" + path, Transport: transport}
	}
	schema := schemaOf(o.of)
	var err error
	if s.Clients, err = upstream.NewClients(schema.Upstreams, options); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Clients.Close)
	s.Executor = "planned"
	runs, err := schema.Executable(s)
	if err != nil {
		b.Fatal(err)
	}
	return engine.New(runs, engine.Options{Reports: true})
}

// used is the processor time of this process so far, in nanoseconds.
func used(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
