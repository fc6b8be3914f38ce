package view

import "bytes"

// maxDepth is how deep lists and objects may nest, as in encoding/json.
const maxDepth = 10000

// scan is one pass over one text. Its methods take the offset of a value and return the offset behind it,
// or -1 once fail has noted what is wrong. A nil node means that nothing of the value is to be remembered.
// They call themselves for nested values, which maxDepth bounds to a few megabytes of stack.
type scan struct {
	text   []byte
	spans  []Span // of all rows, stride by stride
	stride int
	depth  int

	answer Span   // where the rows are, when the tree has any
	start  int    // where the first row starts
	rows   int    // how many there are
	trail  *trail // of the rows; nil: none

	offset  int // of the fault
	problem string
}

// document checks the whole text, and reports whether it is JSON.
func (s *scan) document(n *node) bool {
	end := s.value(space(s.text, 0), n, 0)
	if end < 0 {
		return false
	}
	if end = space(s.text, end); end < len(s.text) {
		s.fail(end, "text after the value")
		return false
	}
	return true
}

// fail notes what is wrong with the text, and where.
func (s *scan) fail(offset int, problem string) int {
	s.offset, s.problem = offset, problem
	return -1
}

// value checks one value and remembers in the row at base what its node asks for, instead of what an earlier member of the
// same name has left.
func (s *scan) value(i int, n *node, base int) int {
	if n != nil && n.deep {
		s.forget(n, base)
	}
	return s.fresh(i, n, base)
}

// fresh is value where nothing has been remembered yet.
func (s *scan) fresh(i int, n *node, base int) int {
	if i >= len(s.text) {
		return s.fail(i, "unexpected end")
	}
	end := i
	switch s.text[i] {
	case '"':
		if end, _ = quoted(s.text, i); end < 0 {
			return s.fail(^end, "invalid string")
		}
	case '{':
		end = s.object(i, n, base)
	case '[':
		end = s.list(i, n, base)
	case 't':
		end = s.literal(i, "true")
	case 'f':
		end = s.literal(i, "false")
	case 'n':
		end = s.literal(i, "null")
	default:
		if end = number(s.text, i); end < 0 {
			return s.fail(^end, "invalid value")
		}
	}
	if n != nil && end >= 0 {
		s.remember(n, base, Span{uint32(i), uint32(end)})
	}
	return end
}

// remember notes where a value lies: for its own slots, as the rows' answer, and, where it is null, for all slots below it.
func (s *scan) remember(n *node, base int, span Span) {
	for _, slot := range n.slots {
		s.spans[base+slot] = span
	}
	if !n.deep {
		return
	}
	if n.each != nil {
		s.answer = span
	}
	if n.inside && s.text[span.Off] == 'n' {
		s.fill(n.below, base, span)
	}
}

// forget drops what an earlier member of the same name has left.
func (s *scan) forget(n *node, base int) {
	s.fill(n.below, base, Span{})
	if n.holds {
		s.answer, s.spans, s.rows = Span{}, nil, 0
	}
}

// fill gives slots of the row at base a span.
func (s *scan) fill(slots []int, base int, span Span) {
	for _, slot := range slots {
		s.spans[base+slot] = span
	}
}

// literal checks true, false or null.
func (s *scan) literal(i int, word string) int {
	if !bytes.HasPrefix(s.text[i:], []byte(word)) {
		return s.fail(i, "invalid value")
	}
	return i + len(word)
}

// object checks an object member by member. What leads to a member's value is first looked for as the row before had it (trail); a value
// that is a plain scalar, as most are, is noted without another call.
func (s *scan) object(i int, n *node, base int) int {
	if s.depth++; s.depth > maxDepth {
		return s.fail(i, "nested too deeply")
	}
	text := s.text
	for first := true; ; first = false {
		if e := s.trail.next(text, i, n); e != nil {
			at := space(text, i+e.size) // the row before had less white space
			if i = plain(text, at); i > 0 && e.flat {
				if e.slot >= 0 {
					s.spans[base+e.slot] = Span{uint32(at), uint32(i)}
				}
			} else if i = s.value(at, e.kid, base); i < 0 {
				return i
			}
			continue
		}
		at, kid, row, more := s.lead(i, first, n, base)
		if !more {
			return at
		}
		if i = s.value(at, kid, row); i < 0 {
			return i
		}
	}
}

// lead checks what stands between an object's brace, or the value before, and the next member's value: it returns that value's offset,
// the member's node, and the row it fills. Where the object ends instead, or is wrong, there are no more, and the offset is what object
// returns.
func (s *scan) lead(from int, first bool, n *node, base int) (at int, kid *node, row int, more bool) {
	text, i := s.text, from
	if first {
		i++
	}
	if i = space(text, i); i < len(text) && text[i] == '}' {
		s.depth--
		return i + 1, nil, base, false
	}
	if !first {
		if i >= len(text) || text[i] != ',' {
			return s.fail(i, "expected a comma or the object's end"), nil, base, false
		}
		i = space(text, i+1)
	}
	if i >= len(text) || text[i] != '"' {
		return s.fail(i, "expected a member name"), nil, base, false
	}
	end, kid, row := s.name(i, n, base)
	if end < 0 {
		return end, nil, base, false
	}
	if i = space(text, end); i >= len(text) || text[i] != ':' {
		return s.fail(i, "expected a colon"), nil, base, false
	}
	i = space(text, i+1)
	s.trail.note(text, from, i, n, kid)
	return i, kid, row, true
}

// list checks a list element by element; where rows are elements each begins a row.
func (s *scan) list(i int, n *node, base int) int {
	if s.depth++; s.depth > maxDepth {
		return s.fail(i, "nested too deeply")
	}
	text := s.text
	if i = space(text, i+1); i < len(text) && text[i] == ']' {
		s.depth--
		return i + 1
	}
	for index := 0; ; index++ {
		switch {
		case n == nil:
			i = s.fresh(i, nil, base)
		case n.rows == List:
			row := s.row(i)
			i = s.fresh(i, n.each, row)
		default:
			i = s.value(i, n.element(index), base)
		}
		if i < 0 {
			return i
		}
		if i = space(text, i); i < len(text) && text[i] == ']' {
			s.depth--
			return i + 1
		}
		if i >= len(text) || text[i] != ',' {
			return s.fail(i, "expected a comma or the list's end")
		}
		i = space(text, i+1)
	}
}

// name checks a member's name, and returns the offset behind it, the member's node, and the row it fills.
func (s *scan) name(i int, n *node, base int) (end int, kid *node, row int) {
	if end, head := shortName(s.text, i); end > 0 && (n == nil || n.rows != Map) {
		if n != nil {
			kid = n.member(s.text[i+1:end-1], head)
		}
		return end, kid, base
	}
	end, escaped := quoted(s.text, i)
	if end < 0 {
		return s.fail(^end, "invalid string"), nil, base
	}
	if n == nil {
		return end, nil, base
	}
	if n.rows == Map {
		return end, n.each, s.mapRow(Span{uint32(i), uint32(end)})
	}
	inner := s.text[i+1 : end-1]
	if escaped {
		inner = appendUnquoted(nil, inner)
	}
	return end, n.member(inner, headOf(inner)), base
}

// mapRow returns the row of a member of a Map, whose name is at a span.
func (s *scan) mapRow(span Span) int {
	row := s.row(int(span.Off))
	s.spans[row+s.stride-1] = span
	return row
}

// row makes room for one more row, which starts at offset i, and returns its base.
func (s *scan) row(i int) int {
	s.trail.row()
	if s.rows == 0 {
		s.start = i
	}
	base := len(s.spans)
	if base+s.stride > cap(s.spans) {
		grown := make([]Span, base, s.estimate(i)*s.stride)
		copy(grown, s.spans)
		s.spans = grown
	}
	s.spans = s.spans[:base+s.stride]
	s.rows++
	return base
}

// estimate returns for how many rows to make room: what the rest of the text would hold of rows as long as
// those so far, and some more. A few short ones at the start cannot ask for much.
func (s *scan) estimate(i int) int {
	if s.rows == 0 {
		return 1
	}
	length := max(1, (i-s.start)/s.rows)
	more := (len(s.text)-i)/length + 1
	return s.rows + min(more+more/8, 256*s.rows)
}
