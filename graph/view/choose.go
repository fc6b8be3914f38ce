package view

import (
	"fmt"
	"reflect"
	"strconv"
)

// EnumValues maps the spellings of an upstream to the names of a GraphQL enum's values.
type EnumValues map[string]string

// Enum decodes a string that is one of the upstream's spellings.
func Enum[T ~string](values EnumValues) func(Value) (T, error) {
	want := reflect.TypeFor[T]().Name()
	return func(v Value) (T, error) {
		if v.Kind() != KindString {
			return "", v.mismatch(want)
		}
		name, ok := values[v.Text()]
		if !ok {
			return "", v.unknown(want)
		}
		return T(name), nil
	}
}

// NumberEnum decodes a whole number that is one of the upstream's, by its digits.
func NumberEnum[T ~string](values EnumValues) func(Value) (T, error) {
	want := reflect.TypeFor[T]().Name()
	return func(v Value) (T, error) {
		name, err := values.number(v, want)
		return T(name), err
	}
}

// number returns the name of the value that a whole number stands for.
func (e EnumValues) number(v Value, want string) (string, error) {
	if v.Kind() != KindNumber {
		return "", v.mismatch(want)
	}
	name, ok := e[alias(v.Raw())]
	if !ok { // it may be written in another way
		n, fault := wholeNumber(alias(v.Raw()), 64)
		if name, ok = e[strconv.FormatInt(n, 10)]; fault != "" || !ok {
			return "", v.unknown(want)
		}
	}
	return name, nil
}

// Fallback makes a decoder of an enum read any other string, number or boolean as one of its values.
func Fallback[T ~string](decode func(Value) (T, error), fallback T) func(Value) (T, error) {
	return func(v Value) (T, error) {
		t, err := decode(v)
		if err != nil && v.isScalar() {
			return fallback, nil
		}
		return t, err
	}
}

// isScalar reports whether the value is a string, a number or a boolean.
func (v Value) isScalar() bool {
	switch v.Kind() {
	case KindString, KindNumber, KindBoolean:
		return true
	}
	return false
}

// Parse decodes with a custom scalar's own function, which is given the value as it is, never null. Its error
// becomes the Err of an *[Error].
func Parse[T any](parse func(Raw) (T, error)) func(Value) (T, error) {
	want := reflect.TypeFor[T]().Name()
	if want == "" {
		want = "another value"
	}
	return func(v Value) (T, error) {
		var zero T
		if v.IsNull() {
			return zero, v.mismatch(want)
		}
		t, err := parse(v.Raw())
		if err != nil {
			wrapped := v.mismatch(want).(*Error)
			wrapped.Err = err
			return zero, wrapped
		}
		return t, nil
	}
}

// Variant makes a decoder of one type that of an interface which the type implements. It panics if it does
// not. The decoder must not return nil without an error; wrap the variant in [Null] instead.
func Variant[I, T any](decode func(Value) (T, error)) func(Value) (I, error) {
	if !reflect.TypeFor[T]().Implements(reflect.TypeFor[I]()) {
		panic(fmt.Sprintf("view: %v does not implement %v", reflect.TypeFor[T](), reflect.TypeFor[I]()))
	}
	return func(v Value) (I, error) {
		t, err := decode(v)
		if err != nil {
			var none I
			return none, err
		}
		return any(t).(I), nil
	}
}

// Having is a member that tells the type of the objects that have it.
type Having struct {
	typ  string
	path []string // none: all objects
}

// Has returns that objects are of a type that have something other than null at a pointer; "": all are. It panics on a pointer that
// [ParsePointer] refuses.
func Has(pointer, typ string) Having { return Having{typ, mustParse(pointer)} }

// Type returns the type's name.
func (h Having) Type() string { return h.typ }

// Having returns the type of the first of the members that an object has.
func (v Value) Having(want string, members []Having) (string, error) {
	if v.Kind() != KindObject {
		return "", v.mismatch("object")
	}
	for _, m := range members {
		if found, _ := v.find(m.path); !found.IsNull() {
			return m.typ, nil
		}
	}
	return "", v.wrong(want, "object with none of the members that tell")
}

// DiscriminateHaving decodes by the variant that the members of an object tell.
func DiscriminateHaving[I any](members []Having, types map[string]func(Value) (I, error)) func(Value) (I, error) {
	want := "a known " + reflect.TypeFor[I]().Name()
	return func(v Value) (I, error) {
		name, err := v.Having(want, members)
		if err != nil {
			var none I
			return none, err
		}
		return types[name](v)
	}
}

// Discriminate decodes by the variant that the string, number or boolean at a pointer names. It panics on a
// pointer that [ParsePointer] refuses.
func Discriminate[I any](pointer string, types map[string]func(Value) (I, error)) func(Value) (I, error) {
	path, want := mustParse(pointer), "a known "+reflect.TypeFor[I]().Name()
	return func(v Value) (I, error) {
		var none I
		if v.Kind() != KindObject {
			return none, v.mismatch("object")
		}
		name, _ := v.find(path)
		if !name.isScalar() {
			return none, at(v, pointer, name.mismatch(want))
		}
		decode, ok := types[name.Text()]
		if !ok {
			return none, at(v, pointer, name.unknown(want))
		}
		return decode(v)
	}
}
