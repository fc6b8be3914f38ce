package binding

import (
	"slices"
	"strings"
)

// urlParameter is what a URL's query has between two ampersands, or a few of these.
type urlParameter interface {
	// append writes the parameter behind an ampersand, and nothing when it has no value.
	append(dst []byte, in Params) ([]byte, error)
	// adds is how many bytes one more value, which is not empty, adds to a variable's list in the parameter.
	adds(name, value string, of *Type) int
	// fits reports whether a value of a variable can stand where the parameter has that.
	fits(name, value string, of *Type) bool
}

// readQuery reads the query of a template. Strings inside text are quoted by a rule.
func readQuery(raw string, quote Quote) (list []urlParameter) {
	var open pair // what has begun
	end := func() {
		if len(open.value) > 0 || open.name != "" {
			nest(open.value, "", quote)
			list = append(list, open)
		}
		open = pair{}
	}
	for _, p := range readParts(raw) {
		switch {
		case p.operator.sep == "&":
			end()
			list = append(list, named{p})
		case p.vars != nil:
			open.value = append(open.value, p)
		default:
			for i, text := range strings.Split(p.literal, "&") {
				if i > 0 {
					end()
				}
				open.add(text)
			}
		}
	}
	end()
	return list
}

// named is an expression that writes the names of its variables: {?x,y} or {&x}.
type named struct{ part }

func (n named) append(dst []byte, in Params) ([]byte, error) {
	n.operator.first = "&"
	return n.part.append(dst, in)
}

// pair is a parameter that a template writes out: "state=open", or "created[gte]={since}", which is left out when it has variables and
// none of them a value. That is the one thing in which templates are not RFC 6570's: there it would be sent without a value.
type pair struct {
	name  string // with its "="; "" where there is none
	value []part
}

// add adds literal text.
func (p *pair) add(text string) {
	if name, value, ok := strings.Cut(text, "="); ok && p.name == "" && len(p.value) == 0 {
		p.name, text = name+"=", value
	}
	if text != "" {
		p.value = append(p.value, part{literal: text})
	}
}

func (p pair) append(dst []byte, in Params) ([]byte, error) {
	variable := func(p part) bool { return p.vars != nil }
	if slices.ContainsFunc(p.value, variable) && !slices.ContainsFunc(p.value, func(p part) bool { return p.hasValue(in) }) {
		return dst, nil
	}
	dst = append(append(dst, '&'), p.name...)
	return appendParts(dst, p.value, in)
}

func (p pair) adds(name, value string, of *Type) (n int) {
	for _, v := range p.value {
		n += v.adds(name, value, of)
	}
	return n
}

func (p pair) fits(name, value string, of *Type) bool {
	return !slices.ContainsFunc(p.value, func(v part) bool { return !v.fits(name, value, of) })
}
