package binding

import (
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// link is one element of a Link header (RFC 8288, section 3).
type link struct {
	target string   // as written: often relative
	rel    []string // its relations, in lower case
	anchor bool     // it is about another resource than the one asked for
}

// nextLink is the target of the first rel="next" link of h; false without one. Links that are about another resource (anchor, section 3.2),
// and targets that are no URL, do not count.
func nextLink(h http.Header) (target string, ok bool) {
	for _, header := range h.Values("Link") {
		for l := range links(header) {
			if l.anchor || !slices.Contains(l.rel, "next") {
				continue
			}
			if _, err := url.Parse(l.target); err == nil {
				return l.target, true
			}
		}
	}
	return "", false
}

// links are the elements of one Link header's value, as section B.2 of RFC 8288 reads them: it ends at the first byte
// that no element can begin with.
func links(header string) iter.Seq[link] {
	return func(yield func(link) bool) {
		rest := header
		for {
			target, after, ok := strings.Cut(strings.TrimLeft(rest, " \t,"), ">")
			if !ok || !strings.HasPrefix(target, "<") {
				return
			}
			l := link{target: target[1:]}
			rest = l.parameters(after)
			if !yield(l) {
				return
			}
		}
	}
}

// parameters reads "; name=value" pairs (section B.3) and returns what follows them. Of several rel the first counts.
func (l *link) parameters(s string) (rest string) {
	related := false
	for {
		s = space(s)
		if !strings.HasPrefix(s, ";") {
			return s
		}
		name, value, after := parameter(s[1:])
		s = after
		switch {
		case strings.EqualFold(name, "anchor"):
			l.anchor = true
		case strings.EqualFold(name, "rel") && !related:
			related = true
			l.rel = strings.Fields(strings.ToLower(value))
		}
	}
}

// parameter reads one parameter; its value may be quoted, bare or missing.
func parameter(s string) (name, value, rest string) {
	s = space(s)
	end := until(s, " \t=;,")
	name, s = s[:end], space(s[end:])
	if !strings.HasPrefix(s, "=") {
		return name, "", s
	}
	s = space(s[1:])
	if strings.HasPrefix(s, `"`) {
		value, rest = quoted(s[1:])
		return name, value, rest
	}
	end = until(s, " \t;,")
	return name, s[:end], s[end:]
}

// quoted reads a quoted string behind its first quote (RFC 9110, section 5.6.4).
func quoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

func space(s string) string { return strings.TrimLeft(s, " \t") }

// until is how much of s stands before the first of stops.
func until(s, stops string) int {
	if i := strings.IndexAny(s, stops); i >= 0 {
		return i
	}
	return len(s)
}
