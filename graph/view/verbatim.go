package view

import (
	"bytes"
	"slices"
	"unsafe"
)

// Verbatim says which texts are values of a scalar that answers have as they are. The zero Verbatim is of scalars that are never copied without
// a closer look.
type Verbatim uint8

// The kinds of texts.
const (
	verbatimString Verbatim = 1 + iota // in which no escape may be half a surrogate pair
	verbatimInt                        // digits, too few for a number beyond 32 bits
	verbatimFloat                      // without exponent, too short for a number out of range
	verbatimBoolean
)

// VerbatimOf returns what is copied of a scalar's values; of any that GraphQL does not have by itself it is the zero Verbatim.
func VerbatimOf(scalar string) Verbatim {
	switch scalar {
	case "String", "ID":
		return verbatimString
	case "Int":
		return verbatimInt
	case "Float":
		return verbatimFloat
	case "Boolean":
		return verbatimBoolean
	}
	return 0
}

// Writing is how members of an answer's objects are written, as long as the texts of their values are what the answer has. It does not change
// once it is made, and may be used by any number of goroutines at once.
type Writing struct {
	members  []written
	prefixes []byte // of all members
}

// written is how one member is.
type written struct {
	at, size uint32 // of the prefix: what stands before the value
	slot     int32  // of the value
	as       Verbatim
	nonNull  bool // the value may not be null
}

// Add adds a member, whose value has a slot. The prefix is what stands before the value: a brace or comma, the name, and a colon. Values that
// are copied may be null unless nonNull says that they may not.
func (w *Writing) Add(prefix []byte, slot int, as Verbatim, nonNull bool) {
	w.members = append(w.members, written{uint32(len(w.prefixes)), uint32(len(prefix)), int32(slot), as, nonNull})
	w.prefixes = append(w.prefixes, prefix...)
}

// End says that no more members are added: memory that only they would need is given up.
func (w *Writing) End() {
	w.members, w.prefixes = slices.Clone(w.members), bytes.Clone(w.prefixes)
}

// Prefix returns what stands before the value of a member.
func (w *Writing) Prefix(i int) []byte {
	m := &w.members[i]
	return w.prefixes[m.at : m.at+m.size : m.at+m.size]
}

// Size is the memory that it takes, in bytes.
func (w *Writing) Size() int { return cap(w.members)*int(unsafe.Sizeof(written{})) + cap(w.prefixes) }

// copies reports whether a value's text is written as it is. It is not empty. Odd says that strings around it may have escapes of half a
// surrogate pair.
func (w *written) copies(text []byte, odd bool) bool {
	switch c := text[0]; {
	case c == 'n':
		return !w.nonNull && w.as > 0
	case w.as == verbatimString:
		return c == '"' && (!odd || !hasUnicodeEscape(text))
	case w.as == verbatimInt:
		return small(text)
	case w.as == verbatimFloat:
		return moderate(text)
	case w.as == verbatimBoolean:
		return c == 't' || c == 'f'
	}
	return false
}

// leads reports whether a text has a member's prefix at i.
func (w *Writing) leads(m *written, text []byte, i int) bool {
	n := int(m.size)
	return i+n <= len(text) && string(text[i:i+n]) == string(w.prefixes[m.at:m.at+m.size])
}

// AppendVerbatim writes members from one on, one after the other, up to the first one whose value has to be looked at, and none once dst is longer than a
// limit. It returns how many it has written. What the upstream has in the same way as the answer, names and all, is copied at once.
func (o Object) AppendVerbatim(dst []byte, w *Writing, first, limit int) ([]byte, int) {
	if o.body == nil || o.body.rest != nil {
		return dst, 0
	}
	text, spans := o.body.text, o.body.spans[o.base:]
	if spans[0].End == 0 {
		return dst, 0
	}
	odd := hasUnicodeEscape(text[spans[0].Off:spans[0].End])
	from := int(spans[0].Off) // what lies from here
	to := from                // to here is to be written
	n := 0
	for members := w.members[first:]; n < len(members) && len(dst)+to-from <= limit; n++ {
		m := &members[n]
		off, end := int(spans[m.slot].Off), int(spans[m.slot].End)
		if end == 0 || !m.copies(text[off:end], odd) {
			break
		}
		if off-to != int(m.size) || !w.leads(m, text, to) {
			dst = append(append(dst, text[from:to]...), w.prefixes[m.at:m.at+m.size]...)
			from = off
		}
		to = end
	}
	return append(dst, text[from:to]...), n
}

// AppendWhole writes an object with these members, if the upstream has the same ones, with the same names, in the same order and without white
// space, and each value's text is what the answer has. It returns false where that is not so. The names of the members must be those
// under which the object has them.
func (v Value) AppendWhole(dst []byte, w *Writing) ([]byte, bool) {
	if v.span.End == 0 {
		return dst, false
	}
	text, start, end := v.body.text, int(v.span.Off), int(v.span.End)
	odd := hasUnicodeEscape(text[start:end])
	i := start
	for k := range w.members {
		m := &w.members[k]
		if !w.leads(m, text, i) {
			return dst, false
		}
		at := i + int(m.size)
		if i = plain(text, at); i == 0 || !m.copies(text[at:i], odd) {
			return dst, false
		}
	}
	if i != end-1 {
		return dst, false
	}
	return append(dst, text[start:end]...), true
}
