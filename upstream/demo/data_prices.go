package demo

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// listing is what a product costs, in cents.
type listing struct {
	cents    int
	wasCents int // 0 unless reduced
	until    time.Time
}

// makePrices draws prices within what each kind of product costs, and reduces one in seven.
func makePrices(rng *rand.Rand, products []product) []listing {
	prices := make([]listing, len(products))
	for i, p := range products {
		l := &prices[i]
		l.cents = charm(rng, between(rng, p.kind.minEuro, p.kind.maxEuro))
		l.until = time.Date(2027, time.Month(1+rng.IntN(24)), 1, 0, 0, 0, 0, time.UTC)
		if rng.IntN(7) == 0 {
			l.wasCents = l.cents
			l.cents = charm(rng, l.cents*between(rng, 70, 88)/10000)
		}
	}
	return prices
}

// costCents is what the shop has paid: from 45 to 64 per cent of what the product costs when it is not reduced.
func (l listing) costCents() int {
	full := max(l.cents, l.wasCents)
	return full * (45 + full/100%20) / 100
}

// charm turns whole euros into cents as shops like them.
func charm(rng *rand.Rand, euro int) int {
	switch {
	case euro >= 200:
		return (euro/10*10 + 9) * 100
	case euro >= 80:
		return euro * 100
	default:
		return euro*100 + pick(rng, []int{0, 50, 90, 90, 95})
	}
}

// decimal writes cents as an amount with two decimals.
func decimal(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }
