package binding

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yosida95/uritemplate/v3"
)

// errSegment says that a path segment would be empty, "." or "..", or that there would be more or fewer of them than the
// template has: such a call is never sent. Escaping keeps slashes out of values, but a value that is empty or missing could still take its
// segment away.
var errSegment = errors.New("a path segment would be empty or dots")

// maxURL is how many bytes the URL of a batch has at most, counting keys only: see [Binding.Piece].
const maxURL = 8 << 10

// template is a URI template (RFC 6570) whose values can never change the path's structure.
//
// It expands itself, since package uritemplate escapes code points instead of their UTF-8: "é" becomes %E9, and U+2E2F
// becomes "%2E%2F". Only that package's parser is used.
type template struct {
	parts    []part
	segments int             // of the path
	empty    int             // how many of them are empty in the template itself: the last, behind a slash
	path     map[string]bool // the variables of the path
}

// part is literal text, or an expression.
type part struct {
	literal  string
	operator operator
	vars     []templateVar
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

// newTemplate compiles a template that graph/bindgen has checked. It panics when raw is no template.
//
// How many segments the path has it learns by filling it in with a plain value for every variable; expand refuses what has others.
func newTemplate(raw string) *template {
	uritemplate.MustNew(raw)
	t := &template{path: map[string]bool{}}
	path := true
	for rest := raw; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		t.parts = append(t.parts, part{literal: string(appendVisible(nil, literal))})
		path = path && !strings.Contains(literal, "?")
		if !found {
			break
		}
		var inside string
		inside, rest, _ = strings.Cut(after, "}")
		p := expression(inside)
		path = path && p.operator.first != "?"
		for _, v := range p.vars {
			t.path[v.name] = t.path[v.name] || path
		}
		t.parts = append(t.parts, p)
	}
	t.segments, t.empty, _ = segments(t.fill(func(string) []string { return []string{"x"} }))
	return t
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

// expand fills in the variables that have a value; those without are undefined (RFC 6570, section 2.3).
func (t *template) expand(in Params) (string, error) {
	out := t.fill(in.texts)
	if n, empty, dots := segments(out); n != t.segments || empty != t.empty || dots {
		return "", errSegment
	}
	return out, nil
}

// fill writes the template; texts gives a variable's values, none when it is undefined.
func (t *template) fill(texts func(name string) []string) string {
	dst := make([]byte, 0, 128)
	for _, p := range t.parts {
		dst = append(dst, p.literal...)
		begin := p.operator.first
		for _, v := range p.vars {
			if values := texts(v.name); len(values) > 0 {
				dst = append(dst, begin...)
				dst = v.append(dst, p.operator, values)
				begin = p.operator.sep
			}
		}
	}
	return string(dst)
}

// adds is how many bytes one more value, which is not empty, adds to what fill writes of a list.
func (t *template) adds(name, value string) int {
	n := 0
	for _, p := range t.parts {
		for _, v := range p.vars {
			if v.name != name {
				continue
			}
			n += escapedLen(v.cut(value))
			switch {
			case !v.explode:
				n++ // a comma
			case p.operator.named:
				n += len(p.operator.sep) + len(v.name) + len("=")
			default:
				n += len(p.operator.sep)
			}
		}
	}
	return n
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

// appendEscaped appends s with all but RFC 3986's unreserved characters percent-encoded, byte by byte.
func appendEscaped(dst []byte, s string) []byte {
	const digits = "0123456789ABCDEF"
	for _, c := range []byte(s) {
		if unreserved(c) {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', digits[c>>4], digits[c&15])
		}
	}
	return dst
}

// escapedLen is how many bytes appendEscaped appends.
func escapedLen(s string) int {
	n := len(s)
	for _, c := range []byte(s) {
		if !unreserved(c) {
			n += len("%00") - 1
		}
	}
	return n
}

// unreserved reports whether a byte stands for itself in every part of a URI (RFC 3986, section 2.3).
func unreserved(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~':
		return true
	}
	return false
}

// appendVisible appends a template's own text, of which only what no URI can have is percent-encoded (RFC 6570, section 3.1).
func appendVisible(dst []byte, s string) []byte {
	for i := range len(s) {
		if s[i] > ' ' && s[i] < 0x7f {
			dst = append(dst, s[i])
		} else {
			dst = appendEscaped(dst, s[i:i+1])
		}
	}
	return dst
}

// texts are the values of a variable as a URI has them; none when it has no value.
func (in Params) texts(name string) []string {
	i := slices.IndexFunc(in.Vars, func(v Var) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	if t := in.Vars[i].Type; t.List != nil {
		return listTexts(in.Values[i], t.List)
	}
	if s, ok := text(in.Values[i], in.Vars[i].Type); ok {
		return []string{s}
	}
	return nil
}

// listTexts are the elements of a list as a URI has them, without those that are null or have no text.
func listTexts(v any, elem *Type) []string {
	if keys, ok := v.([]string); ok {
		out := make([]string, len(keys))
		for i, key := range keys {
			out[i] = stringText(key, elem)
		}
		return out
	}
	list := elements(v)
	out := make([]string, 0, len(list))
	for _, e := range list {
		if s, ok := text(e, elem); ok {
			out = append(out, s)
		}
	}
	return out
}

// segments counts the segments of a URI's path, and the empty ones; dots: one of them is "." or "..".
func segments(uri string) (n, empty int, dots bool) {
	path, _, _ := strings.Cut(uri, "?")
	for s := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		n++
		switch s {
		case "":
			empty++
		case ".", "..":
			dots = true
		}
	}
	return n, empty, dots
}
