package binding

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yosida95/uritemplate/v3"
)

// errSegment says that a path segment would be empty, "." or "..", or that there would be more or fewer of them than the template and
// its values have: such a call is never sent. Escaping keeps slashes out of values, but a value that is empty or missing could still take
// its segment away.
var errSegment = errors.New("a path segment would be empty or dots")

// maxURL is how many bytes the URL of a batch has at most, counting keys only: see [Binding.Piece].
const maxURL = 8 << 10

// template is a URI template (RFC 6570) whose values can never change the path's structure.
//
// It expands itself, since package uritemplate escapes code points instead of their UTF-8: "é" becomes %E9, and U+2E2F
// becomes "%2E%2F". Only that package's parser is used.
type template struct {
	path     []part
	query    []urlParameter
	segments int             // of the path, without those of expressions like {/x}, which write as many as there are values
	empty    int             // how many of them are empty in the template itself: the last, behind a slash
	inPath   map[string]bool // the variables of the path
}

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

// newTemplate compiles the URL of a call that graph/bindgen has checked. It panics when that is no template.
//
// How many segments the path has it learns by filling it in with a plain value for every variable; expand refuses what has others.
func newTemplate(c Call) *template {
	uritemplate.MustNew(c.Template)
	path, query := splitQuery(c.Template)
	t := &template{path: readParts(path), query: readQuery(query, c.Quote), inPath: map[string]bool{}}
	nest(t.path, "/", c.Quote)
	for _, p := range c.Query {
		t.query = append(t.query, newParameter(p))
	}
	plain := Params{}
	for _, p := range t.path {
		for _, v := range p.vars {
			t.inPath[v.name] = true
			plain.Vars, plain.Values = append(plain.Vars, Var{Name: v.name, Type: &Type{Scalar: "Int"}}), append(plain.Values, "1")
		}
	}
	dst, _ := appendParts(nil, t.path, plain)
	t.segments, t.empty, _ = segments(string(dst))
	t.segments -= t.optional(plain)
	return t
}

// NestedVariables are the variables of a template that stand inside text of another language: see [nested].
func NestedVariables(raw string) (names []string) {
	t := newTemplate(Call{Template: raw})
	parts := slices.Clone(t.path)
	for _, p := range t.query {
		if written, ok := p.(pair); ok {
			parts = append(parts, written.value...)
		}
	}
	for _, p := range parts {
		for _, v := range p.vars {
			if p.nested {
				names = append(names, v.name)
			}
		}
	}
	return names
}

// splitQuery cuts a template where its query begins: at a question mark, or before an expression {?x}.
func splitQuery(raw string) (path, query string) {
	if i := strings.IndexByte(raw, '?'); i > 0 && raw[i-1] == '{' {
		return raw[:i-1], raw[i-1:]
	} else if i >= 0 {
		return raw[:i], raw[i+1:]
	}
	return raw, ""
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

// expand fills in the variables that have a value; those without are undefined (RFC 6570, section 2.3).
func (t *template) expand(in Params) (string, error) {
	dst, err := appendParts(make([]byte, 0, 128), t.path, in)
	if err != nil {
		return "", err
	}
	if n, empty, dots := segments(string(dst)); n != t.segments+t.optional(in) || empty != t.empty || dots {
		return "", errSegment
	}
	dst, err = t.appendQuery(dst, in)
	return string(dst), err
}

// length is how many bytes it has when it is filled in.
func (t *template) length(in Params) int {
	dst, _ := appendParts(make([]byte, 0, 128), t.path, in)
	dst, _ = t.appendQuery(dst, in)
	return len(dst)
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

// optional is how many segments the path's expressions like {/x} write: one for each value.
func (t *template) optional(in Params) (n int) {
	for _, p := range t.path {
		if p.operator.first != "/" {
			continue
		}
		for _, v := range p.vars {
			values := len(in.texts(v.name))
			if !v.explode {
				values = min(values, 1)
			}
			n += values
		}
	}
	return n
}

// appendQuery writes the query, with its question mark; nothing when no parameter has a value.
func (t *template) appendQuery(dst []byte, in Params) ([]byte, error) {
	begin := len(dst)
	for _, p := range t.query {
		var err error
		if dst, err = p.append(dst, in); err != nil {
			return dst, err
		}
	}
	if len(dst) > begin {
		dst[begin] = '?' // the first ampersand
	}
	return dst, nil
}

// adds is how many bytes one more value, which is not empty, adds to a variable's list in the URL.
func (t *template) adds(name, value string, of *Type) (n int) {
	for _, p := range t.path {
		n += p.adds(name, value, of)
	}
	for _, p := range t.query {
		n += p.adds(name, value, of)
	}
	return n
}

// fits reports whether a value of a variable can stand wherever the URL has that.
func (t *template) fits(name, value string, of *Type) bool {
	return !slices.ContainsFunc(t.path, func(p part) bool { return !p.fits(name, value, of) }) &&
		!slices.ContainsFunc(t.query, func(p urlParameter) bool { return !p.fits(name, value, of) })
}

// append writes literal text, or an expression.
func (p part) append(dst []byte, in Params) ([]byte, error) {
	dst = append(dst, p.literal...)
	begin := p.operator.first
	for _, v := range p.vars {
		values := in.texts(v.name)
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

// texts are the values of a variable as a URI has them; none when it has no value. They are the caller's.
func (in Params) texts(name string) []string {
	i := in.index(name)
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

// typeOf is the type of a variable's texts.
func (in Params) typeOf(name string) *Type {
	i := in.index(name)
	if i < 0 {
		return &Type{}
	}
	if t := in.Vars[i].Type; t.List != nil {
		return t.List
	}
	return in.Vars[i].Type
}

// index is where a variable is among Vars; below 0 where it is not.
func (in Params) index(name string) int {
	return slices.IndexFunc(in.Vars, func(v Var) bool { return v.Name == name })
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
