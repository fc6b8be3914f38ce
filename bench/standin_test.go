//go:build unix

package main

import (
	"bytes"
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"weft/cache"
	"weft/cache/memory"
	"weft/graph/binding"
	"weft/graph/compiled"
	engine "weft/graph/operation"
)

// turns is an upstream in memory whose texts are others for every second operation of two calls.
type turns struct {
	of    [2]*inProcess
	calls atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (t *turns) RoundTrip(r *http.Request) (*http.Response, error) {
	return t.of[(t.calls.Add(1)-1)/2%2].RoundTrip(r)
}

func newTurns() *turns {
	t := &turns{of: [2]*inProcess{{service: newService(0)}, {service: newService(0)}}}
	for path, body := range t.of[1].bodies {
		t.of[1].bodies[path] = bytes.ReplaceAll(body, []byte(`": "`), []byte(`": "~`))
	}
	return t
}

// BenchmarkStandIn measures what it costs that values are kept to stand in where their service fails. All operations ask for all of them anew.
//
//	off      nothing is kept
//	same     the service answers what it has answered before
//	changed  it answers something else each time
func BenchmarkStandIn(b *testing.B) {
	o := operations()[0]
	standIn := map[string]binding.CachePolicy{"jsonplaceholder": {StaleIfError: time.Hour}}
	for _, c := range []struct {
		name      string
		policies  map[string]binding.CachePolicy
		transport http.RoundTripper
	}{
		{"off", nil, &inProcess{service: newService(0)}},
		{"same", standIn, &inProcess{service: newService(0)}},
		{"changed", standIn, newTurns()},
	} {
		b.Run(c.name, func(b *testing.B) {
			kept := memory.New(memory.Options{})
			b.Cleanup(kept.Close)
			e := engineOf(b, o, c.transport, compiled.Settings{Cache: cache.New(cache.Options{Memory: kept}), CachePolicies: c.policies})
			run := func() {
				request := engine.Request{Prepared: e.Find([]byte(o.query), ""), Text: o.query}
				answer := e.Run(context.Background(), &request)
				if answer.Class != engine.Executed || len(answer.Errors) > 0 {
					b.Fatal(answer.Errors)
				}
				answer.Sent()
			}
			for range 50 {
				run() // how long its calls take is usual by then
			}
			b.ReportAllocs()
			before := used(b)
			for b.Loop() {
				run()
			}
			b.ReportMetric(float64(used(b)-before)/float64(b.N), "cpu-ns/op")
		})
	}
}
