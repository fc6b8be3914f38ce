package edge

// scanner is where a JSON text is being read. What it finds is JSON as far as it has looked: who uses a part finds out about that.
type scanner struct {
	text   []byte
	at     int // in text
	values int // lists, objects and commas in what value has skipped
}

// next skips white space, and returns the byte behind it; 0 at the end.
func (s *scanner) next() byte {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// value skips a value and returns its text, which is a JSON value if there is one at all: who uses it finds out.
func (s *scanner) value() []byte {
	s.next()
	start, depth := s.at, 0
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case '"':
			s.skipString()
		case '{', '[':
			depth++
			s.values++
			s.at++
		case '}', ']':
			if depth == 0 { // the end of what the value is in
				return s.text[start:s.at]
			}
			depth--
			s.at++
		case ',', ':', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return s.text[start:s.at]
			}
			if s.text[s.at] == ',' {
				s.values++
			}
			s.at++
			continue
		default:
			s.at++
			continue
		}
		if depth == 0 {
			break
		}
	}
	return s.text[start:s.at]
}

// count returns how many lists, objects and commas there are in the value that is next, those in its strings aside.
func (s *scanner) count() int {
	ahead := scanner{text: s.text, at: s.at}
	ahead.value()
	return ahead.values
}

// skipString skips a string from its opening to behind its closing quote, or to the end of the text.
func (s *scanner) skipString() {
	for s.at++; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '"':
			s.at++
			return
		case '\\':
			s.at++
		}
	}
	s.at = len(s.text)
}

// empty reads what opens an object or a list, and what ends it, if nothing is in between.
func (s *scanner) empty(end byte) bool {
	s.at++
	if s.next() != end {
		return false
	}
	s.at++
	return true
}

// end reads what is behind an element: a comma, or what ends the object or list.
func (s *scanner) end(by byte) (last, ok bool) {
	c := s.next()
	if c != ',' && c != by {
		return false, false
	}
	s.at++
	return c == by, true
}

// name reads a member's name and the colon behind it.
func (s *scanner) name() (name []byte, ok bool) {
	if s.next() != '"' {
		return nil, false
	}
	name, ok = unquote(s.value())
	if !ok || s.next() != ':' {
		return nil, false
	}
	s.at++
	return name, true
}
