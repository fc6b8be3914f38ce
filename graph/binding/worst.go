package binding

import (
	"net/http"
	"slices"
	"strings"
)

// longKey is how long a key is in the URL of a batch, in bytes, when nobody has seen it: a little longer than a UUID.
const longKey = 40

// Calls is how many calls n keys take at most, each of them asked for once: of a binding that takes no keys, n sets of values. Keys in
// URLs are taken to have 40 bytes.
func (b *Binding) Calls(n int) int {
	switch {
	case b.Func != "":
		return 0
	case !b.Batched():
		return n
	}
	size := b.Max()
	calls := n / size * b.pieces(size)
	if rest := n % size; rest > 0 {
		calls += b.pieces(rest)
	}
	return calls
}

// pieces is how many calls a batch of n keys becomes when its URL would be too long: package fetch halves it until each fits.
func (b *Binding) pieces(n int) int {
	if b.batch.Method != http.MethodGet {
		return 1
	}
	key := strings.Repeat("0", longKey)
	length := func(keys int) int {
		return len(b.batch.url.fill(func(name string) []string {
			if name == b.Batch.Keys {
				return slices.Repeat([]string{key}, keys)
			}
			return []string{""}
		}))
	}
	pieces := 1
	for n > pieces && length((n+pieces-1)/pieces) > MaxURL {
		pieces *= 2
	}
	return pieces
}

// Calls is how many calls one window of the page takes at most, from the beginning of the list or from behind a cursor, of an upstream that
// gives as many elements as it is asked for, while it has them.
func (p *Page) Calls(start bool) int {
	switch {
	case start, p.Style == Offset:
		return 1
	case p.Style == Link: // the window may lie across many pages of the size that led to it
		return chainCalls
	}
	return 2
}
