package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// order is what a customer bought. Money is in integer cents, and each line sits in a wrapper.
type order struct {
	ID            string        `json:"id"`
	PlacedAt      string        `json:"placedAt" format:"date-time"`
	Status        string        `json:"status" enum:"placed,packed,shipped,delivered,returned"`
	Lines         []wrappedLine `json:"lines"`
	ShippingCents int           `json:"shippingCents"`
	TotalCents    int           `json:"totalCents"`
	Currency      string        `json:"currency"`
	ShipTo        address       `json:"shipTo"`

	userID int
	placed time.Time
}

type wrappedLine struct {
	Line orderLine `json:"line"`
}

type orderLine struct {
	ProductID  string `json:"productId"`
	Title      string `json:"title"`
	Quantity   int    `json:"quantity"`
	UnitCents  int    `json:"unitCents"`
	TotalCents int    `json:"totalCents"`
}

// cartLine is what a customer means to buy.
type cartLine struct {
	ProductID string `json:"productId"`
	Quantity  int    `json:"quantity"`
}

// The holders of the demo's bearer tokens have enough orders for several pages.
const (
	firstHolderOrders  = 27
	secondHolderOrders = 14
)

func makeOrders(rng *rand.Rand, s *shop) []order {
	orders := make([]order, orderCount)
	for i := range orders {
		u := &s.users[orderer(rng, i)]
		joined, _ := time.Parse(time.DateOnly, u.MemberSince)
		at := moment(rng, joined, lastDay())
		lines := make([]cartLine, 0, 4)
		for range 1 + rng.IntN(4) {
			lines = append(lines, cartLine{ProductID: s.onSale(rng, at).ID, Quantity: 1 + rng.IntN(8)/6})
		}
		orders[i] = s.newOrder(u, merge(lines), at)
		orders[i].Status = statusAfter(rng, lastDay().Sub(orders[i].placed))
	}
	slices.SortStableFunc(orders, func(a, b order) int { return a.placed.Compare(b.placed) })
	for i := range orders {
		orders[i].ID = orderID(i)
	}
	return orders
}

// orderer draws who places the i-th order.
func orderer(rng *rand.Rand, i int) int {
	switch {
	case i < firstHolderOrders:
		return 0
	case i < firstHolderOrders+secondHolderOrders:
		return 1
	default:
		return 2 + rng.IntN(userCount-2)
	}
}

// onSale draws a product that had been released by then.
func (s *shop) onSale(rng *rand.Rand, then time.Time) *product {
	day := then.Format(time.DateOnly)
	for {
		if p := &s.products[rng.IntN(len(s.products))]; p.ReleasedOn < day {
			return p
		}
	}
}

func orderID(n int) string { return fmt.Sprintf("o-%d", 100001+n) }

// newOrder prices lines, all of which name products of the shop. The order has no id yet.
func (s *shop) newOrder(u *account, lines []cartLine, at time.Time) order {
	o := order{
		PlacedAt: at.Format(time.RFC3339), Status: "placed", Lines: s.priced(lines), Currency: "EUR",
		ShipTo: u.private.Addresses[0], userID: u.ID, placed: at,
	}
	o.TotalCents = total(o.Lines)
	if o.TotalCents < 8000 {
		o.ShippingCents = 490
	}
	o.TotalCents += o.ShippingCents
	return o
}

func (s *shop) priced(lines []cartLine) []wrappedLine {
	wrapped := make([]wrappedLine, 0, len(lines))
	for _, l := range lines {
		p := s.product(l.ProductID)
		unit := s.prices[p.ItemNo-1].cents
		wrapped = append(wrapped, wrappedLine{orderLine{
			ProductID: p.ID, Title: p.Name, Quantity: l.Quantity, UnitCents: unit, TotalCents: unit * l.Quantity,
		}})
	}
	return wrapped
}

func total(lines []wrappedLine) int {
	sum := 0
	for _, l := range lines {
		sum += l.Line.TotalCents
	}
	return sum
}

// merge adds up the lines of one product.
func merge(lines []cartLine) []cartLine {
	var merged []cartLine
	for _, l := range lines {
		i := slices.IndexFunc(merged, func(m cartLine) bool { return m.ProductID == l.ProductID })
		if i < 0 {
			merged = append(merged, l)
			continue
		}
		merged[i].Quantity += l.Quantity
	}
	return merged
}

func statusAfter(rng *rand.Rand, age time.Duration) string {
	switch days := int(age / (24 * time.Hour)); {
	case days < 2:
		return "placed"
	case days < 4:
		return "packed"
	case days < 8:
		return "shipped"
	case rng.IntN(20) == 0:
		return "returned"
	default:
		return "delivered"
	}
}

// makeCarts fills the carts of both token holders, and of every third customer besides.
func makeCarts(rng *rand.Rand, s *shop) map[int][]cartLine {
	carts := map[int][]cartLine{}
	for _, u := range s.users {
		if u.ID > 2 && u.ID%3 != 0 {
			continue
		}
		var lines []cartLine
		for range cmp.Or(rng.IntN(4), 2) {
			lines = append(lines, cartLine{ProductID: pick(rng, s.products).ID, Quantity: 1})
		}
		carts[u.ID] = merge(lines)
	}
	return carts
}
