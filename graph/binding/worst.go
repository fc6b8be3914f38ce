package binding

import (
	"slices"
	"strings"
)

// LongKey is how long a key, or a part of one, is in the URL of a batch, in bytes, when nobody has seen it: a little longer than a UUID.
const LongKey = 40

// Calls is how many calls keys take at most, each of them asked for once, whichever of them are in a cache: known ones, which count with
// their length, in any order and several times, and n others, which are taken to have 40 bytes in a URL, or as many as long says where
// these are more: see [Field.Length]. Of a binding that takes no keys n is how many sets of values it is called with.
func (b *Binding) Calls(n, long int, known ...string) int {
	switch {
	case b.Func != "":
		return 0
	case !b.Batched():
		return n + len(known)
	}
	known = slices.DeleteFunc(slices.Clone(known), func(key string) bool { return !b.Possible(key) })
	slices.SortFunc(known, CompareKeys)
	known = slices.Compact(known)
	longest := max(LongKey*b.parts(), long)
	if n > 0 { // Known keys that are as short travel among the others, nobody knows where: all have the length of the longest.
		short := 0
		for ; short < len(known) && len(known[short]) <= LongKey*b.parts(); short++ {
			longest = max(longest, b.urlLength(known[short]))
		}
		n, known = n+short, known[short:]
	}
	size, key := b.Max(), b.plainKey(longest)
	full := b.Piece(slices.Repeat([]string{key}, size), size)
	calls := n / full
	for rest := append(slices.Repeat([]string{key}, n%full), known...); len(rest) > 0; calls++ {
		rest = rest[b.Piece(rest, size):]
	}
	return calls
}

// Piece is how many of keys, from the first, travel in one call: most of them, or as many as a URL of 8 KiB has room for, and one at
// least. Fewer or shorter keys in the same order never make more pieces, so that what is in a cache makes no calls. Only keys count: what
// else a client writes into the URL would otherwise make more calls of the same keys than anybody could say before. How long the keys
// of services, and of variables, are, nobody knows before either; of their calls there are no more than limits.upstreamCalls.
func (b *Binding) Piece(keys []string, most int) int {
	keys = keys[:min(most, len(keys))]
	if b.Func != "" || len(keys) < 2 {
		return len(keys)
	}
	others := make([]any, len(b.Vars))
	for i := range others {
		others[i] = ""
	}
	size := b.batch.url.length(b.BatchParams(keys[:1], others))
	for i, key := range keys[1:] {
		if size += b.adds(key); size > maxURL {
			return i + 1
		}
	}
	return len(keys)
}

// adds is how many bytes one more key adds to a batch's URL.
func (b *Binding) adds(key string) int {
	url := b.batch.url
	if b.partLists == nil {
		return url.adds(b.Batch.Keys, sent(key), b.keyType)
	}
	others := make([]any, len(b.Vars))
	return url.length(b.BatchParams([]string{key, key}, others)) - url.length(b.BatchParams([]string{key}, others))
}

// urlLength is how many plain characters take as many bytes of a batch's URL as a key does, or more.
func (b *Binding) urlLength(key string) int { return b.adds(key) - b.adds(b.plainKey(1)) + 1 }

// Length is how many plain characters a key of several parts has in the URL of a batch of which arguments say some: those of which nobody
// knows anything are taken to have 40 bytes, as other keys. 0 for other keys, which are known or not.
func (f *Field) Length(args Arguments) int {
	b := f.Binding
	if b.partLists == nil {
		return 0
	}
	parts := make([]string, b.parts())
	for i := range parts {
		at := i
		if !b.Entity {
			at = b.keyVars[i]
		}
		parts[i] = strings.Repeat("0", LongKey)
		if s := f.Sources[at]; s.Argument != "" {
			v, _ := args.at(s)
			if said, ok := text(v, b.Vars[at].Type); ok {
				parts[i] = said
			}
		}
	}
	return b.urlLength(Key(parts...))
}

// plainKey is a key with so many plain characters, and in all parts but the first one more.
func (b *Binding) plainKey(n int) string {
	parts := slices.Repeat([]string{"0"}, b.parts())
	parts[0] = strings.Repeat("0", n)
	return Key(parts...)
}

// sent is a key as a URL has it, before it is escaped.
func sent(key string) string { return stringText(key, &Type{}) }

// Calls is how many calls one window of the page takes at most, from the beginning of the list or from behind a cursor, of an upstream that
// gives as many elements as it is asked for, while it has them.
func (p *Page) Calls(start bool) int {
	switch {
	case p.Size == "": // the window may lie across many pages
		return chainCalls
	case start, p.Style == Offset:
		return 1
	case p.Style == Link: // the window may lie across many pages of the size that led to it
		return chainCalls
	}
	return 2
}
