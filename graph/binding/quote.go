package binding

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Quote is how a string is written inside text of another language, so that whatever is in it stays one string there.
type Quote int

// The rules.
const (
	NoQuote    Quote = iota // a string stands alone
	QuoteJSON               // "a\"b": RFC 8259, section 7
	QuoteOData              // 'a''b': OData 4.01, part 2, section 5.1.1.14.1
	QuoteRSQL               // "a\"b", where a backslash escapes any character and nothing else is special
)

// String is the rule's name in schemas.
func (q Quote) String() string { return [...]string{"", "JSON", "ODATA", "RSQL"}[q] }

// append appends s as a string of the language.
func (q Quote) append(dst []byte, s string) []byte {
	switch q {
	case QuoteJSON:
		return appendJSONString(dst, s)
	case QuoteOData:
		return append(append(append(dst, '\''), strings.ReplaceAll(s, "'", "''")...), '\'')
	case QuoteRSQL:
		return append(append(append(dst, '"'), backslashed.Replace(s)...), '"')
	case NoQuote:
	}
	return append(dst, s...)
}

var backslashed = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// appendJSONString escapes what JSON says must be, and no more: languages that have its strings may not know all of its escapes.
func appendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, c := range []byte(s) {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = fmt.Appendf(dst, `\u%04x`, c)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// nested reports whether text around a variable, as a URL has it, is of another language: it has more than the unreserved characters of
// RFC 3986, section 2.3, and @. A string may not stand in it without a [Quote].
func nested(around string) bool {
	text, err := url.PathUnescape(around)
	return err != nil || strings.ContainsFunc(text, func(r rune) bool { return r < 0x80 && r != '@' && !unreserved(byte(r)) })
}

// errPlace says that a value would be read as something else than one value: such a call is never sent.
var errPlace = errors.New("a value would not stay in its place")

// of is a value of a type as it stands inside text: a string as the rule writes it, and all else as it is, which must be a word.
func (q Quote) of(s string, of *Type) (string, error) {
	switch {
	case !of.free() && q != NoQuote:
		return string(q.append(nil, s)), nil
	case of.free() && word(s, of):
		return s, nil
	}
	return "", errPlace
}

// word reports whether a value can stand in text of any language without quotes: a number, true, false, or a name.
func word(s string, of *Type) bool {
	for _, spelling := range of.Enum {
		if s == spelling {
			return true
		}
	}
	return strings.Trim(s, "+-.0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// free reports whether the values of a type are numbers, booleans or names, which need no quotes.
func (t *Type) free() bool {
	switch t.Scalar {
	case "Int", "Float", "Boolean", "Int64", "Decimal":
		return true
	}
	return t.Enum != nil || t.digits
}
