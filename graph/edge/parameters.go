package edge

import (
	"errors"
	"net/url"
	"strings"
)

// parameter is one of a URL's query string.
type parameter struct{ name, value string }

// parameters are all of them, in their order. They say what [url.ParseQuery] does, and need no map and no list for each name: 8 allocations of a request.
type parameters []parameter

// parseParameters appends a query string's parameters to those of room.
func parseParameters(room parameters, query string) (parameters, error) {
	for query != "" {
		var text string
		if text, query, _ = strings.Cut(query, "&"); text == "" {
			continue
		}
		if strings.Contains(text, ";") {
			return nil, errors.New("a semicolon separates nothing")
		}
		name, value, _ := strings.Cut(text, "=")
		var p parameter
		var wrong [2]error
		p.name, wrong[0] = url.QueryUnescape(name)
		p.value, wrong[1] = url.QueryUnescape(value)
		if err := errors.Join(wrong[:]...); err != nil {
			return nil, err
		}
		room = append(room, p)
	}
	return room, nil
}

// get returns the value of the first parameter of a name, and whether there are several; "": there is none.
func (p parameters) get(name string) (value string, several bool) {
	found := false
	for _, of := range p {
		switch {
		case of.name != name:
		case found:
			return value, true
		default:
			value, found = of.value, true
		}
	}
	return value, false
}

// first is what get returns first.
func (p parameters) first(name string) string {
	value, _ := p.get(name)
	return value
}
