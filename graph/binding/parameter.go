package binding

import (
	"slices"
	"strings"
)

// urlParameter is what a URL's query has between two ampersands, or a few of these.
type urlParameter interface {
	// append writes the parameter behind an ampersand, and nothing when it has no value.
	append(dst []byte, in Params) []byte
	// adds is how many bytes one more value, which is not empty, adds to a list in the parameter.
	adds(name, value string) int
}

// readQuery reads the query of a template.
func readQuery(raw string) (list []urlParameter) {
	var open pair // what has begun
	end := func() {
		if len(open.value) > 0 || open.name != "" {
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

func (n named) append(dst []byte, in Params) []byte {
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

func (p pair) append(dst []byte, in Params) []byte {
	variable := func(p part) bool { return p.vars != nil }
	if slices.ContainsFunc(p.value, variable) && !slices.ContainsFunc(p.value, func(p part) bool { return p.hasValue(in) }) {
		return dst
	}
	dst = append(append(dst, '&'), p.name...)
	for _, v := range p.value {
		dst = v.append(dst, in)
	}
	return dst
}

func (p pair) adds(name, value string) (n int) {
	for _, v := range p.value {
		n += v.adds(name, value)
	}
	return n
}
