package demo

import (
	"math/rand/v2"
	"time"
)

// How much of everything there is.
const (
	productCount = 500
	userCount    = 200
	orderCount   = 1000
	reviewCount  = 5000
)

// seed makes the shop, and the delays and faults of its services, the same on every start.
const seed = 0x77656674

// Each domain draws from a stream of its own, so that a change in one leaves the others as they were.
const (
	productStream uint64 = iota + 1
	priceStream
	stockStream
	userStream
	orderStream
	reviewStream
	recommendationStream
	requestStream
)

// shop is all that the services know when they start. It is immutable; what clients add lives in the services.
type shop struct {
	departments []category
	categories  []category // the twelve that hold products
	brands      []brand
	products    []product // product i has the id p-(i+1)
	prices      []listing // by product
	stores      []store
	stock       [][]int    // quantity by product, then by store
	incoming    []delivery // by product
	users       []account
	orders      []order
	carts       map[int][]cartLine // by user id
	reviews     []review
	similar     [][]recommendation // by product
}

// newShop makes the shop. It takes some tens of milliseconds, and gives the same answer every time.
func newShop() (*shop, error) {
	v, err := readVocabulary()
	if err != nil {
		return nil, err
	}
	s := &shop{}
	s.departments, s.categories = makeCategories(v)
	if s.brands, err = makeBrands(v); err != nil {
		return nil, err
	}
	s.products = makeProducts(stream(productStream), v, s.brands)
	countProducts(s)
	s.prices = makePrices(stream(priceStream), s.products)
	s.stores = makeStores(v)
	s.stock = makeStock(stream(stockStream), s.products, len(s.stores))
	s.incoming = orderStock(s)
	s.users = makeUsers(stream(userStream), v)
	orders := stream(orderStream)
	s.orders = makeOrders(orders, s)
	s.carts = makeCarts(orders, s)
	s.reviews = makeReviews(stream(reviewStream), v, s)
	s.similar = makeRecommendations(stream(recommendationStream), s.products)
	return s, nil
}

// product returns the product of an id, or nil.
func (s *shop) product(id string) *product {
	n, ok := itemNumber(id)
	if !ok || n > len(s.products) {
		return nil
	}
	return &s.products[n-1]
}

// user returns the account of an id, or nil.
func (s *shop) user(id int) *account {
	if id < 1 || id > len(s.users) {
		return nil
	}
	return &s.users[id-1]
}

func stream(of uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, of)) }

// lastDay is the day on which the recorded history of the shop ends.
func lastDay() time.Time { return time.Date(2026, time.November, 15, 18, 0, 0, 0, time.UTC) }

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// between draws a number of [low, high].
func between(rng *rand.Rand, low, high int) int { return low + rng.IntN(high-low+1) }

// moment draws a second of opening hours between two times.
func moment(rng *rand.Rand, from, to time.Time) time.Time {
	days := max(1, int(to.Sub(from)/(24*time.Hour)))
	day := from.AddDate(0, 0, rng.IntN(days)).Truncate(24 * time.Hour)
	return day.Add(7*time.Hour + time.Duration(rng.IntN(15*3600))*time.Second)
}
