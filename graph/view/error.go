package view

import (
	"fmt"

	"weft/upstream"
)

// Error says that a value is not what the schema wants there.
type Error struct {
	Source  string // the upstream that answered
	Pointer string // where the value is, from the object that was read
	Want    string // the GraphQL type, or kind of JSON value
	Got     string // the kind of JSON value, or a quoted excerpt of an unknown spelling
	Err     error  // what a custom scalar's parser said; for logs, since it may quote the data
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

// SyntaxError says that a body is not JSON.
type SyntaxError struct {
	Source  string // the upstream that answered
	Offset  int    // of the first byte that is wrong
	Problem string // what is wrong with it
}

// Error returns the message.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%sinvalid JSON at byte %d: %s", prefix(e.Source), e.Offset, e.Problem)
}

// ErrorKind says what kind of failure it is: the upstream answered badly. status is 0: that is not what is wrong.
func (e *SyntaxError) ErrorKind() (kind, source string, status int) {
	return string(upstream.BadResponse), e.Source, 0
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

// mismatch is the error of a value that is not of the wanted type.
func (v Value) mismatch(want string) error { return v.wrong(want, v.Kind().String()) }

// wrong is an error about the value, which knows the upstream but not yet the pointer: at adds that on the way out.
func (v Value) wrong(want, got string) error {
	e := &Error{Want: want, Got: got}
	if v.body != nil {
		e.Source = v.body.source
	}
	return e
}

// unknown is the error of a string that is none of those wanted; it quotes the beginning.
func (v Value) unknown(want string) error {
	const longest = 32
	text := v.Text()
	got := fmt.Sprintf("%.*q", longest, text)
	if len(text) > longest {
		got += "…"
	}
	return v.wrong(want, got)
}

// at returns an error of a decoder as seen from further out: with the pointer that leads to the value.
func at(pointer string, err error) error {
	if pointer == "" {
		return err
	}
	switch inner := err.(type) {
	case *Error:
		outer := *inner
		outer.Pointer = pointer + inner.Pointer
		return &outer
	case *ListError:
		return inner.at(pointer)
	}
	return err
}
