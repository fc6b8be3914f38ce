package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
)

// Kind is a kind of JSON value.
type Kind uint8

const (
	KindNothing Kind = iota // absent
	KindNull
	KindBoolean
	KindNumber
	KindString
	KindList
	KindObject
)

var kindNames = [...]string{"nothing", "null", "boolean", "number", "string", "list", "object"}

// String returns the kind's name as errors have it.
func (k Kind) String() string { return kindNames[k] }

// Value is one JSON value of a body, or an absent one. The zero Value is absent.
type Value struct {
	body *Body
	span Span
}

// Kind returns which kind of value it is.
func (v Value) Kind() Kind {
	if v.span.End == 0 {
		return KindNothing
	}
	switch v.body.text[v.span.Off] {
	case 'n':
		return KindNull
	case 't', 'f':
		return KindBoolean
	case '"':
		return KindString
	case '[':
		return KindList
	case '{':
		return KindObject
	}
	return KindNumber
}

// IsNull reports whether the value is null or absent.
func (v Value) IsNull() bool { return v.Kind() <= KindNull }

// Raw returns the value's exact text, or nil if it is absent. The text is the body's own and must not be
// changed; appending to it copies.
func (v Value) Raw() []byte {
	if v.span.End == 0 {
		return nil
	}
	return v.body.text[v.span.Off:v.span.End:v.span.End]
}

// Literal returns the value's exact text as a string, without a copy; "" if it is absent.
func (v Value) Literal() string { return alias(v.Raw()) }

// Text returns a string decoded, and a number or boolean as written; anything else is empty.
func (v Value) Text() string {
	switch v.Kind() {
	case KindString:
		return unquote(v.Raw())
	case KindNumber, KindBoolean:
		return alias(v.Raw())
	}
	return ""
}

// Source returns the upstream that gave the value; "" when nobody knows.
func (v Value) Source() string {
	source, _ := v.from()
	return source.upstream()
}

// Replaced returns a string in the place of the value, from the same upstream.
func (v Value) Replaced(text string) Value {
	literal := appendString(make([]byte, 0, len(text)+2), text)
	source, call := v.from()
	return Value{&Body{text: literal, source: source, call: call}, Span{0, uint32(len(literal))}}
}

// Find returns the value at a JSON pointer (RFC 6901) in a text that is known to be JSON. It is false if
// nothing is there, or the pointer is none. In a text that is not JSON it finds something or nothing.
func Find(text []byte, pointer string) (Value, bool) {
	path, err := ParsePointer(pointer)
	if err != nil {
		return Value{}, false
	}
	clean, ok := cleanText(text)
	start := space(clean, 0)
	if !ok || start == len(clean) {
		return Value{}, false
	}
	root := Value{&Body{text: clean}, Span{uint32(start), uint32(skip(clean, start))}}
	v, left := root.find(path)
	return v, left == 0 && v.span.End != 0
}

// find follows a path, and returns where it ends and how many tokens are left. A null ends every path.
func (v Value) find(path []string) (Value, int) {
	for i, token := range path {
		switch v.Kind() {
		case KindNull:
			return v, len(path) - i
		case KindObject:
			v = v.member(token)
		case KindList:
			v = v.element(token)
		default:
			return v.absent(), len(path) - i
		}
	}
	return v, 0
}

// member returns the last member of that name.
func (v Value) member(name string) Value {
	found := v.absent()
	for literal, member := range v.members() {
		if string(literal[1:len(literal)-1]) == name ||
			bytes.IndexByte(literal, '\\') >= 0 && unquote(literal) == name {
			found = member
		}
	}
	return found
}

// element is the element of a list whose index the token is; absent where there is none.
func (v Value) element(token string) Value {
	want, ok := index(token)
	if !ok {
		return v.absent()
	}
	for i, element := range v.elements() {
		if i == want {
			return element
		}
	}
	return v.absent()
}

// absent is a value that is not there, in this one.
func (v Value) absent() Value { return Value{v.body, Span{Off: v.span.Off}} }

// Members goes over an object, with names decoded; anything else has none.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.Kind() != KindObject {
			return
		}
		for literal, member := range v.members() {
			if !yield(unquote(literal), member) {
				return
			}
		}
	}
}

// elements goes over a list.
func (v Value) elements() iter.Seq2[int, Value] {
	return func(yield func(int, Value) bool) {
		text, end := v.body.text, int(v.span.End)
		i := space(text, int(v.span.Off)+1)
		for index := 0; i < end && text[i] != ']'; index++ {
			next := skip(text[:end], i)
			if !yield(index, Value{v.body, Span{uint32(i), uint32(next)}}) {
				return
			}
			i = comma(text, next)
		}
	}
}

// members goes over an object: the name's literal, and the value.
func (v Value) members() iter.Seq2[[]byte, Value] {
	return func(yield func([]byte, Value) bool) {
		text := v.body.text[:v.span.End]
		i := space(text, int(v.span.Off)+1)
		for i < len(text) && text[i] == '"' {
			end, _ := quoted(text, i)
			if end < 0 {
				return
			}
			start := space(text, space(text, end)+1)
			if start >= len(text) {
				return
			}
			next := skip(text, start)
			if !yield(text[i:end], Value{v.body, Span{uint32(start), uint32(next)}}) {
				return
			}
			i = comma(text, next)
		}
	}
}

// comma returns the offset of what follows the comma at or behind i, if there is one.
func comma(text []byte, i int) int {
	if i = space(text, i); i < len(text) && text[i] == ',' {
		return space(text, i+1)
	}
	return i
}

// key returns a string's text or an integer's digits.
func (v Value) key() (string, bool) {
	switch v.Kind() {
	case KindString:
		return unquote(v.Raw()), true
	case KindNumber:
		if isInteger(v.Raw()) {
			return alias(v.Raw()), true
		}
	}
	return "", false
}

// plain is the value as [encoding/json.Decoder.UseNumber] gives it.
func (v Value) plain() any {
	switch v.Kind() {
	case KindString:
		return v.Text()
	case KindNumber:
		return json.Number(v.Text())
	case KindBoolean:
		return v.Text() == "true"
	case KindList, KindObject:
		dec := json.NewDecoder(bytes.NewReader(v.Raw()))
		dec.UseNumber()
		var plain any
		if err := dec.Decode(&plain); err != nil {
			panic(fmt.Sprintf("view: scanned text is not JSON: %v", err)) // the scanner accepts what encoding/json does
		}
		return plain
	}
	return nil
}
