package fetch_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/view"
	"weft/upstream"
)

// BenchmarkLoads is what keys cost that nothing is kept of: a field asks for some of an entity, all in one call, which the transport
// answers at once.
func BenchmarkLoads(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			load, transport := newLoads(b, n)
			b.ReportAllocs()
			for b.Loop() {
				load()
			}
			if calls := transport.calls.Load(); calls != int64(b.N) {
				b.Errorf("%d operations made %d calls, want one each", b.N, calls)
			}
		})
	}
}

// TestLoadAllocsPerKey: one key more, of which nothing is kept, makes lists longer, and allocates nothing of its own.
func TestLoadAllocsPerKey(t *testing.T) {
	allocs := func(n int) float64 {
		load, _ := newLoads(t, n)
		return testing.AllocsPerRun(20, load)
	}
	const few, lots = 100, 200
	if got := (allocs(lots) - allocs(few)) / (lots - few); got > 0.5 {
		t.Errorf("one key more allocates %.2f times, want less than once in two keys", got)
	}
}

// newLoads returns an operation that loads n keys in one call.
func newLoads(tb testing.TB, n int) (load func(), transport *instant) {
	var rows []string
	var keys []any
	for i := range n {
		rows = append(rows, fmt.Sprintf(`{"id": "%03d", "name": "v"}`, i))
		keys = append(keys, fmt.Sprintf("%03d", i))
	}
	transport = &instant{bodies: map[string]string{"/wares": "[" + strings.Join(rows, ",") + "]"}}
	clients, err := upstream.NewClients([]upstream.Spec{{Name: "ware"}}, map[string]upstream.Options{"ware": {URL: "http://ware", Transport: transport}})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(clients.Close)
	wares := binding.New(binding.Spec{
		Name: "Ware", Entity: true, Vars: wareID,
		Origin: binding.Origin{
			Upstream: "ware",
			Batch:    &binding.Batch{Call: binding.Call{Template: "/wares{?id}"}, Keys: "id", Match: []string{"/id"}, Max: n},
		},
		Result: binding.Result{Object: "Ware", KeySlots: []int{1}, Shape: view.NewShape("/id", "/name")},
	})
	service := &fetch.Service{Clients: clients}
	asks := []fetch.Member{{
		Field: &binding.Field{Binding: wares, Sources: []binding.Source{{Argument: "ids"}}, Keys: true},
		Args:  binding.Arguments{"ids": keys}, Parents: make([]view.Object, 1),
	}}
	return func() {
		x := fetch.Begin(service, fetch.Options{})
		found := x.Fetch(context.Background(), asks)
		if r := found[0].Results[0]; r.Err != nil || len(r.Objects) != n || r.Objects[n-1].IsNull() {
			tb.Fatalf("got %+v", r)
		}
		x.Close()
	}, transport
}
