package check

import (
	"fmt"
	"regexp"
	"strings"
)

// indexed is a name with an index behind it, as JSONPath and JavaScript write it: "items[0]".
var indexed = regexp.MustCompile(`\[(\d+)\]`)

// fromEnd is what would count from the end of a list, or be the place behind it (RFC 6901, section 4): no answer has anything there.
var fromEnd = regexp.MustCompile(`^-\d*$`)

// pointerMistake says what is wrong with a JSON pointer (RFC 6901, section 3); "" nothing.
func pointerMistake(p string) string {
	if p == "" {
		return "is empty; leave it out for the whole value"
	}
	if p[0] != '/' {
		return fmt.Sprintf("is no JSON pointer; start it with a slash: %q", "/"+strings.ReplaceAll(strings.TrimPrefix(p, "$."), ".", "/"))
	}
	for i := 0; i < len(p); i++ {
		if p[i] == '~' && (i+1 == len(p) || p[i+1] != '0' && p[i+1] != '1') {
			return `is no JSON pointer; write "~" as "~0" and "/" inside a name as "~1"`
		}
	}
	for token := range strings.SplitSeq(p[1:], "/") {
		switch {
		case fromEnd.MatchString(token):
			return fmt.Sprintf("leads nowhere: a JSON pointer counts the elements of a list from 0, and %q is none of them", token)
		case token == "*":
			return "leads nowhere: a JSON pointer leads to one value, and * is no index; each goes through the elements of a list"
		case indexed.MatchString(token):
			return fmt.Sprintf("leads nowhere: an index is a name of its own; write %q", strings.ReplaceAll(indexed.ReplaceAllString(p, "/$1"), "//", "/"))
		}
	}
	return ""
}

// pointer returns the pointer in an argument; "" when there is none or it is wrong, which is reported.
func (c *compiler) pointer(s site, l *literal, path, name string) string {
	if !l.has(name) {
		return ""
	}
	p := l.text(name)
	if mistake := pointerMistake(p); mistake != "" {
		c.report(s, l.at(name), "%s%s %q %s", path, name, p, mistake)
		l.wrong[name] = true
		return ""
	}
	return p
}

var (
	unescape = strings.NewReplacer("~1", "/", "~0", "~")
	escape   = strings.NewReplacer("~", "~0", "/", "~1")
)

// tokens are the names of a pointer, unescaped.
func tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	list := strings.Split(pointer[1:], "/")
	for i, t := range list {
		list[i] = unescape.Replace(t)
	}
	return list
}

// below reports whether a pointer leads to a place inside of what another one points to, and how it goes on from there.
func below(pointer, outer string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(pointer, outer)
	return rest, ok && strings.HasPrefix(rest, "/")
}

// isIndex reports whether a token is the index of a list's element.
func isIndex(token string) bool {
	return token == "0" || token != "" && token[0] != '0' && strings.Trim(token, "0123456789") == ""
}

// child is the pointer to a member of what a pointer points to.
func child(pointer, name string) string { return pointer + "/" + escape.Replace(name) }
