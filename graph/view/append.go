package view

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"slices"
	"strconv"
)

// Append writes a value that is not null into an answer. It fails where the decoder of the same type fails, and with the
// same error.
type Append func(dst []byte, v Value) ([]byte, error)

// AppendString writes a JSON string. It copies the literal, unless an escape in it may be half a surrogate pair.
func AppendString(dst []byte, v Value) ([]byte, error) {
	if v.Kind() != KindString {
		return dst, v.mismatch("String")
	}
	return appendLiteral(dst, v.Raw()), nil
}

// appendLiteral writes a string's literal: as it is, or decoded and quoted anew, so that half a surrogate pair is U+FFFD in the answer.
func appendLiteral(dst, literal []byte) []byte {
	if hasUnicodeEscape(literal) {
		return appendQuoted(dst, unquote(literal))
	}
	return append(dst, literal...)
}

// hasUnicodeEscape reports whether a text may have such an escape.
func hasUnicodeEscape(text []byte) bool {
	return bytes.IndexByte(text, '\\') >= 0 && bytes.Contains(text, []byte(`\u`))
}

func appendQuoted(dst []byte, text string) []byte {
	quoted, _ := json.Marshal(text) // a string always marshals
	return append(dst, quoted...)
}

// AppendID writes a string, or an integer's digits as one.
func AppendID(dst []byte, v Value) ([]byte, error) {
	if v.Kind() == KindString {
		return appendLiteral(dst, v.Raw()), nil
	}
	if _, err := ID(v); err != nil {
		return dst, err
	}
	dst = append(dst, '"')
	dst = append(dst, v.Raw()...)
	return append(dst, '"'), nil
}

// AppendInt writes a whole number of 32 bits.
func AppendInt(dst []byte, v Value) ([]byte, error) {
	if raw := v.Raw(); small(raw) {
		return append(dst, raw...), nil
	}
	n, err := Int(v)
	if err != nil {
		return dst, err
	}
	return strconv.AppendInt(dst, int64(n), 10), nil
}

// AppendFloat writes a number as it is written, out of its quotes if it is in some.
func AppendFloat(dst []byte, v Value) ([]byte, error) {
	if raw := v.Raw(); moderate(raw) {
		return append(dst, raw...), nil
	}
	if _, err := Float(v); err != nil {
		return dst, err
	}
	text, _ := v.numeral()
	return append(dst, text...), nil
}

// AppendBoolean writes true or false.
func AppendBoolean(dst []byte, v Value) ([]byte, error) {
	if v.Kind() != KindBoolean {
		return dst, v.mismatch("Boolean")
	}
	return append(dst, v.Raw()...), nil
}

// AppendRaw writes any value as it is.
func AppendRaw(dst []byte, v Value) ([]byte, error) {
	if v.IsNull() {
		_, err := Any(v)
		return dst, err
	}
	return append(dst, v.Raw()...), nil
}

// AppendEnum writes the name of the value that the upstream spells so.
func AppendEnum[T ~string](values EnumValues) Append {
	want := reflect.TypeFor[T]().Name()
	return func(dst []byte, v Value) ([]byte, error) {
		if v.Kind() != KindString {
			return dst, v.mismatch(want)
		}
		name, ok := values[v.Text()]
		if !ok {
			return dst, v.unknown(want)
		}
		dst = append(dst, '"')
		dst = append(dst, name...)
		return append(dst, '"'), nil
	}
}

// AppendNumberEnum writes the name of the value that the upstream has this number for.
func AppendNumberEnum[T ~string](values EnumValues) Append {
	want := reflect.TypeFor[T]().Name()
	return func(dst []byte, v Value) ([]byte, error) {
		name, err := values.number(v, want)
		if err != nil {
			return dst, err
		}
		dst = append(dst, '"')
		dst = append(dst, name...)
		return append(dst, '"'), nil
	}
}

// AppendFallback writes an enum's value, and for any other string, number or boolean the name of its fallback.
func AppendFallback(write Append, fallback string) Append {
	return func(dst []byte, v Value) ([]byte, error) {
		written, err := write(dst, v)
		if err != nil && v.isScalar() {
			return append(append(append(dst, '"'), fallback...), '"'), nil
		}
		return written, err
	}
}

// AppendWith decodes a custom scalar and writes what it marshals to.
func AppendWith[T interface{ MarshalGQL(io.Writer) }](decode func(Value) (T, error)) Append {
	return func(dst []byte, v Value) ([]byte, error) {
		t, err := decode(v)
		if err != nil {
			return dst, err
		}
		out := bytes.NewBuffer(dst)
		t.MarshalGQL(out)
		return out.Bytes(), nil
	}
}

// Member returns the value of a slot; slot 0 is the object itself.
func (o Object) Member(slot int) Value { return o.value(slot) }

// Located adds the pointer of a slot to an error about its value, or about the element of it that indexes lead to.
func (o Object) Located(slot int, err error, indexes ...int) error {
	if o.body == nil {
		return err
	}
	pointer := o.body.shape.Pointer(slot)
	for _, i := range indexes {
		pointer += "/" + strconv.Itoa(i)
	}
	return at(o.value(0), pointer, err)
}

// Unfit is the error of a slot that has something else than is wanted, by its kind or what it is for.
func (o Object) Unfit(slot int, want string) error {
	return o.Located(slot, o.value(slot).mismatch(want))
}

// Misfit is the error of a slot that has something else than is wanted, and what that is.
func (o Object) Misfit(slot int, want, got string) error {
	return o.Located(slot, o.value(slot).wrong(want, got))
}

// Elements goes over a list; anything else has none.
func (v Value) Elements() Elements {
	if v.Kind() != KindList {
		return Elements{}
	}
	return Elements{list: v, at: space(v.body.text, int(v.span.Off)+1)}
}

// Elements is where one stands in a list. Unlike an iterator's loop it makes nothing escape to the heap.
type Elements struct {
	list Value
	at   int // of the next element
}

// Next returns the next element; false at the end.
func (e *Elements) Next() (Value, bool) {
	end := int(e.list.span.End)
	if e.at >= end || e.list.body.text[e.at] == ']' {
		return Value{}, false
	}
	next := skip(e.list.body.text[:end], e.at)
	v := Value{e.list.body, Span{uint32(e.at), uint32(next)}}
	e.at = comma(e.list.body.text, next)
	return v, true
}

// Path is a parsed JSON pointer.
type Path struct{ tokens []string }

// NewPath parses a pointer; it panics on one that [ParsePointer] refuses.
func NewPath(pointer string) Path { return Path{mustParse(pointer)} }

// At returns the value that a path leads to; a null on the way is the value.
func (v Value) At(p Path) Value {
	found, _ := v.find(p.tokens)
	return found
}

// List returns an error unless the value is a list.
func (v Value) List() error {
	if v.Kind() != KindList {
		return v.mismatch("list")
	}
	return nil
}

// Object returns an error unless the value is an object.
func (v Value) Object() error {
	if v.Kind() != KindObject {
		return v.mismatch("object")
	}
	return nil
}

// Nest is room for many scanned objects of one shape, in one body as long as they lie in one. The zero value is ready.
type Nest struct {
	body  *Body
	trail trail
}

// Object scans the value for the members of a shape. Objects that are there already must not be read meanwhile. More is how many
// objects to make room for beside this one.
func (n *Nest) Object(v Value, shape *Shape, more int) (Object, error) {
	if v.Kind() != KindObject {
		return Object{}, v.mismatch("object")
	}
	base := n.add(v, shape, more)
	run := scan{text: v.body.text, spans: n.body.spans, trail: &n.trail}
	if shape == nil {
		run.spans[base] = v.span
	} else {
		run.fresh(int(v.span.Off), shape.root, base)
	}
	return Object{n.body, base}, nil
}

// add makes room for an object that lies in v's text, and returns its base.
func (n *Nest) add(v Value, shape *Shape, more int) (base int) {
	if n.body == nil || !n.body.has(v) || n.body.shape != shape {
		n.body = &Body{text: v.body.text, shape: shape}
		n.body.source, n.body.call = v.from()
		n.trail.n = 0
	}
	n.trail.row()
	base, stride := len(n.body.spans), 1+shape.Len()
	if cap(n.body.spans)-base < stride {
		n.body.spans = slices.Grow(n.body.spans, (1+more)*stride)
	}
	n.body.spans = n.body.spans[:base+stride]
	clear(n.body.spans[base:])
	return base
}

// has reports whether a value that is there lies in the body's own text.
func (b *Body) has(v Value) bool {
	return len(b.text) == len(v.body.text) && &b.text[0] == &v.body.text[0]
}

// Scratch is room for one scanned object at a time. The zero value is ready.
type Scratch struct {
	body  Body
	trail trail
}

// Forget lets go of the object.
func (s *Scratch) Forget() {
	s.body.text, s.body.source, s.body.call = nil, nil, 0
}

// Object scans the value for the members of a shape, in the scratch's room: the object before is overwritten.
func (s *Scratch) Object(v Value, shape *Shape) (Object, error) {
	if v.Kind() != KindObject {
		return Object{}, v.mismatch("object")
	}
	n := 1 + shape.Len()
	if cap(s.body.spans) < n {
		s.body.spans = make([]Span, n)
	}
	s.body.spans = s.body.spans[:n]
	clear(s.body.spans)
	if !s.body.has(v) { // mostly it is one more object of the same list
		s.body.text = v.body.text
		s.body.source, s.body.call = v.from()
	}
	if s.trail.row(); s.body.shape != shape {
		s.body.shape, s.trail.n = shape, 0
	}
	run := scan{text: s.body.text, spans: s.body.spans, trail: &s.trail}
	if shape == nil {
		run.spans[0] = v.span
	} else {
		run.fresh(int(v.span.Off), shape.root, 0)
	}
	return Object{&s.body, 0}, nil
}

// Variant returns which of the types the member at a path names, as [Discriminate] does.
func (v Value) Variant(want string, path Path, pointer string, types map[string]string) (string, error) {
	if v.Kind() != KindObject {
		return "", v.mismatch("object")
	}
	name, _ := v.find(path.tokens)
	if !name.isScalar() {
		return "", at(v, pointer, name.mismatch(want))
	}
	object, ok := types[name.Text()]
	if !ok {
		return "", at(v, pointer, name.unknown(want))
	}
	return object, nil
}
