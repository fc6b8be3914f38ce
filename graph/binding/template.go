package binding

import (
	"errors"
	"slices"
	"strings"
	"unsafe"

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
	follows  string // the variable that is the URL, in the data, to which the query is added: see [Field.Follow]; "": the path is the template's own
	path     []part
	query    []urlParameter
	segments int             // of the path, without those of expressions like {/x}, which write as many as there are values
	empty    int             // how many of them are empty in the template itself: the last, behind a slash
	inPath   map[string]bool // the variables of the path
}

// newTemplate compiles the URL of a call that graph/bindgen has checked. It panics when that is no template.
//
// How many segments the path has it learns by filling it in with a plain value for every variable; expand refuses what has others.
func newTemplate(c Call) *template {
	uritemplate.MustNew(c.Template)
	path, query := splitQuery(c.Template)
	t := &template{path: readParts(path), query: readQuery(query, c.Quote), inPath: map[string]bool{}}
	if !strings.HasPrefix(path, "/") {
		t.follows, t.path = t.path[0].vars[0].name, nil
	}
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
	if t.follows == "" {
		t.segments, t.empty, _ = segments(string(dst))
		t.segments -= t.optional(plain)
	}
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

// expand fills in the variables that have a value; those without are undefined (RFC 6570, section 2.3).
func (t *template) expand(in Params) (string, error) {
	if t.follows != "" {
		return t.extend(in)
	}
	dst, err := appendParts(make([]byte, 0, 128), t.path, in)
	if err != nil {
		return "", err
	}
	dst, err = t.appendQuery(dst, in)
	uri := unsafe.String(unsafe.SliceData(dst), len(dst)) // nobody else has it
	if n, empty, dots := segments(uri); n != t.segments+t.optional(in) || empty != t.empty || dots {
		return "", errSegment
	}
	return uri, err
}

// extend adds the query to the path that the template follows.
func (t *template) extend(in Params) (string, error) {
	path, _ := in.Values[in.index(t.follows)].(string)
	dst, err := t.appendQuery([]byte(path), in)
	if len(dst) > len(path) && strings.Contains(path, "?") {
		dst[len(path)] = '&'
	}
	return string(dst), err
}

// length is how many bytes it has when it is filled in.
func (t *template) length(in Params) int {
	dst, _ := appendParts(make([]byte, 0, 128), t.path, in)
	dst, _ = t.appendQuery(dst, in)
	return len(dst)
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

// texts are the values of a variable as a URI has them; none when it has no value. They are the caller's.
func (in Params) texts(name string) []string { return in.appendTexts(nil, name) }

// appendTexts appends the values of a variable as a URI has them.
func (in Params) appendTexts(dst []string, name string) []string {
	i := in.index(name)
	if i < 0 {
		return dst
	}
	if t := in.Vars[i].Type; t.List != nil {
		return appendListTexts(dst, in.Values[i], t.List)
	}
	if s, ok := text(in.Values[i], in.Vars[i].Type); ok {
		return append(dst, s)
	}
	return dst
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

// appendListTexts appends the elements of a list as a URI has them, without those that are null or have no text.
func appendListTexts(dst []string, v any, elem *Type) []string {
	if keys, ok := v.([]string); ok {
		dst = slices.Grow(dst, len(keys))
		for _, key := range keys {
			dst = append(dst, stringText(key, elem))
		}
		return dst
	}
	list := elements(v)
	dst = slices.Grow(dst, len(list))
	for _, e := range list {
		if s, ok := text(e, elem); ok {
			dst = append(dst, s)
		}
	}
	return dst
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
