package view

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// Shape says which members of an object are remembered when it is scanned, one slot each. It is immutable.
// A nil Shape remembers only the object itself.
type Shape struct {
	pointers []string
	paths    [][]string
	root     *node
	flat     []string // the members as `"name":`, when every pointer is one name of its own
}

// NewShape returns the shape of an object whose slot i+1 is the value at pointers[i] (RFC 6901); slot 0 is
// the object itself. Pointers may lead into nested objects ("/origin/city") and list elements
// ("/images/0/url"), and may share prefixes, be equal, or be one the prefix of another.
// It panics on a pointer that [ParsePointer] refuses.
func NewShape(pointers ...string) *Shape {
	s := &Shape{pointers: slices.Clone(pointers), paths: make([][]string, len(pointers))}
	for i, pointer := range pointers {
		s.paths[i] = mustParse(pointer)
	}
	s.root = new(node)
	s.graft(s.root, nil)
	s.root.finish()
	s.flat = flatNames(s.paths)
	return s
}

// Len returns the number of declared members, which is also the highest slot.
func (s *Shape) Len() int {
	if s == nil {
		return 0
	}
	return len(s.pointers)
}

// Pointer returns the pointer of a slot; slot 0, the object itself, has the empty one.
func (s *Shape) Pointer(slot int) string {
	if s == nil || slot <= 0 || slot > len(s.pointers) {
		return ""
	}
	return s.pointers[slot-1]
}

// graft adds to a tree the object at path, and its members.
func (s *Shape) graft(tree *node, path []string) {
	object := tree.grow(path)
	object.slots = append(object.slots, 0)
	if s == nil {
		return
	}
	for i, member := range s.paths {
		leaf := object.grow(member)
		leaf.slots = append(leaf.slots, i+1)
	}
	object.markInside()
}

// node is a place in a document that is known beforehand: the tree of all pointers of one scanner.
type node struct {
	slots   []int     // filled with the value's span
	below   []int     // all slots further down, forgotten when the place is met again
	inside  bool      // lies within the object, so null here means null below
	rows    Container // List or Map where the values here are rows
	each    *node     // the tree of one row; nil where rows do not start
	holds   bool      // rows start here or further down
	deep    bool      // something is remembered of what lies below
	kids    []kid     // by name, in the order of declaration
	table   []kid     // by hash, a power of two in size, at least half of it empty
	shift   uint      // from a hash to an index of the table
	indexes []element // those of the kids that are elements of a list, too
}

// kid is a member that pointers lead through, or to.
type kid struct {
	name string
	head uint64 // of the name
	node *node
}

// element is a kid whose name is an index: in a list it is that element.
type element struct {
	index int
	node  *node
}

// grow returns the node at path, making those that are missing.
func (n *node) grow(path []string) *node {
	for _, name := range path {
		at := slices.IndexFunc(n.kids, func(k kid) bool { return k.name == name })
		if at < 0 {
			at = len(n.kids)
			n.kids = append(n.kids, kid{name, headOf([]byte(name)), new(node)})
		}
		n = n.kids[at].node
	}
	return n
}

// markInside marks what lies below an object: null on the way to a member is null for the member. On the way to the object it is
// not, and neither at the object itself: then there is no object, and its members are absent.
func (n *node) markInside() {
	for _, k := range n.kids {
		k.node.inside = true
		k.node.markInside()
	}
}

// finish derives from the kids what a scan looks up.
func (n *node) finish() {
	n.holds = n.each != nil
	if len(n.kids) > 0 {
		width := bits.Len(uint(2*len(n.kids) - 1))
		n.table, n.shift = make([]kid, 1<<width), uint(64-width)
	}
	for _, k := range n.kids {
		k.node.finish()
		n.insert(k)
		if i, ok := index(k.name); ok {
			n.indexes = append(n.indexes, element{i, k.node})
		}
		n.below = append(append(n.below, k.node.slots...), k.node.below...)
		n.holds = n.holds || k.node.holds
	}
	n.deep = n.holds || len(n.kids) > 0
}

// insert puts a kid into the table: at its hash, or at the next index that is free.
func (n *node) insert(k kid) {
	at := hash([]byte(k.name), k.head) >> n.shift
	for n.table[at].node != nil {
		at = (at + 1) % uint64(len(n.table))
	}
	n.table[at] = k
}

// member returns the kid of that name, or nil. A name of up to eight bytes is compared as its head alone.
func (n *node) member(name []byte, head uint64) *node {
	if len(n.table) == 0 {
		return nil
	}
	mask := uint64(len(n.table) - 1)
	for at := hash(name, head) >> n.shift; ; at++ {
		k := &n.table[at&mask]
		if k.node == nil || k.head == head && len(k.name) == len(name) && (len(name) <= 8 || k.name == string(name)) {
			return k.node
		}
	}
}

// element returns the kid at that index of a list, or nil.
func (n *node) element(index int) *node {
	for _, e := range n.indexes {
		if e.index == index {
			return e.node
		}
	}
	return nil
}

// hash spreads names by length, first eight bytes and last byte; its upper bits are the better ones.
func hash(name []byte, head uint64) uint64 {
	h := head ^ uint64(len(name))<<56
	if len(name) > 8 {
		h ^= uint64(name[len(name)-1]) << 48
	}
	return h * 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
}

// headOf returns the first eight bytes of a name as a word; those that are missing are zero.
func headOf(name []byte) uint64 {
	var word [8]byte
	copy(word[:], name)
	return binary.LittleEndian.Uint64(word[:])
}

// flatNames returns each path as the start of a member, or nil if one is not a single name, or comes twice.
func flatNames(paths [][]string) []string {
	names := make([]string, 0, len(paths))
	for _, path := range paths {
		if len(path) != 1 {
			return nil
		}
		name := string(appendString(nil, path[0])) + ":"
		if slices.Contains(names, name) {
			return nil
		}
		names = append(names, name)
	}
	return names
}
