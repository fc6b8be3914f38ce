package imageurl

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// template writes the URLs of an image service that takes what is wanted as text in its path or query.
type template struct {
	path  []piece
	query [][]piece // its parameters, each without the & before it
}

// piece is literal text, or the value of a name.
type piece struct{ literal, name string }

var names = []string{"source", "width", "height", "fit", "format", "quality"}

func newTemplate(text string) (form, error) {
	before, _, _ := strings.Cut(text, "{")
	if u, err := url.Parse(before); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil ||
		strings.TrimPrefix(before, u.Scheme+"://"+u.Host) == "" || strings.Contains(text, "#") {
		return nil, errors.New(`must be a URL such as "https://images.example.com/resize?url={source}&w={width}", whose scheme and host are fixed, without a fragment`)
	}
	path, query, _ := strings.Cut(text, "?")
	t := &template{}
	var err error
	if t.path, err = pieces(path); err != nil {
		return nil, err
	}
	sources := count(t.path, "source")
	for parameter := range strings.SplitSeq(query, "&") {
		p, err := pieces(parameter)
		if err != nil {
			return nil, err
		}
		sources += count(p, "source")
		t.query = append(t.query, p)
	}
	if sources != 1 {
		return nil, errors.New("must have {source}, the picture's own URL, in one place")
	}
	return t, nil
}

// pieces divides a text at its names in braces.
func pieces(text string) ([]piece, error) {
	var list []piece
	for text != "" {
		literal, rest, found := strings.Cut(text, "{")
		if literal != "" {
			list = append(list, piece{literal: literal})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || !slices.Contains(names, name) {
			return nil, fmt.Errorf("{%.32s is none of {%s}", rest, strings.Join(names, "}, {"))
		}
		list, text = append(list, piece{name: name}), after
	}
	return list, nil
}

func count(list []piece, name string) (n int) {
	for _, p := range list {
		if p.name == name {
			n++
		}
	}
	return n
}

func (t *template) url(source string, w Wanted) string {
	text := appendPieces(nil, t.path, source, w)
	separator := byte('?')
	for _, parameter := range t.query {
		if len(parameter) == 0 || slices.ContainsFunc(parameter, func(p piece) bool { return p.name != "" && w.text(p.name, source) == "" }) {
			continue
		}
		text = appendPieces(append(text, separator), parameter, source, w)
		separator = '&'
	}
	return string(text)
}

func appendPieces(text []byte, list []piece, source string, w Wanted) []byte {
	for _, p := range list {
		if p.name == "" {
			text = append(text, p.literal...)
		} else {
			text = append(text, escaped(w.text(p.name, source))...)
		}
	}
	return text
}

// escaped writes all but RFC 3986's unreserved characters with percent signs, so that a value is one segment, or one parameter's.
func escaped(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// text is the value of a name; "" where nothing is wanted.
func (w Wanted) text(name, source string) string {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	switch name {
	case "source":
		return source
	case "width":
		return number(w.Width)
	case "height":
		return number(w.Height)
	case "quality":
		return number(w.Quality)
	case "fit":
		return strings.ToLower(w.Fit)
	}
	return strings.ToLower(w.Format)
}
