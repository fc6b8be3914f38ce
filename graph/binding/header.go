package binding

import (
	"errors"
	"maps"
	"net/http"
	"strings"
)

// Header is a header of a request: constant, or the value of a variable. One whose variable has no value is not sent.
type Header struct {
	Name  string // canonical, as net/http has it
	Value string // "" with Var
	Var   string // a variable's name; "": none
}

// errHeader says that a value cannot stand in a header.
var errHeader = errors.New("a header's value is not visible ASCII")

// headers are those of a compiled call.
type headers struct {
	constant http.Header // nil: none
	variable []Header
}

func newHeaders(list []Header) (h headers) {
	for _, header := range list {
		if header.Var != "" {
			h.variable = append(h.variable, header)
			continue
		}
		if h.constant == nil {
			h.constant = http.Header{}
		}
		h.constant[header.Name] = []string{header.Value}
	}
	return h
}

// any reports whether the call has headers of its own.
func (h *headers) any() bool { return h.constant != nil || h.variable != nil }

// fill are the headers with their values; they may be the call's own, so that nobody changes them.
func (h *headers) fill(in Params) (http.Header, error) {
	if len(h.variable) == 0 {
		return h.constant, nil
	}
	filled := maps.Clone(h.constant)
	for _, header := range h.variable {
		values := in.texts(header.Var)
		if len(values) == 0 {
			continue
		}
		if !visible(values[0]) {
			return nil, errHeader
		}
		if filled == nil {
			filled = http.Header{}
		}
		filled[header.Name] = values
	}
	return filled, nil
}

// fits reports whether a value of a variable can stand in the headers that have that.
func (h *headers) fits(name, value string) bool {
	for _, header := range h.variable {
		if header.Var == name && !visible(value) {
			return false
		}
	}
	return true
}

// visible reports whether a value consists of visible ASCII (VCHAR of RFC 5234), and is not empty.
func visible(value string) bool {
	return value != "" && !strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' })
}
