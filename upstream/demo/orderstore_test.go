package demo

import (
	"fmt"
	"testing"
)

// What clients add is bounded: the oldest addition goes, and its key may then place another order.
func TestOrderStoreIsBounded(t *testing.T) {
	s := makeShop(t)
	store, u := newOrderStore(s), &s.users[0]
	place := func(key string) (id string, replayed bool) {
		t.Helper()
		o, replayed, err := store.place(u, key, []cartLine{{ProductID: "p-0001", Quantity: 1}}, lastDay())
		if err != nil {
			t.Fatal(err)
		}
		return o.ID, replayed
	}
	before := len(store.of(u.ID))
	for i := range maxAddedOrders + 1 {
		place(fmt.Sprint(i))
	}
	if got, want := len(store.of(u.ID)), before+maxAddedOrders; got != want {
		t.Errorf("got %d orders, want %d", got, want)
	}
	if id, replayed := place("1"); !replayed || id != "o-101002" {
		t.Errorf("key still known: got %s, replayed %v, want o-101002 again", id, replayed)
	}
	if id, replayed := place("0"); replayed || id != "o-102002" {
		t.Errorf("key forgotten: got %s, replayed %v, want a new order", id, replayed)
	}
	if got := len(store.keys); got != maxAddedOrders {
		t.Errorf("got %d keys, want %d", got, maxAddedOrders)
	}
}
