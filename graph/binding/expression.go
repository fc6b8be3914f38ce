package binding

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// part is literal text, or an expression.
type part struct {
	literal  string
	operator operator
	vars     []templateVar
	nested   bool  // the text around it is of another language: see [nested]
	quote    Quote // of strings there
}

// templateVar is one variable of an expression, with its modifier (RFC 6570, section 2.4).
type templateVar struct {
	name    string
	explode bool // {name*}: each element of a list by itself
	prefix  int  // {name:3}: so many code points of the value; 0 all
}

// operator is how an expression is written: a line of the table in RFC 6570, appendix A.
type operator struct {
	first, sep string // before the first value, and between values
	named      bool   // name=value
	empty      string // behind the name of an empty value
}

// operators are those that a schema may use. The reserved ones, + and #, are not among them.
var operators = map[byte]operator{
	'/': {"/", "/", false, ""},
	';': {";", ";", true, ""},
	'.': {".", ".", false, ""},
	'?': {"?", "&", true, "="},
	'&': {"&", "&", true, "="},
}

// readParts reads literal text and expressions.
func readParts(raw string) (parts []part) {
	for rest := raw; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		if literal != "" {
			parts = append(parts, part{literal: string(appendVisible(nil, literal))})
		}
		if !found {
			break
		}
		var inside string
		inside, rest, _ = strings.Cut(after, "}")
		parts = append(parts, expression(inside))
	}
	return parts
}

// nest marks the expressions that stand in text of another language: in a segment of a path, which separator ends, or in the value of a
// parameter, of which "" is none.
func nest(parts []part, separator string, quote Quote) {
	var around strings.Builder
	var within []*part
	end := func() {
		for _, p := range within {
			p.nested, p.quote = nested(around.String()), quote
		}
		around.Reset()
		within = within[:0]
	}
	for i := range parts {
		p := &parts[i]
		texts := []string{p.literal}
		if separator != "" {
			texts = strings.Split(p.literal, separator)
		}
		for k, text := range texts {
			if k > 0 {
				end()
			}
			around.WriteString(text)
		}
		if separator != "" && p.operator.first == separator {
			end()
		}
		if p.vars != nil {
			within = append(within, p)
		}
	}
	end()
}

// expression compiles what stands between braces.
func expression(inside string) part {
	o, ok := operators[inside[0]]
	if !ok {
		o = operator{sep: ","}
	} else {
		inside = inside[1:]
	}
	p := part{operator: o}
	for name := range strings.SplitSeq(inside, ",") {
		name, length, _ := strings.Cut(name, ":")
		plain, explode := strings.CutSuffix(name, "*")
		prefix, _ := strconv.Atoi(length) // 0 for none
		p.vars = append(p.vars, templateVar{plain, explode, prefix})
	}
	return p
}

// appendParts writes a path, or the value of a parameter.
func appendParts(dst []byte, parts []part, in Params) ([]byte, error) {
	for _, p := range parts {
		var err error
		if dst, err = p.append(dst, in); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// append writes literal text, or an expression.
func (p part) append(dst []byte, in Params) ([]byte, error) {
	dst = append(dst, p.literal...)
	begin := p.operator.first
	var room [1]string // for most
	for _, v := range p.vars {
		values := in.appendTexts(room[:0], v.name)
		if len(values) == 0 {
			continue
		}
		if p.nested {
			for i := range values {
				var err error
				if values[i], err = p.quote.of(v.cut(values[i]), in.typeOf(v.name)); err != nil {
					return dst, err
				}
			}
			v.prefix = 0
		}
		dst = append(dst, begin...)
		dst = v.append(dst, p.operator, values)
		begin = p.operator.sep
	}
	return dst, nil
}

// adds is how many bytes one more value adds.
func (p part) adds(name, value string, of *Type) (n int) {
	if p.nested {
		value, _ = p.quote.of(value, of)
	}
	for _, v := range p.vars {
		if v.name == name {
			n += v.adds(p.operator, value)
		}
	}
	return n
}

// fits reports whether a value can stand in text of another language.
func (p part) fits(name, value string, of *Type) bool {
	if !p.nested || !slices.ContainsFunc(p.vars, func(v templateVar) bool { return v.name == name }) {
		return true
	}
	_, err := p.quote.of(value, of)
	return err == nil
}

// hasValue reports whether a variable of an expression has a value.
func (p part) hasValue(in Params) bool {
	return slices.ContainsFunc(p.vars, func(v templateVar) bool { return len(in.texts(v.name)) > 0 })
}

// append writes one variable (RFC 6570, section 3.2.1).
func (v templateVar) append(dst []byte, o operator, values []string) []byte {
	for i, value := range values {
		switch {
		case i > 0 && !v.explode:
			dst = append(dst, ',')
		case i > 0:
			dst = append(dst, o.sep...)
		}
		if o.named && (i == 0 || v.explode) {
			dst = append(dst, v.name...)
			if value == "" && (len(values) == 1 || v.explode) {
				dst = append(dst, o.empty...)
				continue
			}
			dst = append(dst, '=')
		}
		dst = appendEscaped(dst, v.cut(value))
	}
	return dst
}

// adds is how many bytes one more value adds.
func (v templateVar) adds(o operator, value string) int {
	n := escapedLen(v.cut(value))
	switch {
	case !v.explode:
		n++ // a comma
	case o.named:
		n += len(o.sep) + len(v.name) + len("=")
	default:
		n += len(o.sep)
	}
	return n
}

// cut is the value's prefix, if the template asks for no more.
func (v templateVar) cut(value string) string {
	if v.prefix == 0 {
		return value
	}
	end := 0
	for range v.prefix {
		_, size := utf8.DecodeRuneInString(value[end:])
		end += size
	}
	return value[:end]
}
