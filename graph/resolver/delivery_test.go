package resolver_test

import (
	"context"
	"fmt"
	"testing"

	"weft/graph/resolver"
)

func ExampleDeliveryByWeight() {
	found, _ := resolver.DeliveryByWeight(context.Background(), []string{"500", "501"})
	for _, d := range found {
		cost, _ := d.Cost()
		days, _ := d.Days()
		fmt.Println(cost, "EUR,", days, "days")
	}
	// Output:
	// 2.90 EUR, 3 days
	// 4.90 EUR, 2 days
}

func TestDeliveryByWeight(t *testing.T) {
	found, errs := resolver.DeliveryByWeight(t.Context(), []string{"31500", "31501", "heavy", "0"})
	for i, want := range []struct{ found, err bool }{{true, false}, {false, false}, {false, true}, {true, false}} {
		if got := found[i] != nil; got != want.found || (errs[i] != nil) != want.err {
			t.Errorf("key %d: got an object: %t, and the error %v; want %+v", i, got, errs[i], want)
		}
	}
}
