package view

import (
	"iter"
	"slices"
	"strconv"
)

// ListError says which elements of a list cannot be read. Who returns it returns the list beside it, with nil for these elements,
// unless the list is lost.
type ListError struct {
	Elements []ElementError // at least one, by index
	Lost     bool           // the last of them has no nil, so that there is no list
}

// ElementError is the error of an element.
type ElementError struct {
	Index []int // more than one: in a list of lists
	Err   error
}

// Add adds the error of the i-th element, and reports whether there is no such element then: it may be a list that has lost
// only elements of its own.
func (e *ListError) Add(i int, err error) (lost bool) {
	inner, isList := err.(*ListError)
	if !isList {
		e.Elements = append(e.Elements, ElementError{[]int{i}, at(Value{}, "/"+strconv.Itoa(i), err)})
		return true
	}
	for _, element := range inner.at(Value{}, "/"+strconv.Itoa(i)).Elements {
		e.Elements = append(e.Elements, ElementError{slices.Insert(element.Index, 0, i), element.Err})
	}
	return inner.Lost
}

// OrNil returns the error, or nil where nothing was added.
func (e *ListError) OrNil() error {
	if len(e.Elements) == 0 {
		return nil
	}
	return &ListError{e.Elements, e.Lost}
}

// Error returns the message of the last element's error.
func (e *ListError) Error() string { return e.Unwrap().Error() }

// Unwrap returns the last element's error.
func (e *ListError) Unwrap() error { return e.Elements[len(e.Elements)-1].Err }

// at is the error as seen from further out.
func (e *ListError) at(outer Value, pointer string) *ListError {
	seen := &ListError{make([]ElementError, len(e.Elements)), e.Lost}
	for i, element := range e.Elements {
		seen.Elements[i] = ElementError{slices.Clone(element.Index), at(outer, pointer, element.Err)}
	}
	return seen
}

// ListOf decodes a list. An element that cannot be read costs all of it, with a [*ListError]. An empty list is an empty slice, not nil.
func ListOf[T any](decode func(Value) (T, error)) func(Value) ([]T, error) {
	return listOf(decode, false)
}

// SparseListOf decodes a list in which an element that cannot be read is T's zero value: for pointers, interfaces and slices that
// may be null. Its [*ListError] names these elements, and has the list beside it.
func SparseListOf[T any](decode func(Value) (T, error)) func(Value) ([]T, error) {
	return listOf(decode, true)
}

func listOf[T any](decode func(Value) (T, error), sparse bool) func(Value) ([]T, error) {
	return func(v Value) ([]T, error) {
		if v.Kind() != KindList {
			return nil, v.mismatch("list")
		}
		return DecodeList(v.elements(), sparse, decode)
	}
}

// DecodeList decodes the elements of a list, as [SparseListOf] does or as [ListOf] does.
func DecodeList[T any](elements iter.Seq2[int, Value], sparse bool, decode func(Value) (T, error)) ([]T, error) {
	list := []T{}
	var failed ListError
	for i, element := range elements {
		t, err := decode(element)
		if err != nil && failed.Add(i, err) {
			if failed.Lost = !sparse; failed.Lost {
				return nil, failed.OrNil()
			}
			t = *new(T)
		}
		list = append(list, t)
	}
	return list, failed.OrNil()
}
