package binding

import (
	"slices"
	"strings"
)

// clause is text with variables in it. Its literal text is percent-encoded already.
type clause struct {
	pieces  []piece
	quote   Quote
	without string // a value that stands alone has none of these characters
}

// piece is literal text, or a variable.
type piece struct{ literal, variable string }

// newClause compiles text with {variables}, which graph/bindgen has checked.
func newClause(raw string, quote Quote) clause {
	t := clause{quote: quote}
	for rest := raw; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		if literal != "" {
			t.pieces = append(t.pieces, piece{literal: string(appendWritten(nil, literal))})
		}
		if !found {
			break
		}
		var name string
		name, rest, _ = strings.Cut(after, "}")
		t.pieces = append(t.pieces, piece{variable: name})
	}
	return t
}

// fill finds the values of the clause's variables, by piece, and how often the clause is written: once, as often as a list among them has
// elements, or not at all when one has no value.
func (c clause) fill(in Params) (values [][]string, times int) {
	values, times = make([][]string, len(c.pieces)), 1
	for i, p := range c.pieces {
		if p.variable == "" {
			continue
		}
		values[i] = in.texts(p.variable)
		if len(values[i]) == 0 {
			return nil, 0
		}
		times = max(times, len(values[i]))
	}
	return values, times
}

// append writes the clause for the i-th time.
func (c clause) append(dst []byte, in Params, values [][]string, i int) ([]byte, error) {
	for k, p := range c.pieces {
		dst = append(dst, p.literal...)
		if p.variable == "" {
			continue
		}
		value, err := c.value(values[k][min(i, len(values[k])-1)], in.typeOf(p.variable))
		if err != nil {
			return dst, err
		}
		dst = appendEscaped(dst, value)
	}
	return dst, nil
}

// value is a value as the clause has it.
func (c clause) value(s string, of *Type) (string, error) {
	if c.quote == NoQuote && len(c.pieces) == 1 {
		if strings.ContainsAny(s, c.without) {
			return "", errPlace
		}
		return s, nil
	}
	return c.quote.of(s, of)
}

// has reports whether a variable is in the clause.
func (c clause) has(name string) bool {
	return slices.ContainsFunc(c.pieces, func(p piece) bool { return p.variable == name })
}

// length is how many bytes the clause has with a value of its only variable.
func (c clause) length(s string, of *Type) (n int) {
	for _, p := range c.pieces {
		n += len(p.literal)
	}
	s, _ = c.value(s, of)
	return n + escapedLen(s)
}
