package acceptance_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"weft/graph/prefetch/ledger"
)

// TestPrefetchRest holds what a session gains that pages through the products related to one, five at a time, and what the catalog loses:
// no call.
func TestPrefetchRest(t *testing.T) {
	for _, c := range []struct {
		name  string
		turns float64 // the chance that the next page is looked at, and not another product
		fewer float64 // calls, at most, of those without
	}{
		{"all pages", 1, 0.7},
		{"nine of ten", 0.9, 0.7},
		{"any product", 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var with, without int
			var source ledger.Stats
			synctest.Test(t, func(t *testing.T) { without, _ = relatedSession(t, true, c.turns) })
			synctest.Test(t, func(t *testing.T) { with, source = relatedSession(t, false, c.turns) })
			t.Logf("%d calls, without %d: %+v", with, without, source)
			if float64(with) > c.fewer*float64(without) {
				t.Errorf("%d calls, without %d", with, without)
			}
			if source.Issued != source.Useful+source.Late+source.Wasted+source.Pending {
				t.Errorf("the account does not add up: %+v", source)
			}
		})
	}
}

// relatedSession is one client's, whose choices are those of a seed. It returns the calls, and the account of what rode in them.
func relatedSession(t *testing.T, off bool, turns float64) (calls int, source ledger.Stats) {
	s := openAheadShop(t, off)
	defer s.close()
	random := rand.New(rand.NewPCG(12, 0))
	product, skip := 0, 0
	for range 500 {
		got := s.look(view{
			query: `query($id: ID!, $skip: Int!) { product(id: $id) { related(first: 5, skip: $skip) { name } } }`,
			names: map[string]any{"id": fmt.Sprint("p-", product), "skip": skip},
		})
		calls += got.calls
		if skip += 5; skip == relatedToEach || random.Float64() >= turns {
			product, skip = random.IntN(1000), 0
		}
		time.Sleep(2 * time.Second)
	}
	if _, sources := s.ledger.Stats(); len(sources) > 0 {
		source = sources[0]
	}
	return calls, source
}
