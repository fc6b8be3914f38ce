package view

import "strings"

// Empty is a set of spellings of nothing that a schema says an upstream has: of an empty list, or of no object. The zero Empty has none.
type Empty uint8

// The spellings.
const (
	EmptyMissing   Empty = 1 << iota // of a list: there is no value
	EmptyNull                        // of a list: null
	EmptyNoContent                   // of a call's list: an answer without a body
	EmptyArray                       // of an object, or a map: []
	EmptyNotFound                    // of a call's value: 404 or 410
)

// emptyNames are the spellings as schemas name them, in the order of the constants.
var emptyNames = [...]string{"MISSING", "NULL", "NO_CONTENT", "ARRAY", "NOT_FOUND"}

// Has reports whether one of some spellings is in the set.
func (e Empty) Has(some Empty) bool { return e&some != 0 }

// Names are those of the spellings, as schemas write them.
func (e Empty) Names() []string {
	var names []string
	for i, name := range emptyNames {
		if e.Has(1 << i) {
			names = append(names, name)
		}
	}
	return names
}

// String is the names in one text.
func (e Empty) String() string { return strings.Join(e.Names(), " ") }

// noElements is an empty list.
var noElements = Value{&Body{text: []byte("[]")}, Span{0, 2}}

// MeansNoElements reports whether a value that is no list stands for an empty one.
func (v Value) MeansNoElements(e Empty) bool {
	switch v.Kind() {
	case KindNothing:
		return e.Has(EmptyMissing)
	case KindNull:
		return e.Has(EmptyNull)
	}
	return false
}

// MeansNothing reports whether a list stands for no object.
func (v Value) MeansNothing(e Empty) bool {
	if !e.Has(EmptyArray) || v.Kind() != KindList {
		return false
	}
	_, some := new(v.Elements()).Next()
	return !some
}

// Meant is the value as the schema means it: what stands for an empty list is one, and what stands for no object is nothing.
func (v Value) Meant(e Empty) Value {
	switch {
	case e == 0:
	case v.MeansNoElements(e):
		return noElements
	case v.MeansNothing(e):
		return Value{}
	}
	return v
}

// Meant decodes a value as the schema means it.
func Meant[T any](e Empty, decode func(Value) (T, error)) func(Value) (T, error) {
	return func(v Value) (T, error) { return decode(v.Meant(e)) }
}
