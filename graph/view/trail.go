package view

import "encoding/binary"

// trail is the names of a row's members, in their order: rows mostly have the same, so that the next name is known before it
// is read. Names of more than 15 bytes, and with escapes, are no part of it. A nil trail notes nothing.
type trail struct {
	names [24]name
	n     int // how many of them there are
	at    int // which comes next
}

// name is a member's name, behind its opening quote and up to the closing one.
type name struct {
	node, kid         *node // of the object, and of the member
	low, high         uint64
	lowMask, highMask uint64
	size              int // with both quotes
}

// longest is the length of the longest name of a trail, and reach how far behind the opening quote it is looked at.
const (
	longest = 15
	reach   = 17
)

// next reports whether the name at i is the one that comes next, or the one behind it: members may be missing. It returns the offset
// behind it, or 0.
func (t *trail) next(text []byte, i int, n *node) (end int, kid *node) {
	if t == nil || i+reach > len(text) {
		return 0, nil
	}
	low, high := binary.LittleEndian.Uint64(text[i+1:]), binary.LittleEndian.Uint64(text[i+9:])
	for at := t.at; at < t.n && at < t.at+2; at++ {
		if e := &t.names[at]; low&e.lowMask == e.low && high&e.highMask == e.high && e.node == n {
			t.at = at + 1
			return i + e.size, e.kid
		}
	}
	return 0, nil
}

// note makes the name from i to end the one that comes next when the next row is read.
func (t *trail) note(text []byte, i, end int, n, kid *node) {
	if t == nil || t.at == len(t.names) || end-i-2 > longest || i+reach > len(text) {
		return
	}
	e := name{node: n, kid: kid, size: end - i, lowMask: firstBytes(end - i - 1), highMask: firstBytes(end - i - 9)}
	e.low = binary.LittleEndian.Uint64(text[i+1:]) & e.lowMask
	e.high = binary.LittleEndian.Uint64(text[i+9:]) & e.highMask
	t.names[t.at] = e
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
