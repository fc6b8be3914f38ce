package view

import "strconv"

// Get reads a member with a decoder. A decoder's *[Error] is returned with the pointer of the member, seen
// from this object; of a member that is lost the error is why.
func Get[T any](o Object, slot int, decode func(Value) (T, error)) (T, error) {
	if err := o.Lost(slot, false); err != nil {
		return *new(T), err
	}
	v, err := decode(o.value(slot))
	if err != nil {
		if lost := o.Lost(slot, true); lost != nil {
			return v, lost
		}
		return v, o.Located(slot, err)
	}
	return v, nil
}

// String decodes a JSON string. Without escapes it aliases the body.
func String(v Value) (string, error) {
	if v.Kind() != KindString {
		return "", v.mismatch("String")
	}
	return unquote(v.Raw()), nil
}

// ID decodes a JSON string, or an integer as its digits.
func ID(v Value) (string, error) {
	if key, ok := v.key(); ok {
		return key, nil
	}
	if v.Kind() == KindNumber {
		return "", v.wrong("ID", notWhole)
	}
	return "", v.mismatch("ID")
}

// Int decodes a whole number of 32 bits, however written, or a string that is one.
func Int(v Value) (int, error) {
	text, ok := v.numeral()
	if !ok {
		return 0, v.mismatch("Int")
	}
	n, fault := wholeNumber(text, 32)
	if fault != "" {
		return 0, v.wrong("Int", fault)
	}
	return int(n), nil
}

// Float decodes a number, or a string that is one.
func Float(v Value) (float64, error) {
	text, ok := v.numeral()
	if !ok {
		return 0, v.mismatch("Float")
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, v.wrong("Float", outOfRange)
	}
	return f, nil
}

// Boolean decodes true and false.
func Boolean(v Value) (bool, error) {
	if v.Kind() != KindBoolean {
		return false, v.mismatch("Boolean")
	}
	return v.body.text[v.span.Off] == 't', nil
}

// Any returns a value as it is. It aliases the body.
func Any(v Value) (Raw, error) {
	if v.IsNull() {
		return nil, v.mismatch("a value")
	}
	return v.Raw(), nil
}

// Opt makes a decoder accept null and absent values, as nil pointers.
func Opt[T any](decode func(Value) (T, error)) func(Value) (*T, error) {
	return func(v Value) (*T, error) {
		if v.IsNull() {
			return nil, nil
		}
		t, err := decode(v)
		if err != nil {
			return nil, err
		}
		return &t, nil
	}
}

// Null makes a decoder accept null and absent values, as T's zero value: for pointers, slices and interfaces.
func Null[T any](decode func(Value) (T, error)) func(Value) (T, error) {
	return func(v Value) (T, error) {
		if v.IsNull() {
			var zero T
			return zero, nil
		}
		return decode(v)
	}
}

// EachAt decodes the value at a pointer within a value: for list elements that wrap what is wanted. It
// panics on a pointer that [ParsePointer] refuses.
func EachAt[T any](pointer string, decode func(Value) (T, error)) func(Value) (T, error) {
	path := mustParse(pointer)
	return func(v Value) (T, error) {
		inner, _ := v.find(path)
		t, err := decode(inner)
		if err != nil {
			return t, at(v, pointer, err)
		}
		return t, nil
	}
}

// Nested decodes an object as a view of its own. Its text is scanned again, for the members of its shape;
// errors of the view's members have pointers that start at the nested object.
func Nested[T Viewer](shape *Shape) func(Value) (*T, error) {
	return func(v Value) (*T, error) {
		if v.Kind() != KindObject {
			return nil, v.mismatch("object")
		}
		cell := new(struct {
			view T
			body Body
		})
		cell.body = shape.body(v.body, v.span)
		cell.body.source, cell.body.call = v.from()
		cell.view = T(Object{&cell.body, 0})
		return &cell.view, nil
	}
}

// body scans the one object at span of a body whose text is valid.
func (s *Shape) body(of *Body, span Span) Body {
	run := scan{text: of.text[:span.End], spans: make([]Span, 1+s.Len())}
	if s == nil {
		run.spans[0] = span
	} else {
		run.value(int(span.Off), s.root, 0)
	}
	return Body{text: of.text, spans: run.spans, source: of.source, call: of.call, shape: s}
}
