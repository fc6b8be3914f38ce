package main_test

import (
	"net/http"
	"testing"

	"weft/graph/schema/examples"
)

// TestStorefrontExamples sends what the playground opens as tabs, as a newcomer does: without a token each is answered, and
// with one it has no error.
func TestStorefrontExamples(t *testing.T) {
	t.Parallel()
	for _, e := range examples.All() {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			shop := openStorefront(t, storefrontOptions{})
			r := graphRequest{Query: e.Query, Variables: e.Variables, Header: http.Header{}}
			if a := shop.send(t, r); len(a.Data) == 0 {
				t.Errorf("without a token: got the errors %s and no data", a.Errors)
			}
			for _, token := range shop.Tokens() {
				r.Header.Set("Authorization", "Bearer "+token.Value)
				if a := shop.send(t, r); len(a.Errors) > 0 {
					t.Errorf("as %s: got the errors %s, want none", token.Name, a.Errors)
				}
			}
		})
	}
}

// TestStorefrontSixCalls counts the calls of a page of twenty products with what belongs to them. It is the case shop_window
// of TestStorefront, with a number that -update does not change.
func TestStorefrontSixCalls(t *testing.T) {
	t.Parallel()
	shop := openStorefront(t, storefrontOptions{batchWait: batchWait})
	const page = `{ products(first: 20) { edges { node { id name price { amount currency } stock { available } brand { name } reviews(first: 2) { rating author { name } } } } } }`
	a := shop.send(t, graphRequest{Query: page})
	if len(a.Errors) > 0 {
		t.Fatalf("got the errors %s", a.Errors)
	}
	if n := len(a.Extensions.Weft.Calls); n != 6 {
		t.Errorf("got %d calls, want 6: %v", n, a.Extensions.Weft.Calls)
	}
}
