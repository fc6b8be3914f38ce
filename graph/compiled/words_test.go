package compiled_test

import (
	"slices"
	"testing"

	shop "weft/graph/binding/bindingtest/generated"
)

// Words are what upstreams write that the schema knows, and nothing of GraphQL's own.
func TestWords(t *testing.T) {
	words := shop.Service(nil, shop.Functions{}).Words()
	if !slices.IsSorted(words) {
		t.Errorf("they are not sorted: %q", words)
	}
	for word, want := range map[string]bool{
		"in-stock": true, "IN_STOCK": true, "img": true, "vid": true, "Image": false, "Product": true, "NON_NULL": false, "QUERY": false, "": false,
	} {
		if got := slices.Contains(words, word); got != want {
			t.Errorf("%q: got %t, want %t", word, got, want)
		}
	}
}
