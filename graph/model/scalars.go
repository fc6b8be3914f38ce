// Package model is the storefront's types: views over what its services answer, plain structs, and hand-written scalars.
package model

import (
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"time"

	"weft/graph/view"
)

// DateTime is a point in time, RFC 3339 in GraphQL.
type DateTime struct{ time.Time }

// ParseDateTime reads RFC 3339 text, or seconds since 1970.
func ParseDateTime(raw view.Raw) (DateTime, error) {
	if seconds, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return DateTime{time.Unix(seconds, 0).UTC()}, nil
	}
	var d DateTime
	err := d.UnmarshalJSON(raw)
	return d, err
}

// MarshalGQL writes RFC 3339 text.
func (d DateTime) MarshalGQL(w io.Writer) { _, _ = fmt.Fprintf(w, "%q", d.Format(time.RFC3339)) }

// UnmarshalGQL reads RFC 3339 text.
func (d *DateTime) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a DateTime is text such as 2026-03-01T09:30:00Z, not %T", v)
	}
	t, err := time.Parse(time.RFC3339, text)
	d.Time = t
	return err
}

// Decimal is a decimal number, kept as it was written.
type Decimal string

// Cents is an amount of so many hundredths.
func Cents(n int) Decimal { return Decimal(big.NewRat(int64(n), 100).FloatString(2)) }

// ParseDecimal reads a number, or text that is one.
func ParseDecimal(raw view.Raw) (Decimal, error) {
	text := string(raw)
	if len(raw) > 0 && raw[0] == '"' {
		if err := json.Unmarshal(raw, &text); err != nil {
			return "", err
		}
	}
	if _, ok := new(big.Rat).SetString(text); !ok || !json.Valid([]byte(text)) {
		return "", fmt.Errorf("not a decimal number")
	}
	return Decimal(text), nil
}

// MarshalGQL writes the number as text.
func (d Decimal) MarshalGQL(w io.Writer) { _, _ = fmt.Fprintf(w, "%q", string(d)) }

// UnmarshalGQL reads a number, or text that is one.
func (d *Decimal) UnmarshalGQL(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	*d, err = ParseDecimal(raw)
	return err
}
