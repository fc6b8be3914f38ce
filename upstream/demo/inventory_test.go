package demo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInventory(t *testing.T) {
	d := start(t)
	a := d.get(t, "inventory", "/stock?sku=p-0001&sku=p-9999&sku=p-0002")
	wantHeader(t, a, "Cache-Control", "no-store")
	wantHeader(t, a, "ETag", "")
	shelves := decode[[]object](t, a, 200)
	if len(shelves) != 12 {
		t.Fatalf("got %d shelves, want 6 for each of two products", len(shelves))
	}
	total, stores := 0.0, 0.0
	for _, s := range shelves {
		qty := s["qty"].(float64)
		want := map[bool]string{true: "LOW", false: "IN_STK"}[qty <= 3]
		if qty == 0 {
			want = "OUT"
		}
		if s["state"] != want {
			t.Errorf("got %v, want state %s", s, want)
		}
		one := decode[object](t, d.get(t, "inventory", "/stock/"+s["store"].(string)+"/"+s["sku"].(string)), 200)
		if diff := cmp.Diff(s, one); diff != "" {
			t.Errorf("by composite key: %s", diff)
		}
		if s["sku"] == "p-0001" {
			total += qty
			stores += map[bool]float64{true: 1}[qty > 0]
		}
	}
	for _, skus := range []string{"p-0001,p-9999", "1,9999", "1,p-9999,-1,0"} {
		got := decode[[]object](t, d.get(t, "inventory", "/availability?skus="+skus), 200)
		want := []object{{"itemNo": 1.0, "sku": "p-0001", "total": total, "stores": stores}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", skus, diff)
		}
	}
	only := decode[[]object](t, d.get(t, "inventory", "/stock?sku=p-0001&sku=p-0002&store=GNT"), 200)
	if diff := cmp.Diff([]any{"GNT", "GNT"}, column(only, "store")); diff != "" {
		t.Error(diff)
	}
	some := decode[[]object](t, d.get(t, "inventory", "/stock?sku=p-0001&store=GNT&sku=p-0001&store=HAM&sku=p-0001&store=OSL"), 200)
	if diff := cmp.Diff([]any{"HAM", "GNT"}, column(some, "store")); diff != "" {
		t.Error(diff)
	}
}

func TestInventoryStores(t *testing.T) {
	d := start(t)
	stores := decode[[]object](t, d.get(t, "inventory", "/stores"), 200)
	if diff := cmp.Diff([]any{"HAM", "UTR", "GNT", "LYO", "GRZ", "CRK"}, column(stores, "code")); diff != "" {
		t.Error(diff)
	}
}

func TestInventoryErrors(t *testing.T) {
	d := start(t)
	wantProblem(t, d.get(t, "inventory", "/stock"), 400, "sku")
	wantProblem(t, d.get(t, "inventory", "/availability?skus="), 400, "skus")
	wantProblem(t, d.get(t, "inventory", "/stock/OSL/p-0001"), 404, "store")
	wantProblem(t, d.get(t, "inventory", "/stock/HAM/p-9999"), 404, "product")
}
