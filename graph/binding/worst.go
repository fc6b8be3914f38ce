package binding

import (
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

// Splits reports whether these keys are too many for the URL of one call, so that each half of them gets a call. Only keys count: what
// else a client writes into the URL would otherwise make more calls of the same keys than anybody could say before.
func (b *Binding) Splits(keys []string) bool {
	return len(keys) > 1 && len(b.batch.url.fill(func(name string) []string {
		if name == b.Batch.Keys {
			return keys
		}
		return []string{""}
	})) > MaxURL
}

// pieces is how many calls a batch of n keys becomes, since Splits says so of it and of its halves.
func (b *Binding) pieces(n int) int {
	keys := slices.Repeat([]string{strings.Repeat("0", longKey)}, n)
	pieces := 1
	for b.Splits(keys[:(n+pieces-1)/pieces]) {
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
