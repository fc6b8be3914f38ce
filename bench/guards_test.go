//go:build unix

package main_test

import (
	"context"
	"net/netip"
	"testing"

	"weft/bench/items/generated"
	"weft/bench/items/resolver"
	"weft/graph/auth"
	"weft/graph/compiled"
	"weft/graph/guard"
	"weft/graph/operation"
	"weft/upstream"
)

// BenchmarkGuards measures an operation that is known, over calls that end in memory: with nothing guarded and nobody known, with the caller known, and
// with each of its fields guarded, by two requirements that the caller meets. Run with
//
//	go test -run '^$' -bench Guards -count 10 ./bench
func BenchmarkGuards(b *testing.B) {
	guards := &guard.Schema{
		Requirements: []guard.Requirement{{Authenticated: true}, {Scopes: [][]string{{"items:read", "prices:read"}, {"admin"}}}},
		Fields:       map[string][]int{"Query.items": {0}, "Item.price": {0, 1}},
	}
	for _, name := range []string{"id", "name", "stock", "active", "note", "maker"} {
		guards.Fields["Item."+name] = []int{0}
	}
	for _, row := range []struct {
		name   string
		known  bool
		guards *guard.Schema
	}{{"Open", false, nil}, {"Known", true, nil}, {"Guarded", true, guards}} {
		b.Run(row.name, func(b *testing.B) {
			run := newGuarded(b, row.known, row.guards)
			run(b)
			b.ReportAllocs()
			before := processorTime(b)
			for b.Loop() {
				run(b)
			}
			b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
		})
	}
}

// newGuarded returns what runs the workload 100x8 of the items service, with guards, for a caller whom a gateway names, if they are known.
func newGuarded(b *testing.B, known bool, guards *guard.Schema) func(*testing.B) {
	b.Helper()
	memory := newMemory()
	clients, err := upstream.NewClients(generated.Upstreams, map[string]upstream.Options{generated.Upstreams[0].Name: {URL: "http://items", Transport: memory}})
	if err != nil {
		b.Fatal(err)
	}
	schema := generated.Service(resolver.Resolver{})
	schema.Guards = guards
	executable, err := schema.Executable(compiled.Settings{Clients: clients})
	if err != nil {
		b.Fatal(err)
	}
	who, err := auth.New(auth.Options{Gateway: &auth.GatewayOptions{Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}})
	if err != nil {
		b.Fatal(err)
	}
	engine := operation.New(executable, operation.Options{Callers: operation.CallerOptions{Authenticator: who}})
	headers := map[string][]string{}
	if known {
		headers = map[string][]string{"X-Forwarded-User": {"ada"}, "X-Forwarded-Scopes": {"items:read prices:read"}}
	}
	text := scalars(100)
	return func(b *testing.B) {
		a := engine.Run(context.Background(), &operation.Request{
			Text: text, Headers: headers, Peer: operation.Peer{From: netip.MustParseAddr("192.0.2.1")},
		})
		if a.Class != operation.Executed || len(a.Errors) > 0 {
			b.Fatalf("got %+v", a)
		}
	}
}
