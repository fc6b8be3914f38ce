package view

import (
	"fmt"

	"weft/upstream"
)

// Error says that a value is not what the schema wants there. It names no value.
type Error struct {
	Source  string // the upstream that answered
	Pointer string // where the value is, from the object that was read
	Want    string // the GraphQL type, or kind of JSON value
	Got     string // the kind of JSON value, and what is wrong with it
	Err     error  // what a custom scalar's parser said; for nobody to see, since it may quote the data

	place place
}

// Error returns the message; it does not contain Err.
func (e *Error) Error() string {
	return fmt.Sprintf("%swant %s, got %s", prefix(e.Source, e.Pointer), e.Want, e.Got)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// ErrorKind says what kind of failure it is: the upstream answered badly. status is 0: that is not what is wrong.
func (e *Error) ErrorKind() (kind, source string, status int) {
	return string(upstream.BadResponse), e.Source, 0
}

// Failure is the error as one of its upstream, with all that is known of where it is.
func (e *Error) Failure() *upstream.Error {
	m := &upstream.Mismatch{Pointer: e.Pointer, Want: e.Want, Got: e.Got}
	f := &upstream.Error{Upstream: e.Source, Kind: upstream.BadResponse, Mismatch: m}
	if f.Call = e.place.call; e.place.source != nil {
		f.Endpoint, f.At = e.place.source.Binding, e.place.source.At
	}
	if e.place.known && e.place.call != 0 {
		m.Exact = e.exact
	}
	return f
}

// SyntaxError says that a body is not JSON.
type SyntaxError struct {
	Source  string // the upstream that answered
	Offset  int    // of the first byte that is wrong
	Problem string // what is wrong with it
	Markup  bool   // it begins as HTML and XML do
}

// Error returns the message.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%sinvalid JSON at byte %d: %s", prefix(e.Source), e.Offset, e.Problem)
}

// ErrorKind says what kind of failure it is: the upstream answered badly. status is 0: that is not what is wrong.
func (e *SyntaxError) ErrorKind() (kind, source string, status int) {
	return string(upstream.BadResponse), e.Source, 0
}

// Failure is the error as one of its upstream.
func (e *SyntaxError) Failure() *upstream.Error {
	got := fmt.Sprintf("something else at byte %d: %s", e.Offset, e.Problem)
	if e.Markup {
		got = "HTML or XML"
	}
	return &upstream.Error{Upstream: e.Source, Kind: upstream.BadResponse, Mismatch: &upstream.Mismatch{Want: "JSON", Got: got}}
}

// prefix is the beginning of a message: where the error is, as far as that is known.
func prefix(parts ...string) string {
	var s string
	for _, part := range parts {
		if part != "" {
			s += part + ": "
		}
	}
	return s
}

// upstream is the name of who gave a text; "" when nobody knows.
func (s *Source) upstream() string {
	if s == nil {
		return ""
	}
	return s.Upstream
}

// mismatch is the error of a value that is not of the wanted type.
func (v Value) mismatch(want string) error { return v.wrong(want, v.Kind().String()) }

// wrong is an error about the value, which knows the upstream but not yet the pointer: at adds that on the way out.
func (v Value) wrong(want, got string) error {
	e := &Error{Want: want, Got: got}
	if v.body != nil {
		e.Source = v.Source()
	}
	e.place.find(v, "")
	return e
}

// unknown is the error of a spelling that is none of those wanted.
func (v Value) unknown(want string) error {
	return v.wrong(want, "another "+v.Kind().String())
}

// at returns an error of a decoder as seen from further out: from a value that holds what is wrong, with the pointer that leads there. Outer
// is absent where nobody needs to know it.
func at(outer Value, pointer string, err error) error {
	if pointer == "" {
		return err
	}
	switch inner := err.(type) {
	case *Error:
		seen := *inner
		seen.Pointer = pointer + inner.Pointer
		seen.place.find(outer, seen.Pointer)
		return &seen
	case *ListError:
		return inner.at(outer, pointer)
	}
	return err
}
