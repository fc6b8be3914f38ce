package binding

import (
	"errors"
	"strings"

	"github.com/yosida95/uritemplate/v3"
)

// errSegment says that a path segment would be empty, "." or "..": such a call is never sent.
var errSegment = errors.New("a path segment would be empty or dots")

// maxURL is the length in bytes above which a batch's URL is split.
const maxURL = 8 << 10

// template is a URI template whose values can never change the path's structure.
type template struct {
	uri   *uritemplate.Template
	empty int             // empty segments of the path when every variable has a value
	path  map[string]bool // the variables of the path
}

func newTemplate(raw string) *template {
	t := &template{uri: uritemplate.MustNew(raw), path: map[string]bool{}}
	probe := uritemplate.Values{}
	for _, name := range t.uri.Varnames() {
		probe[name] = uritemplate.String("x")
	}
	filled, _ := t.uri.Expand(probe)
	t.empty = emptySegments(filled)
	for _, name := range t.uri.Varnames() {
		without := uritemplate.Values{}
		for other, v := range probe {
			if other != name {
				without[other] = v
			}
		}
		s, _ := t.uri.Expand(without)
		t.path[name] = pathOf(s) != pathOf(filled)
	}
	return t
}

// expand fills in the variables that have a value; those without are undefined (RFC 6570, section 2.3).
func (t *template) expand(in input) (string, error) {
	set := make(uritemplate.Values, len(in.vars))
	for i, v := range in.vars {
		if v.Type.List != nil {
			if texts := listTexts(in.values[i], v.Type.List); len(texts) > 0 {
				set[v.Name] = uritemplate.List(texts...)
			}
			continue
		}
		if s, ok := text(in.values[i], v.Type); ok {
			set[v.Name] = uritemplate.String(s)
		}
	}
	out, err := t.uri.Expand(set)
	if err != nil {
		return "", err
	}
	if emptySegments(out) != t.empty || dots(out) {
		return "", errSegment
	}
	return out, nil
}

func listTexts(v any, elem *Type) []string {
	list := elements(v)
	out := make([]string, 0, len(list))
	for _, e := range list {
		if s, ok := text(e, elem); ok {
			out = append(out, s)
		}
	}
	return out
}

func pathOf(uri string) string {
	path, _, _ := strings.Cut(uri, "?")
	return path
}

func emptySegments(uri string) int {
	n := 0
	for s := range strings.SplitSeq(strings.TrimPrefix(pathOf(uri), "/"), "/") {
		if s == "" {
			n++
		}
	}
	return n
}

func dots(uri string) bool {
	for s := range strings.SplitSeq(pathOf(uri), "/") {
		if s == "." || s == ".." {
			return true
		}
	}
	return false
}
