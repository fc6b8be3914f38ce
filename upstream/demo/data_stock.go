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

// delivery is how much of a product is on its way.
type delivery struct {
	Pieces int       `json:"pieces"`
	Stores *[]string `json:"stores"` // codes of those whose shelves are empty; null when it is for all
}

// orderStock orders what is missing: for the empty shelves, or of what there is little for all stores; of what is discontinued nothing. A
// product that nothing is ordered of has no pieces.
func orderStock(s *shop) []delivery {
	const reserve, each = 120, 12
	orders := make([]delivery, len(s.products))
	for i, shelves := range s.stock {
		total, empty := 0, []string{}
		for j, n := range shelves {
			total += n
			if n == 0 {
				empty = append(empty, s.stores[j].Code)
			}
		}
		switch {
		case s.products[i].Discontinued:
		case len(empty) > 0:
			orders[i] = delivery{Pieces: each * len(empty), Stores: &empty}
		case total < reserve:
			orders[i] = delivery{Pieces: reserve - total}
		}
	}
	return orders
}
