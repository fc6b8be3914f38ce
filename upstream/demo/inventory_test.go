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

func TestIncoming(t *testing.T) {
	d := start(t)
	got := decode[map[string]object](t, d.send(t, "POST", "inventory", "/incoming", `{"items": ["1", "00000002", "3", "4", "0", "x", "501"]}`), 200)
	empty := map[string][]any{}
	for _, s := range decode[[]object](t, d.get(t, "inventory", "/stock?sku=p-0001&sku=p-0002&sku=p-0003&sku=p-0004"), 200) {
		if item := "0000" + s["sku"].(string)[2:]; s["qty"] == 0.0 {
			empty[item] = append(empty[item], s["store"])
		}
	}
	if len(got) == 0 || len(empty) == 0 {
		t.Fatalf("got %v, with empty shelves %v", got, empty)
	}
	for item, stores := range empty {
		if diff := cmp.Diff(object{"pieces": 12 * float64(len(stores)), "stores": stores}, got[item]); diff != "" {
			t.Errorf("%s: %s", item, diff)
		}
	}
	if none := decode[[]object](t, d.send(t, "POST", "inventory", "/incoming", `{"items": ["501"]}`), 200); len(none) > 0 {
		t.Errorf("got %v, want []", none)
	}
	wantProblem(t, d.send(t, "POST", "inventory", "/incoming", `{}`), 400, "items")
}

func TestInventoryErrors(t *testing.T) {
	d := start(t)
	wantProblem(t, d.get(t, "inventory", "/stock"), 400, "sku")
	wantProblem(t, d.get(t, "inventory", "/availability?skus="), 400, "skus")
	wantProblem(t, d.get(t, "inventory", "/stock/OSL/p-0001"), 404, "store")
	wantProblem(t, d.get(t, "inventory", "/stock/HAM/p-9999"), 404, "product")
}
