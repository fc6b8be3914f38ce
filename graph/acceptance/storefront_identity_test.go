package acceptance_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestStorefrontIdentity has customers and somebody without a token send random operations at the same time, over the
// same clients: shared fields, which may share calls, beside private ones, which must not. Each customer puts only products
// whose number, divided by customers, leaves theirs into the cart, so that carts and new orders say whose they are. A slow machine stops before all operations
// are sent.
func TestStorefrontIdentity(t *testing.T) {
	for _, executor := range executors {
		t.Run(executor, func(t *testing.T) {
			t.Parallel()
			sendAtOnce(t, openStorefront(t, storefrontOptions{executor: executor}))
		})
	}
}

func sendAtOnce(t *testing.T, shop openShop) {
	t.Helper()
	const (
		seed    = 20260301
		workers = 4 // for each caller
		each    = 20
		enough  = 3 * time.Second
	)
	callers := shop.callers(t)
	began := time.Now()
	var working sync.WaitGroup
	for i, c := range callers {
		for w := range workers {
			working.Go(func() {
				rng := rand.New(rand.NewPCG(seed, uint64(i*workers+w)))
				for n := 0; n < each && time.Since(began) < enough; n++ {
					query := c.operation(rng, fmt.Sprintf("%d-%d", w, n))
					answer, err := shop.try(t.Context(), graphRequest{Query: query, Header: c.header})
					if err != nil {
						t.Errorf("%s: %v", query, err)
						return
					}
					c.check(t, query, answer)
				}
			})
		}
	}
	working.Wait()
	for _, id := range callers[0].orders.list() {
		if slices.Contains(callers[1].orders.list(), id) {
			t.Errorf("the order %s was given to both", id)
		}
	}
}

// customers are the callers who have a token.
const customers = 3

// caller is one who sends operations; the last of all callers has no token.
type caller struct {
	header  http.Header
	account account
	number  int      // of the customer, from 0
	orders  *idSet   // all that this caller was given
	foreign []string // ids of others' orders
	secrets []string // what only others may see
}

type account struct {
	ID, Email string
	Addresses []struct{ Street string }
}

// callers returns them with empty carts, and one order at least of each.
func (s openShop) callers(t *testing.T) []*caller {
	t.Helper()
	callers := []*caller{}
	for number, token := range s.Tokens()[:customers] {
		c := &caller{header: http.Header{"Authorization": {"Bearer " + token.Value}}, number: number, orders: &idSet{}}
		var data struct {
			Me     account
			Orders struct{ Nodes []struct{ ID string } }
		}
		s.send(t, graphRequest{Query: `mutation { placeOrder(key: "empties the cart") { id } }`, Header: c.header})
		a := s.send(t, graphRequest{Query: `{ me { id email addresses { street } } orders(first: 100) { nodes { id } } }`, Header: c.header})
		if err := json.Unmarshal(a.Data, &data); err != nil || len(a.Errors) > 0 {
			t.Fatalf("got the errors %s, %v", a.Errors, err)
		}
		c.account = data.Me
		for _, o := range data.Orders.Nodes {
			c.orders.add(o.ID)
		}
		callers = append(callers, c)
	}
	callers = append(callers, &caller{header: http.Header{}, orders: &idSet{}})
	for _, c := range callers {
		for _, other := range callers {
			if c != other {
				c.foreign = append(c.foreign, other.orders.list()...)
				c.secrets = append(c.secrets, other.secret()...)
			}
		}
	}
	return callers
}

// secret is what only c may see.
func (c *caller) secret() []string {
	secret := c.orders.list()
	if c.account.Email != "" {
		secret = append(secret, c.account.Email)
	}
	for _, a := range c.account.Addresses {
		secret = append(secret, a.Street)
	}
	return secret
}

// operation draws two to six fields, one time in four of a mutation. The # of a field's alias becomes its number, and key
// is that of its orders.
func (c *caller) operation(rng *rand.Rand, key string) string {
	own := fmt.Sprintf("p-%04d", customers*(1+rng.IntN(150))+c.number)
	kind, fields := "query", []string{
		`shared#: products(first: 3) { nodes { name price { amount } reviews(first: 1) { title author { name } } } }`,
		`shared#: product(id: "p-0001") { name stock { available } reviews(first: 2) { rating } rating { count } }`,
		`shared#: product(id: "` + own + `") { name brand { name } }`,
		`shared#: stores { code }`,
		`me#: me { id email points addresses { street } }`,
		`orders#: orders(first: 5) { totalCount nodes { id shipTo { street } lines { title product { name } } } }`,
		`cart#: cart { lines { product { id } } }`,
		`own#: order(id: "` + pickOne(rng, c.orders.list()) + `") { id shipTo { street } }`,
		`foreign#: order(id: "` + pickOne(rng, c.foreign) + `") { shipTo { street } }`,
	}
	if rng.IntN(4) == 0 {
		kind, fields = "mutation", []string{
			`shared#: addReview(input: {productId: "p-0001", rating: 4, text: "Seen."}) { rating product { name } }`,
			`cart#: addToCart(productId: "` + own + `") { lines { product { id } } }`,
			`placed#: placeOrder(key: "` + key + `") { id shipTo { street } lines { product { id } } }`,
		}
	}
	var text strings.Builder
	for i := range 2 + rng.IntN(5) {
		text.WriteString(strings.Replace(pickOne(rng, fields), "#", fmt.Sprint(i), 1) + " ")
	}
	return kind + " { " + text.String() + "}"
}

// pickOne draws from a list; from an empty one the id of no order.
func pickOne(rng *rand.Rand, list []string) string {
	if len(list) == 0 {
		return "o-000000"
	}
	return list[rng.IntN(len(list))]
}

// private is what the private fields of operation select.
type private struct {
	ID    string
	Nodes []struct{ ID string }
	Lines []struct{ Product struct{ ID, Name string } }
}

// check looks for what is not the caller's.
func (c *caller) check(t *testing.T, query string, a graphAnswer) {
	t.Helper()
	text := string(a.Data) + fmt.Sprintf("%s", a.Errors)
	for _, secret := range c.secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%s: the answer has %q of another customer:\n%s", query, secret, text)
		}
	}
	var data map[string]json.RawMessage
	if err := json.Unmarshal(a.Data, &data); err != nil {
		t.Errorf("%s: %v", query, err)
	}
	for alias, raw := range data {
		field := strings.TrimRight(alias, "0123456789")
		isNull := string(raw) == "null"
		switch {
		case field == "shared":
			if isNull {
				t.Errorf("%s: %s is null: %s", query, alias, a.Errors)
			}
		case field == "foreign" || c.account.ID == "":
			if !isNull {
				t.Errorf("%s: got %s for %s, want null", query, raw, alias)
			}
		case isNull && field != "placed": // whose cart may be empty
			t.Errorf("%s: %s is null: %s", query, alias, a.Errors)
		case !isNull:
			c.checkOwn(t, field, raw)
		}
	}
}

func (c *caller) checkOwn(t *testing.T, field string, raw json.RawMessage) {
	t.Helper()
	var data private
	if err := json.Unmarshal(raw, &data); err != nil {
		t.Error(err)
	}
	switch field {
	case "me":
		if data.ID != c.account.ID {
			t.Errorf("got the account %s, want %s", data.ID, c.account.ID)
		}
	case "placed", "own":
		c.orders.add(data.ID)
	}
	for _, o := range data.Nodes {
		c.orders.add(o.ID)
	}
	for _, l := range data.Lines {
		id := l.Product.ID
		if n, err := strconv.Atoi(strings.TrimPrefix(id, "p-")); err != nil || n%customers != c.number {
			t.Errorf("%s of account %s holds %s: %s", field, c.account.ID, id, raw)
		}
	}
}

// idSet is a set of ids for use by many goroutines; the zero value is empty.
type idSet struct {
	mu  sync.Mutex // guards ids
	ids []string
}

func (s *idSet) add(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.ids, id) {
		s.ids = append(s.ids, id)
	}
}

func (s *idSet) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ids)
}
