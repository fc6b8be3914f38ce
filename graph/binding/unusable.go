package binding

import (
	"errors"
	"strconv"

	"weft/graph/view"
	"weft/upstream"
)

// failing is an error about an answer that cannot be used, or about a part of it.
type failing interface {
	error
	Failure() *upstream.Error
}

// Unusable is an error about an answer that a call of the binding has brought, as one of its upstream: with all that is known of why. An
// error about anything else is nil.
func (b *Binding) Unusable(a *upstream.Response, err error) *upstream.Error {
	failure := b.Unreadable(err)
	if failure != nil {
		failure.Status, failure.Call = a.Status, a.Call
	}
	return failure
}

// Unreadable is Unusable where the answer is not at hand any more.
func (b *Binding) Unreadable(err error) *upstream.Error {
	failure, ok := errors.AsType[*upstream.Error](err)
	if f, is := errors.AsType[failing](err); is {
		failure, ok = f.Failure(), true
	}
	if !ok {
		return nil
	}
	failure.Upstream, failure.Endpoint, failure.At = b.Upstream, b.Name, b.At
	return failure
}

// Unmatched says why elements of a batch's answer do not count: their key has one already, one has no key, or none has a key that was asked
// for. nil: they are of other keys, as elements may be. Nothing is null for its key, and no error.
func (b *Binding) Unmatched(rows view.Rows, m Matched) *upstream.Mismatch {
	matched := m.Elements
	switch {
	case m.Again > 0:
		return &upstream.Mismatch{Pointer: b.Batch.At, Want: "one element for each key", Got: "more for one, of which the first counts"}
	case matched == rows.Len():
		return nil
	case b.Batch.Map && matched == 0:
		return &upstream.Mismatch{Pointer: b.Batch.At, Want: "names that are the keys that were asked for", Got: "others"}
	case b.Batch.Map:
		return nil
	}
	for i := range rows.Len() {
		if part, kind := rows.WithoutKey(i); part >= 0 && !b.nothing(rows.At(i)) {
			return &upstream.Mismatch{Pointer: b.keyAt(i, part), Want: "a key, which is a string or a whole number", Got: kind.String()}
		}
	}
	if matched == 0 && !b.nothing(rows.At(0)) {
		return &upstream.Mismatch{Pointer: b.keyAt(0, 0), Want: "a key that was asked for", Got: "another"}
	}
	return nil
}

// keyAt is where a part of the key of the i-th element stands.
func (b *Binding) keyAt(i, part int) string {
	return b.Batch.At + "/" + strconv.Itoa(i) + b.Batch.Match[part]
}

// Null is an error of a null that the binding's upstream has given where none may be.
func (b *Binding) Null(err error) error { return &nullError{err, b} }

type nullError struct {
	error
	of *Binding
}

func (e *nullError) Unwrap() error { return e.error }

// Failure is the error as one of its upstream.
func (e *nullError) Failure() *upstream.Error {
	return &upstream.Error{
		Upstream: e.of.Upstream, Endpoint: e.of.Name, At: e.of.At, Kind: upstream.BadResponse, Call: upstream.AnyCall,
		Mismatch: &upstream.Mismatch{Want: "a value or an element that is not null", Got: "null"},
	}
}
