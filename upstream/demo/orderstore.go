package demo

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// maxAddedOrders bounds what clients add: beyond it, the oldest addition is forgotten, and its key with it.
const maxAddedOrders = 1000

// requestKey is what makes placing an order idempotent.
type requestKey struct {
	userID int
	key    string
}

// orderStore holds orders and carts. An order in it never changes.
type orderStore struct {
	shop *shop

	mu     sync.Mutex // guards what follows
	byUser map[int][]*order
	keys   map[requestKey]*order
	added  []requestKey // the oldest first
	carts  map[int][]cartLine
	count  int // of all ever held, from which the next id is made
}

func newOrderStore(s *shop) *orderStore {
	st := &orderStore{shop: s, byUser: map[int][]*order{}, keys: map[requestKey]*order{}, carts: maps.Clone(s.carts), count: len(s.orders)}
	for i := range slices.Backward(s.orders) { // the newest first
		o := &s.orders[i]
		st.byUser[o.userID] = append(st.byUser[o.userID], o)
	}
	return st
}

// of lists the orders of a user, the newest first. The list is not to be changed.
func (st *orderStore) of(userID int) []*order {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.byUser[userID]
}

// place returns the order that this user placed with this key before, or a new one. Without lines it takes the cart.
func (st *orderStore) place(u *account, key string, lines []cartLine, now time.Time) (_ *order, replayed bool, _ error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	k := requestKey{u.ID, key}
	if placed := st.keys[k]; placed != nil {
		return placed, true, nil
	}
	if len(lines) == 0 {
		if lines = st.carts[u.ID]; len(lines) == 0 {
			return nil, false, badInput("lines: none given, and the cart is empty")
		}
		delete(st.carts, u.ID)
	}
	o := st.shop.newOrder(u, lines, now)
	o.ID = orderID(st.count)
	st.count++
	st.byUser[u.ID] = slices.Concat([]*order{&o}, st.byUser[u.ID])
	st.keys[k] = &o
	st.added = append(st.added, k)
	if len(st.added) > maxAddedOrders {
		st.forget(st.added[0])
		st.added = st.added[1:]
	}
	return &o, false, nil
}

// forget drops an added order. The list is replaced, not changed, as readers may hold it.
func (st *orderStore) forget(k requestKey) {
	kept := slices.Clone(st.byUser[k.userID])
	st.byUser[k.userID] = slices.DeleteFunc(kept, func(o *order) bool { return o == st.keys[k] })
	delete(st.keys, k)
}

func (st *orderStore) cart(userID int) []cartLine {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.carts[userID]
}

// setCart replaces the line of one product, or takes it out when its quantity is 0, and returns the cart.
func (st *orderStore) setCart(userID int, line cartLine) ([]cartLine, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	lines := slices.Clone(st.carts[userID])
	at := slices.IndexFunc(lines, func(l cartLine) bool { return l.ProductID == line.ProductID })
	switch {
	case at >= 0 && line.Quantity == 0:
		lines = slices.Delete(lines, at, at+1)
	case at >= 0:
		lines[at] = line
	case line.Quantity > 0 && len(lines) >= maxLines:
		return nil, badInput("the cart is full: it holds %d products", maxLines)
	case line.Quantity > 0:
		lines = append(lines, line)
	}
	st.carts[userID] = lines
	return lines, nil
}
