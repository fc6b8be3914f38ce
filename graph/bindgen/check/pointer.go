package check

import (
	"fmt"
	"strings"
)

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

// child is the pointer to a member of what a pointer points to.
func child(pointer, name string) string { return pointer + "/" + escape.Replace(name) }
