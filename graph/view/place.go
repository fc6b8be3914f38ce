package view

import (
	"strconv"
	"strings"
)

// place is where in a text the value is that an error is about: at an offset, or, where nothing is there, below one. It is known without
// looking; the pointer from the text's root is found only for who wants to see it.
type place struct {
	text   []byte // nil: nobody knows
	source *Source
	call   uint64

	known  bool
	offset uint32 // of the value, or of the nearest one around it that is there
	below  string // the pointer from that one
}

// inCopy marks the number of a call whose answer a text is a copy from, written in another way: offsets in it are none of the answer's.
const inCopy = 1 << 62

// find notes a value that is there, if none has been noted. below leads from it to what the error is about.
func (p *place) find(v Value, below string) {
	if v.body == nil || p.known {
		return
	}
	p.text = v.body.text
	p.source, p.call = v.from()
	if p.call&inCopy != 0 {
		p.call &^= inCopy
		return // it is known of what the copy is of
	}
	if v.span.End != 0 {
		p.known, p.offset, p.below = true, v.span.Off, below
	}
}

// maxSearched is how many bytes of an answer are read to say where in it something is: a fifth of a millisecond. Further behind it is said
// where it is in its object.
const maxSearched = 256 << 10

// exact is the pointer from the root of the answer that the value stands in, which must have come with a call: copies are of parts.
func (e *Error) exact() string {
	p := &e.place
	if p.offset > maxSearched {
		return e.Pointer
	}
	key := 0
	var b strings.Builder
	if p.source != nil {
		b.WriteString(p.source.Root)
		key = p.source.Key
	}
	for i, token := range tokensTo(p.text, int(p.offset)) {
		if b.WriteByte('/'); i+1 == key {
			b.WriteByte('*') // a key is part of the data
			continue
		}
		_, _ = pointerEscapes.WriteString(&b, token)
	}
	return b.String() + p.below
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// tokensTo returns what leads from the root of a text, which is JSON, to the value at an offset. It goes through the text once.
func tokensTo(text []byte, offset int) []string {
	type level struct {
		name  string // of the member that one stands in
		list  bool
		index int // of the element
	}
	var levels []level
	named := false // the next string is a member's name
	for i := 0; i < offset && i < len(text); {
		switch c := text[i]; c {
		case '{', '[':
			levels = append(levels, level{list: c == '['})
			named = c == '{'
			i++
		case '}', ']':
			levels = levels[:len(levels)-1]
			i++
		case ',':
			l := &levels[len(levels)-1]
			l.index++
			named = !l.list
			i++
		case ' ', '\n', '\t', '\r', ':':
			i++
		case '"':
			end, _ := quoted(text, i)
			if end < 0 {
				return nil
			}
			if named {
				levels[len(levels)-1].name = unquote(text[i:end])
				named = false
			}
			i = end
		default:
			i = word(text, i)
		}
	}
	tokens := make([]string, len(levels))
	for i, l := range levels {
		if tokens[i] = l.name; l.list {
			tokens[i] = strconv.Itoa(l.index)
		}
	}
	return tokens
}
