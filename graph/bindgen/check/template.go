package check

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/yosida95/uritemplate/v3"
)

// expression is one variable in a URI template.
type expression struct {
	name     string
	operator byte // one of ? & / ; and . or 0: simple expansion, which has no sign
	prefix   bool // {name:3}
	path     bool // it stands before the question mark
	follows  bool // it is a URL in the data
}

// named reports whether the URL has the variable's name, too.
func (e expression) named() bool { return e.operator == '?' || e.operator == '&' || e.operator == ';' }

// readTemplate reads an RFC 6570 template as we allow it and returns its variables in order. mistake says what is wrong
// with it; "" nothing.
//
// The library checks the syntax. What is read here is what it accepts and we do not: anything by which a value could
// leave its place in the URL, or the template name another host.
func readTemplate(text string) (vars []expression, mistake string) {
	if _, err := uritemplate.New(text); err != nil && !pointed.MatchString(text) {
		return nil, "is no URI template (RFC 6570): " + syntaxMistake(err)
	}
	if vars, mistake, ok := readFollowed(text); ok {
		return vars, mistake
	}
	switch {
	case strings.Contains(text, "://") || strings.HasPrefix(text, "//"):
		return nil, "names a host; write the path only, the host is configuration"
	case !strings.HasPrefix(text, "/"):
		return nil, fmt.Sprintf("must be a path that starts with a slash: %q", "/"+text)
	}
	var literal strings.Builder // the text with "{}" for each expression, which so is part of a segment that is not empty
	query := false              // a "?" has come, written or of an expression
	named := ""                 // the expression right before, which writes names of parameters
	for rest := text; rest != ""; {
		before, after, found := strings.Cut(rest, "{")
		if named != "" && before != "" && before[0] != '&' {
			return nil, fmt.Sprintf("has %q right behind {%s}, which ends its last parameter; begin another with &", before, named)
		}
		literal.WriteString(before)
		query = query || strings.Contains(before, "?")
		if !found {
			break
		}
		inside, behind, _ := strings.Cut(after, "}")
		list, isQuery, wrong := readExpression(inside, query)
		if wrong != "" {
			return nil, wrong
		}
		if named != "" && before == "" && inside[0] != '&' {
			return nil, fmt.Sprintf("has {%s} right behind {%s}, which ends its last parameter; begin another with &", inside, named)
		}
		named = ""
		switch inside[0] {
		case '?', '&':
			named = inside
		case '/':
			literal.WriteString("/") // of another segment
		}
		query = query || isQuery
		vars = append(vars, list...)
		literal.WriteString("{}")
		rest = behind
	}
	return vars, literalMistake(literal.String())
}

// syntaxMistake turns an error of the library, "what: the text so far" and a mark, into a part of a sentence.
func syntaxMistake(err error) string {
	text := strings.NewReplacer("pct-encodeed", "percent-encoding", "hint: use %XX encoding", "write it as %XX").Replace(err.Error())
	what, so, _ := strings.Cut(text, ": ")
	return fmt.Sprintf("%s behind %q; correct it", what, strings.TrimRight(so, "_|"))
}

// readExpression reads what is between braces, which the library has found to be an expression. query says that a question
// mark has come before it; isQuery that it is the expression which writes one.
func readExpression(inside string, query bool) (vars []expression, isQuery bool, mistake string) {
	list, operator := inside, inside[0]
	switch operator {
	case '+', '#':
		return nil, false, fmt.Sprintf("has the reserved expansion {%s}, which would let a value change the URL; write {%s}", inside, inside[1:])
	case '?':
		if query {
			return nil, false, fmt.Sprintf("has a second question mark in {%s}; write {&%s}", inside, inside[1:])
		}
		isQuery, list = true, inside[1:]
	case '&':
		if !query {
			return nil, false, fmt.Sprintf("has {%s} without a question mark before it; write {?%s}", inside, inside[1:])
		}
		list = inside[1:]
	case '/', ';', '.':
		list = inside[1:]
	default:
		operator = 0
	}
	for _, v := range strings.Split(list, ",") {
		name, _, prefix := strings.Cut(strings.TrimSuffix(v, "*"), ":")
		vars = append(vars, expression{name: name, operator: operator, prefix: prefix, path: !query && !isQuery})
	}
	return vars, isQuery, ""
}

// literalMistake says what is wrong with a template's own text: nothing in it may be read as another path than it looks like.
func literalMistake(literal string) string {
	if strings.Contains(literal, "#") {
		return "has a fragment, which is never sent; remove it"
	}
	path, _, _ := strings.Cut(literal, "?")
	segments := strings.Split(path[1:], "/")
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		switch {
		case err != nil:
			return fmt.Sprintf("has %q, which is no percent-encoding", s)
		case plain == "." || plain == "..":
			return fmt.Sprintf("has the path segment %q; write the path that is meant", s)
		case plain == "" && i < len(segments)-1:
			return "has an empty path segment (//); write one slash"
		}
	}
	return ""
}
