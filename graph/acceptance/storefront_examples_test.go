package acceptance_test

import (
	"net/http"
	"slices"
	"testing"

	"weft/graph/schema/examples"
)

// TestStorefrontExamples sends what the playground opens as tabs, as a newcomer does: without a token each is answered, and
// with one it has no error, but for what is the administrator's alone.
func TestStorefrontExamples(t *testing.T) {
	t.Parallel()
	for _, executor := range executors {
		shop := openStorefront(t, storefrontOptions{executor: executor})
		for _, e := range examples.All() {
			r := graphRequest{Query: e.Query, Variables: e.Variables, Header: http.Header{}}
			if a := shop.send(t, r); len(a.Data) == 0 {
				t.Errorf("%s, %s without a token: got the errors %s and no data", executor, e.Name, a.Errors)
			}
			for _, token := range shop.Tokens() {
				r.Header.Set("Authorization", "Bearer "+token.Value)
				if a := shop.send(t, r); (len(a.Errors) > 0) != (e.Name == "costs" && !slices.Contains(token.Scopes, "costs:read")) {
					t.Errorf("%s, %s as %s: got the errors %s", executor, e.Name, token.Name, a.Errors)
				}
			}
		}
	}
}

// TestStorefrontSixCalls counts the calls of a page of twenty products with what belongs to them. It is the case shop_window
// of TestStorefront, with a number that -update does not change.
func TestStorefrontSixCalls(t *testing.T) {
	t.Parallel()
	const page = `{ products(first: 20) { edges { node { id name price { amount currency } stock { available } brand { name } reviews(first: 2) { rating author { name } } } } } }`
	for _, executor := range executors {
		shop := openStorefront(t, storefrontOptions{executor: executor, batchWait: batchWait})
		for range 3 {
			a := shop.send(t, graphRequest{Query: page})
			if len(a.Errors) > 0 {
				t.Fatalf("%s: got the errors %s", executor, a.Errors)
			}
			if n := len(a.Extensions.Weft.Calls); n != 6 {
				t.Errorf("%s: got %d calls, want 6: %v", executor, n, a.Extensions.Weft.Calls)
			}
		}
	}
}
