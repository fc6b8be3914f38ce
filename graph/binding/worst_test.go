package binding_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"weft/graph/binding"
)

// urls are requests that have keys in their URL.
var urls = []binding.Call{
	{Template: "/items{?ids}"},
	{Template: "/items{?ids*}"},
	{Template: "/items/{ids}"},
	{Template: "/items{;ids*}"},
	{Template: "/items{/ids*}"},
	{Template: "/items?of={ids}"},
	{Template: "/items", Query: []binding.QueryParam{{Name: "ids[]", Value: "{ids}"}}},
	{Template: "/items", Query: []binding.QueryParam{{Name: "ids", Value: "{ids}", Style: binding.PipeDelimited}}},
	{Template: "/items", Query: []binding.QueryParam{{Name: "filter", Each: "id={ids}", Join: " || ", Around: "({})", Quote: binding.QuoteJSON}}},
	{Template: "/items", Query: []binding.QueryParam{{Name: "filter", Each: "id={ids}", Quote: binding.QuoteOData}}},
	{Template: "/items{?text,ids*,more}"}, // more than keys
}

func keyed(url binding.Call, most int) *binding.Binding {
	return binding.New(binding.Spec{
		Name: "Item", Entity: true, Vars: []binding.Var{{Name: "id", Type: &binding.Type{Scalar: "ID"}}},
		Origin: binding.Origin{Batch: &binding.Batch{Call: url, Keys: "ids", Match: []string{"/id"}, Max: most}},
	})
}

// alphabets are what keys are made of. In a URL they take one byte a byte, up to three, three, and up to six.
var alphabets = []string{"abc123", "a/ é", "é漢🦉", `"'\a`}

// randomKey has no more than most characters, and no fewer than half of them.
func randomKey(rng *rand.Rand, alphabet string, most int) string {
	var text strings.Builder
	runes := []rune(alphabet)
	for range most - rng.IntN(1+most/2) {
		text.WriteRune(runes[rng.IntN(len(runes))])
	}
	return text.String()
}

// pieces are the calls of keys that are asked for.
func pieces(b *binding.Binding, keys []string) (list [][]string) {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, binding.CompareKeys)
	for keys = slices.Compact(keys); len(keys) > 0; {
		n := b.Piece(keys, b.Max())
		list, keys = append(list, keys[:n]), keys[n:]
	}
	return list
}

// A piece has as many keys as the URL of a call has room for, and not one more.
func TestPiece(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, url := range urls[:len(urls)-1] {
		const most = 150
		b := keyed(url, most)
		length := func(keys []string) int {
			path, err := b.ForMany().Path(b.BatchParams(keys, nil))
			if err != nil {
				t.Fatal(err)
			}
			return len(path)
		}
		for range 5 {
			keys := make([]string, 300)
			for i := range keys {
				keys[i] = randomKey(rng, alphabets[i%len(alphabets)], 1+rng.IntN(300))
			}
			list := pieces(b, keys)
			for i, piece := range list {
				if n := length(piece); len(piece) > 1 && n > 8<<10 {
					t.Errorf("%+v: a URL of %d bytes", url, n)
				}
				if i+1 < len(list) && len(piece) < most && length(append(slices.Clone(piece), list[i+1][0])) <= 8<<10 {
					t.Errorf("%+v: a URL of %d bytes, with room for one more key", url, length(piece))
				}
			}
		}
	}
}

// Never are there more calls than were foreseen, whichever keys are asked for in the end, and as many when all are.
func TestCalls(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for round := range 500 {
		b := keyed(urls[round%len(urls)], 10+rng.IntN(300))
		most := []int{13, 60, 600}[rng.IntN(3)]
		alphabet := alphabets[rng.IntN(len(alphabets))]
		known := make([]string, rng.IntN(200))
		for i := range known {
			known[i] = randomKey(rng, alphabet, most)
		}
		if got, want := b.Calls(0, 0, known...), len(pieces(b, known)); got != want {
			t.Fatalf("%q: %d calls, want %d", known, got, want)
		}
		others := make([]string, rng.IntN(2)*rng.IntN(300))
		for i := range others {
			others[i] = fmt.Sprintf("%0*d", 40-rng.IntN(1+min(most/4, 30)), i)
		}
		foreseen := b.Calls(len(others), 0, known...)
		for _, percent := range []int{100, 95, 50} {
			var asked []string
			for _, key := range slices.Concat(known, others) {
				if rng.IntN(100) < percent {
					asked = append(asked, key)
				}
			}
			if n := len(pieces(b, asked)); n > foreseen {
				t.Fatalf("%d calls for %d keys, and %d were foreseen for %q and %d others", n, len(asked), foreseen, known, len(others))
			}
		}
	}
}
