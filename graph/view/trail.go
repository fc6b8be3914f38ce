package view

import (
	"bytes"
	"encoding/binary"
)

// trail is what leads to the members of a row, in their order: rows mostly have the same, down to the white space, so that what comes next is
// known before it is read. Names with escapes, and what is longer than reach, are no part of it. A nil trail notes nothing.
type trail struct {
	leads [24]lead
	n     int // how many of them there are
	at    int // which comes next
}

// lead is what stands before a member's value: an object's brace, or the comma behind the value before; the name, the colon, and any
// white space.
type lead struct {
	node, kid   *node         // of the object, and of the member
	words, mask [words]uint64 // the text, and which bits of a longer one count
	size        int
	flat        bool // nothing is remembered of what lies below the value
	slot        int  // of a flat one: the only slot of the value; negative: it has none
}

// reach is how long a lead may be, and how far it is looked at.
const (
	words = 4
	reach = 8 * words
)

// next returns the lead at i if it is the one that comes next, or the one behind it: members may be missing. nil: it is another one.
func (t *trail) next(text []byte, i int, n *node) *lead {
	if t == nil || i+reach > len(text) {
		return nil
	}
	b := (*[reach]byte)(text[i:])
	w0, w1 := binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint64(b[8:])
	for k := t.at; k < t.n && k < t.at+2; k++ {
		if e := &t.leads[k]; w0&e.mask[0]^e.words[0]|w1&e.mask[1]^e.words[1] == 0 && e.node == n && (e.size <= 16 || e.ends(b)) {
			t.at = k + 1
			return e
		}
	}
	return nil
}

// ends compares what is behind the first 16 bytes.
func (e *lead) ends(b *[reach]byte) bool {
	w2, w3 := binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint64(b[24:])
	return w2&e.mask[2]^e.words[2]|w3&e.mask[3]^e.words[3] == 0
}

// note makes the lead from i to at the one that comes next when the next row is read.
func (t *trail) note(text []byte, i, at int, n, kid *node) {
	if t == nil || t.at == len(t.leads) || at-i > reach || i+reach > len(text) {
		return
	}
	if n != nil && n.rows == Map || bytes.IndexByte(text[i:at], '\\') >= 0 {
		return
	}
	e := &t.leads[t.at]
	*e = lead{node: n, kid: kid, size: at - i, flat: kid == nil || !kid.deep && len(kid.slots) == 1, slot: -1}
	if kid != nil && e.flat {
		e.slot = kid.slots[0]
	}
	for k := range e.words {
		e.mask[k] = firstBytes(e.size - 8*k)
		e.words[k] = binary.LittleEndian.Uint64(text[i+8*k:]) & e.mask[k]
	}
	t.at++
	t.n = max(t.n, t.at)
}

// row begins another row.
func (t *trail) row() {
	if t != nil {
		t.at = 0
	}
}

// firstBytes masks the first n bytes of a word.
func firstBytes(n int) uint64 {
	switch {
	case n <= 0:
		return 0
	case n >= 8:
		return ^uint64(0)
	}
	return 1<<(8*n) - 1
}
