// Package model is the views and plain types of the service, and its hand-written scalars.
package model

import (
	"fmt"
	"io"
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
func (d DateTime) MarshalGQL(w io.Writer) { fmt.Fprintf(w, "%q", d.Format(time.RFC3339)) }

// UnmarshalGQL reads RFC 3339 text.
func (d *DateTime) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("a DateTime is RFC 3339 text, not %T", v)
	}
	t, err := time.Parse(time.RFC3339, s)
	d.Time = t
	return err
}
