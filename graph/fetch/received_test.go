package fetch_test

import (
	"fmt"
	"testing"

	"weft/upstream/upstreamtest"
)

// TestReceived: what upstreams answer counts, decompressed, and each key that they are asked for. What is above the limit is one error of
// the whole operation; keys that would be above are not sent.
func TestReceived(t *testing.T) {
	const (
		products = `{"data":[{"id":"1"},{"id":"2"},{"id":"3"}]}`
		ratings  = `{"1":{"average":1},"2":{"average":2},"3":{"average":3}}`
		sent     = len(products) + 3*2048
		all      = sent + len(ratings)
	)
	for _, executor := range executors {
		for _, coding := range []upstreamtest.Fault{upstreamtest.None, upstreamtest.Gzip} {
			for _, c := range []struct {
				limit int
				code  string
				calls int // for ratings
			}{
				{all, "", 1},
				{all - 1, "TOO_MANY_BYTES", 1},
				{sent, "TOO_MANY_BYTES", 1},
				{sent - 1, "TOO_MANY_BYTES", 0},
				{len(products) - 1, "TOO_MANY_BYTES", 0},
			} {
				t.Run(fmt.Sprint(executor, coding, c.limit), func(t *testing.T) {
					s := newShop(t, withExecutor(executor), func(o *options) { o.MaxReceived = c.limit })
					s.catalog.JSON("GET /products", products)
					s.reviews.JSON("GET /ratings", ratings)
					s.reviews.Fault("GET /ratings", coding)
					r := s.do(t.Context(), nil, `{ products { rating } }`, nil)
					if n := len(s.reviews.Lines()); n != c.calls {
						t.Errorf("got %d calls for ratings, want %d", n, c.calls)
					}
					if c.code == "" {
						wantJSON(t, r, `{"products":[{"rating":1},{"rating":2},{"rating":3}]}`)
					} else if len(r.Errors) != 1 || r.Errors[0].Extensions["code"] != c.code || string(r.Data) != "null" {
						t.Errorf("got %s, %v, want null and one %s", r.Data, r.Errors, c.code)
					}
				})
			}
		}
	}
}
