package demo

import "math/rand/v2"

// recommendation is a product that goes with another.
type recommendation struct {
	Product reference `json:"product"`
	Score   float64   `json:"score"`
	Reason  string    `json:"reason" enum:"similar,same_maker,bought_together"`
}

type reference struct {
	ID string `json:"id"`
}

// makeRecommendations gives each product between two and ten others, the best first.
func makeRecommendations(rng *rand.Rand, products []product) [][]recommendation {
	all := make([][]recommendation, len(products))
	for i := range products {
		percent := between(rng, 88, 98)
		for _, other := range companions(rng, products, i, between(rng, 2, 10)) {
			all[i] = append(all[i], recommendation{
				Product: reference{ID: other.ID}, Score: float64(percent) / 100, Reason: reason(&products[i], other),
			})
			percent -= between(rng, 1, 8)
		}
	}
	return all
}

// companions draws n products that differ from the i-th and from each other, most of them of its department.
func companions(rng *rand.Rand, products []product, i, n int) []*product {
	taken := map[int]bool{i: true}
	var chosen []*product
	for len(chosen) < n {
		j := rng.IntN(len(products))
		near := products[j].trade.department == products[i].trade.department
		if taken[j] || (!near && rng.IntN(8) > 0) {
			continue
		}
		taken[j] = true
		chosen = append(chosen, &products[j])
	}
	return chosen
}

func reason(p, other *product) string {
	switch {
	case p.CategoryID == other.CategoryID:
		return "similar"
	case p.BrandID == other.BrandID:
		return "same_maker"
	default:
		return "bought_together"
	}
}
