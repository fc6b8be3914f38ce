package demo

import "math/rand/v2"

// store is one of the shop's six branches.
type store struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Street string `json:"street"`
	City   string `json:"city"`
	Nation string `json:"nation"`
	Hours  string `json:"hours"`
}

func makeStores(v *vocabulary) []store {
	stores := make([]store, 0, len(v.stores))
	for _, row := range v.stores {
		stores = append(stores, store{Code: row[0], Name: row[1], Street: row[2], City: row[3], Nation: row[4], Hours: row[5]})
	}
	return stores
}

// makeStock draws the quantity of each product in each store: of eight shelves, one is empty and one nearly so.
// Of what is discontinued, nothing is left.
func makeStock(rng *rand.Rand, products []product, stores int) [][]int {
	stock := make([][]int, len(products))
	for i := range stock {
		stock[i] = make([]int, stores)
		for j := range stock[i] {
			switch n := rng.IntN(8); {
			case n == 0 || products[i].Discontinued:
			case n == 1:
				stock[i][j] = between(rng, 1, 3)
			default:
				stock[i][j] = between(rng, 4, 40)
			}
		}
	}
	return stock
}
