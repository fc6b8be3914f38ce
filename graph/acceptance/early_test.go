package acceptance_test

import (
	"slices"
	"testing"

	"weft/upstream/upstreamtest"
)

// TestEarlyStart: services that answer only once all four calls have arrived answer all the same, because none of the calls
// below a product waits for the product.
func TestEarlyStart(t *testing.T) {
	s := services["shop"]
	servers := map[string]*upstreamtest.Server{}
	for _, spec := range s.upstreams {
		servers[spec.Name] = upstreamtest.New(t)
	}
	all := upstreamtest.NewBarrier(4)
	for route, body := range map[[2]string]string{
		{"catalog", "GET /products/{id}"}: `{"data": {"id": 1, "name": "Lamp"}}`,
		{"pricing", "POST /prices"}:       `{"prices": {"1": {"amount": 3, "currency": "EUR"}}}`,
		{"inventory", "POST /stock"}:      `[{"sku": 1, "store": "north", "quantity": 4}]`,
		{"reviews", "GET /reviews"}:       `[{"id": 7, "product": 1, "stars": 5}]`,
	} {
		servers[route[0]].JSON(route[1], body)
		servers[route[0]].Barrier(all, route[1])
	}
	c := testCase{parts: map[string]string{
		"operation.graphql": `{ product(id: "1") { name price { amount } stock(store: "north") { quantity } reviews { stars } } }`,
	}}
	got := canonical(t, c.post(t, serve(t, s, "planned", c.patience(), servers)))
	want := canonical(t, `{"data": {"product": {"name": "Lamp", "price": {"amount": 3}, "stock": {"quantity": 4}, "reviews": [{"stars": 5}]}}}`)
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var calls []string
	for _, server := range servers {
		calls = append(calls, server.Lines()...)
	}
	slices.Sort(calls)
	if len(calls) != 4 {
		t.Errorf("calls %q, want each of the four once", calls)
	}
}
