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
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmarkLoads(b, n) })
	}
}

func benchmarkLoads(b *testing.B, n int) {
	var rows []string
	var keys []any
	for i := range n {
		rows = append(rows, fmt.Sprintf(`{"id": "%03d", "name": "v"}`, i))
		keys = append(keys, fmt.Sprintf("%03d", i))
	}
	transport := &instant{bodies: map[string]string{"/wares": "[" + strings.Join(rows, ",") + "]"}}
	clients, err := upstream.NewClients([]upstream.Spec{{Name: "ware"}}, map[string]upstream.Options{"ware": {URL: "http://ware", Transport: transport}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(clients.Close)
	wares := binding.New(binding.Spec{
		Name: "Ware", Entity: true, Vars: wareID,
		Origin: binding.Origin{
			Upstream: "ware",
			Batch:    &binding.Batch{Call: binding.Call{Template: "/wares{?id}"}, Keys: "id", Match: []string{"/id"}},
		},
		Result: binding.Result{Object: "Ware", KeySlots: []int{1}, Shape: view.NewShape("/id", "/name")},
	})
	service := &fetch.Service{Clients: clients}
	asks := []fetch.Member{{
		Field: &binding.Field{Binding: wares, Sources: []binding.Source{{Argument: "ids"}}, Keys: true},
		Args:  binding.Arguments{"ids": keys}, Parents: make([]view.Object, 1),
	}}
	b.ReportAllocs()
	for b.Loop() {
		x := fetch.Begin(service, fetch.Options{})
		found := x.Fetch(context.Background(), asks)
		if r := found[0].Results[0]; r.Err != nil || len(r.Objects) != n || r.Objects[n-1].IsNull() {
			b.Fatalf("got %+v", r)
		}
		x.Close()
	}
}
