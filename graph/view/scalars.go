package view

import (
	"strconv"

	"weft/graph/scalar"
)

// This file reads the scalars of package scalar. Those that are text are answered as they are written.

// Int64 decodes a whole number of 64 bits, however written, or a string that is one.
func Int64(v Value) (int64, error) {
	text, ok := v.numeral()
	if !ok {
		return 0, v.mismatch("Int64")
	}
	n, fault := wholeNumber(text, 64)
	if fault != "" {
		return 0, v.wrong("Int64", fault)
	}
	return n, nil
}

// AppendInt64 writes a whole number of 64 bits.
func AppendInt64(dst []byte, v Value) ([]byte, error) {
	n, err := Int64(v)
	if err != nil {
		return dst, err
	}
	return strconv.AppendInt(dst, n, 10), nil
}

// Decimal decodes a number, or a string that is one, to its text.
func Decimal(v Value) (string, error) {
	text, ok := v.numeral()
	if !ok {
		return "", v.mismatch("Decimal")
	}
	return text, nil
}

// AppendDecimal writes a number's text as a string.
func AppendDecimal(dst []byte, v Value) ([]byte, error) { return appendText(dst, v, Decimal) }

// DateTime decodes a string that is a point in time.
func DateTime(v Value) (string, error) { return v.textOf("DateTime", scalar.IsDateTime) }

// AppendDateTime writes a point in time.
func AppendDateTime(dst []byte, v Value) ([]byte, error) { return appendText(dst, v, DateTime) }

// Date decodes a string that is a day.
func Date(v Value) (string, error) { return v.textOf("Date", scalar.IsDate) }

// AppendDate writes a day.
func AppendDate(dst []byte, v Value) ([]byte, error) { return appendText(dst, v, Date) }

// URL decodes a string that is a URI, or a reference that is relative to one.
func URL(v Value) (string, error) { return v.textOf("URL", scalar.IsURL) }

// AppendURL writes a URI.
func AppendURL(dst []byte, v Value) ([]byte, error) { return appendText(dst, v, URL) }

// UUID decodes a string that is a UUID.
func UUID(v Value) (string, error) { return v.textOf("UUID", scalar.IsUUID) }

// AppendUUID writes a UUID.
func AppendUUID(dst []byte, v Value) ([]byte, error) { return appendText(dst, v, UUID) }

// textOf returns a string that is a value of a scalar.
func (v Value) textOf(name string, is func(string) bool) (string, error) {
	if v.Kind() != KindString {
		return "", v.mismatch(name)
	}
	text := unquote(v.Raw())
	if !is(text) {
		return "", v.unknown(name)
	}
	return text, nil
}

// appendText writes a scalar's text, in which there is nothing that JSON escapes.
func appendText(dst []byte, v Value, decode func(Value) (string, error)) ([]byte, error) {
	text, err := decode(v)
	if err != nil {
		return dst, err
	}
	return append(append(append(dst, '"'), text...), '"'), nil
}
