package view

import (
	"bytes"
	"io"
)

// Raw is one JSON value, copied as it is. A nil Raw is null. One that was read from a body aliases it, and
// must not be changed.
type Raw []byte

// MarshalGQL writes the value, as gqlgen asks of a scalar. A writer's error is the writer's to remember.
func (r Raw) MarshalGQL(w io.Writer) {
	if r == nil {
		r = Raw("null")
	}
	_, _ = w.Write(r)
}

// UnmarshalGQL takes an argument's value, as gqlgen gives it, and writes it as JSON.
func (r *Raw) UnmarshalGQL(v any) error {
	text, err := marshal(v)
	*r = text
	return err
}

// MarshalJSON returns the value.
func (r Raw) MarshalJSON() ([]byte, error) {
	if r == nil {
		return []byte("null"), nil
	}
	return r, nil
}

// UnmarshalJSON copies the value.
func (r *Raw) UnmarshalJSON(text []byte) error {
	*r = bytes.Clone(text)
	return nil
}
