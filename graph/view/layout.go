package view

import (
	"math"
	"strings"
	"sync"
	"unicode/utf8"
)

// Container is what an answer holds its objects in.
type Container uint8

const (
	Single Container = iota // nothing: the answer is one value, of any kind
	List                    // a list of elements
	Map                     // an object whose member names are the keys, and its values the elements
)

// Layout says where the objects of a body lie. Its pointers are as in RFC 6901.
type Layout struct {
	At       string    // from the body's root to the answer; "" is the whole body
	In       Container // what the answer holds its objects in
	Each     string    // List and Map: from an element to the object; "" is the element itself
	Match    string    // List: from an element to its key; "" is none
	MatchAll []string  // List: to the parts of a composite key; Match is then ""
	Shape    *Shape    // the members of each object to remember
	Empty    Empty     // what stands for an empty list, with Single for no object, and with Map for an empty one
}

// Scanner scans bodies of one layout. It may be used concurrently. It remembers nothing of a body but the order of its rows'
// names, in which the next body's are looked for first.
//
// A row is one element of the answer: several members of a Map that have one name are several rows. It has a span for each of its slots: the object itself, the members of its shape, and
// behind them the parts of its key.
type Scanner struct {
	layout Layout
	root   *node     // of the whole body
	keys   int       // how many parts a row's key has
	trails sync.Pool // of *trail
}

// NewScanner compiles a layout. It panics on a pointer that [ParsePointer] refuses.
func NewScanner(l Layout) *Scanner {
	s := &Scanner{layout: l, root: new(node)}
	if l.In == Single {
		l.Shape.graft(s.root, mustParse(l.At))
	} else {
		answer := s.root.grow(mustParse(l.At))
		answer.rows, answer.each = l.In, new(node)
		s.plantRow(answer.each)
	}
	s.root.finish()
	return s
}

// plantRow fills the tree of one row: the object, its members and its key.
func (s *Scanner) plantRow(row *node) {
	l := &s.layout
	l.Shape.graft(row, mustParse(l.Each))
	for i, pointer := range l.matches() {
		leaf := row.grow(mustParse(pointer))
		leaf.slots = append(leaf.slots, 1+l.Shape.Len()+i)
		s.keys++
	}
	if l.In == Map {
		s.keys = 1 // filled by the scan: the member's name
	}
	row.finish()
}

// matches are the pointers from an element to the parts of its key; nil where elements have none.
func (l *Layout) matches() []string {
	switch {
	case l.In != List:
		return nil
	case l.Match != "":
		return []string{l.Match}
	}
	return l.MatchAll
}

// Scan validates the whole text as JSON and returns its rows, in one pass. Source and call are for
// errors; nil and 0 are none. The text must not change as long as the rows, or any object or string read from them,
// are in use.
//
// A text that is not JSON is a [*SyntaxError]; an answer that is not the layout's container is an [*Error].
// An answer that is null or absent is neither: the rows are then empty and null. It is absent where the members that lead to it, or one of
// them, are: what has no members, such as a string in the place of the whole body, is an *Error, too.
func (s *Scanner) Scan(text []byte, source *Source, call uint64) (Rows, error) {
	clean, ok := cleanText(text)
	if !ok {
		return Rows{}, &SyntaxError{Source: source.upstream(), Problem: "longer than 4 GiB"}
	}
	run := scan{text: clean, stride: 1 + s.layout.Shape.Len() + s.keys, trail: s.trail()}
	defer s.trails.Put(run.trail)
	if s.layout.In == Single {
		run.spans = make([]Span, run.stride)
	}
	if !run.document(s.root) {
		return Rows{}, syntaxError(text, source.upstream())
	}
	return s.rows(&run, source, call)
}

// trail is that of an earlier body, or a new one.
func (s *Scanner) trail() *trail {
	t, ok := s.trails.Get().(*trail)
	if !ok {
		return new(trail)
	}
	t.row()
	return t
}

// rows are what a scan has found, when the answer is what the layout says.
func (s *Scanner) rows(run *scan, source *Source, call uint64) (Rows, error) {
	rows := Rows{
		body: &Body{text: run.text, spans: run.spans, source: source, call: call, shape: s.layout.Shape},
		n:    run.rows, stride: run.stride, keys: s.keys,
	}
	answer := Value{rows.body, run.answer}
	if s.layout.In == Single {
		answer.span, rows.n = run.spans[0], 1
	}
	kind := answer.Kind()
	if kind == KindNothing {
		if err := s.astray(rows.body); err != nil {
			return Rows{}, err
		}
	}
	switch {
	case s.layout.In == List && answer.MeansNoElements(s.layout.Empty):
		return Rows{}, nil
	case kind == KindNothing, kind == KindNull, s.layout.In == Single && answer.MeansNothing(s.layout.Empty):
		return Rows{null: true}, nil
	case s.layout.In == Map && answer.MeansNothing(s.layout.Empty):
		return Rows{}, nil
	case s.layout.In == List && kind != KindList:
		return Rows{}, at(Value{}, s.layout.At, answer.mismatch("list"))
	case s.layout.In == Map && kind != KindObject:
		return Rows{}, at(Value{}, s.layout.At, answer.mismatch("object"))
	}
	return rows, nil
}

// astray is an error if the way to an answer that is absent ends at a value that has no such members.
func (s *Scanner) astray(b *Body) error {
	start := space(b.text, 0)
	v := Value{b, Span{uint32(start), uint32(skip(b.text, start))}}
	way := strings.Split(s.layout.At, "/")
	for i, token := range mustParse(s.layout.At) {
		_, indexed := index(token)
		switch kind := v.Kind(); {
		case kind == KindObject:
			v = v.member(token)
		case kind == KindList && indexed:
			v = v.element(token)
		case kind <= KindNull, v.MeansNothing(EmptyArray): // an object without members, as some services write it
			return nil
		default:
			return at(Value{}, strings.Join(way[:i+1], "/"), v.mismatch("object"))
		}
	}
	return nil
}

// cleanText returns the text with each byte that is not UTF-8 replaced by U+FFFD, which is how
// encoding/json reads strings; outside of strings both are errors. It reports false for a text whose
// offsets do not fit a Span.
func cleanText(text []byte) ([]byte, bool) {
	if uint64(len(text)) > math.MaxUint32 {
		return nil, false
	}
	if utf8.Valid(text) {
		return text, true
	}
	clean := make([]byte, 0, len(text)+len(text)/8+utf8.UTFMax)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		clean = utf8.AppendRune(clean, r)
		i += size
	}
	return clean, uint64(len(clean)) <= math.MaxUint32
}

// syntaxError finds the fault again, in the text as it was before cleaning.
func syntaxError(text []byte, source string) error {
	run := scan{text: text}
	run.document(nil)
	start := space(text, 0)
	return &SyntaxError{Source: source, Offset: run.offset, Problem: run.problem, Markup: start < len(text) && text[start] == '<'}
}
