package view

import "slices"

// Splice is a text in the place of a value that stands in another one.
type Splice struct {
	Of   Value
	Text []byte
}

// Spliced is the value's text with others in the places of values in it. Of two places of which one is in the other, the outer one counts.
func (v Value) Spliced(with []Splice) []byte {
	slices.SortStableFunc(with, func(a, b Splice) int { return int(a.Of.span.Off) - int(b.Of.span.Off) })
	size := len(v.Raw())
	for _, s := range with {
		size += len(s.Text)
	}
	text, at := make([]byte, 0, size), v.span.Off
	for _, s := range with {
		if s.Of.span.Off < at {
			continue
		}
		text = append(append(text, v.body.text[at:s.Of.span.Off]...), s.Text...)
		at = s.Of.span.End
	}
	return append(text, v.body.text[at:v.span.End]...)
}
