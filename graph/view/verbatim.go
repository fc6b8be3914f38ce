package view

import "encoding/binary"

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

// Written is how one member of an answer's objects is written, as long as its value's text is what the answer has.
type Written struct {
	Prefix  []byte // what stands before the value: a brace or comma, the name, and a colon
	Slot    int    // of the value
	As      Verbatim
	NonNull bool // the value may not be null

	words, mask [2]uint64 // the prefix's first 16 bytes, and which bits of a longer text count
}

// NewWritten is how a member is written whose value has a slot. Values that are copied may be null unless nonNull says that they may not.
func NewWritten(prefix []byte, slot int, as Verbatim, nonNull bool) Written {
	w := Written{Prefix: prefix, Slot: slot, As: as, NonNull: nonNull}
	for k := range w.words {
		w.mask[k] = firstBytes(len(prefix) - 8*k)
		w.words[k] = headOf(prefix[min(8*k, len(prefix)):])
	}
	return w
}

// copies reports whether a value's text is written as it is. It is not empty. Odd says that strings around it may have escapes of half a
// surrogate pair.
func (w *Written) copies(text []byte, odd bool) bool {
	switch c := text[0]; {
	case c == 'n':
		return !w.NonNull && w.As > 0
	case w.As == verbatimString:
		return c == '"' && (!odd || !hasUnicodeEscape(text))
	case w.As == verbatimInt:
		return small(text)
	case w.As == verbatimFloat:
		return moderate(text)
	case w.As == verbatimBoolean:
		return c == 't' || c == 'f'
	}
	return false
}

// leads reports whether a text has the prefix at i. Two words are compared where that is enough: half of the time that a call for it takes, and
// 8 % of what writing an answer does (go test -run '^$' -bench Write ./graph/executor).
func (w *Written) leads(text []byte, i int) bool {
	if n := len(w.Prefix); n > 16 || i+16 > len(text) {
		return i+n <= len(text) && string(text[i:i+n]) == string(w.Prefix)
	}
	b := (*[16]byte)(text[i:])
	return binary.LittleEndian.Uint64(b[:])&w.mask[0] == w.words[0] && binary.LittleEndian.Uint64(b[8:])&w.mask[1] == w.words[1]
}

// AppendVerbatim writes members one after the other, up to the first one whose value has to be looked at, and none once dst is longer than a
// limit. It returns how many it has written. What the upstream has in the same way as the answer, names and all, is copied at once.
func (o Object) AppendVerbatim(dst []byte, members []Written, limit int) ([]byte, int) {
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
	for ; n < len(members) && len(dst)+to-from <= limit; n++ {
		m := &members[n]
		off, end := int(spans[m.Slot].Off), int(spans[m.Slot].End)
		if end == 0 || !m.copies(text[off:end], odd) {
			break
		}
		if off-to != len(m.Prefix) || !m.leads(text, to) {
			dst = append(append(dst, text[from:to]...), m.Prefix...)
			from = off
		}
		to = end
	}
	return append(dst, text[from:to]...), n
}

// AppendWhole writes an object with these members, if the upstream has the same ones, with the same names, in the same order and without white
// space, and each value's text is what the answer has. It returns false where that is not so. The names of the members must be those
// under which the object has them.
func (v Value) AppendWhole(dst []byte, members []Written) ([]byte, bool) {
	if v.span.End == 0 {
		return dst, false
	}
	text, start, end := v.body.text, int(v.span.Off), int(v.span.End)
	odd := hasUnicodeEscape(text[start:end])
	i := start
	for k := range members {
		m := &members[k]
		if !m.leads(text, i) {
			return dst, false
		}
		at := i + len(m.Prefix)
		if i = plain(text, at); i == 0 || !m.copies(text[at:i], odd) {
			return dst, false
		}
	}
	if i != end-1 {
		return dst, false
	}
	return append(dst, text[start:end]...), true
}
