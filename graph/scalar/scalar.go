// Package scalar has the scalars that every schema has by declaring them: scalar DateTime. It says which texts are values of them:
//
//	Int64     a whole number of 64 bits
//	Decimal   a number as JSON writes it, of any length (RFC 8259, section 6)
//	DateTime  a point in time (RFC 3339, date-time)
//	Date      a day (RFC 3339, full-date)
//	URL       a URI, or a reference that is relative to one (RFC 3986, section 4.1)
//	UUID      (RFC 9562, section 4)
//	JSON      anything
//
// Nothing is converted and no number becomes a float: a value stays the text that somebody wrote. Package view has the decoders of these
// scalars, package coercion coerces what clients write.
package scalar

import "github.com/vektah/gqlparser/v2/ast"

// Scalar is one of the scalars.
type Scalar struct {
	Is      func(string) bool // whether a text is a value; nil: anything is one
	Number  bool              // its values are numbers, and text that is one
	Example string            // a value, as an error shows it
	By      string            // the URL of its standard, for @specifiedBy; "": there is none
}

// Takes reports whether a literal is a value.
func (s Scalar) Takes(v *ast.Value) bool {
	switch {
	case s.Is == nil:
		return true
	case v.Kind == ast.StringValue, v.Kind == ast.BlockValue, s.Number && (v.Kind == ast.IntValue || v.Kind == ast.FloatValue):
		return s.Is(v.Raw)
	}
	return false
}

// Shipped are the scalars by their names.
var Shipped = map[string]Scalar{
	"Int64":    {Is: IsInt64, Number: true, Example: "9007199254740993"},
	"Decimal":  {Is: IsDecimal, Number: true, Example: "19.90"},
	"DateTime": {Is: IsDateTime, Example: "2026-03-01T09:30:00Z", By: "https://www.rfc-editor.org/rfc/rfc3339"},
	"Date":     {Is: IsDate, Example: "2026-03-01", By: "https://www.rfc-editor.org/rfc/rfc3339"},
	"URL":      {Is: IsURL, Example: "https://example.com/a?b=c", By: "https://www.rfc-editor.org/rfc/rfc3986"},
	"UUID":     {Is: IsUUID, Example: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", By: "https://www.rfc-editor.org/rfc/rfc9562"},
	"JSON":     {By: "https://www.rfc-editor.org/rfc/rfc8259"},
}
