package spec

import (
	"fmt"
	"strings"

	"weft/graph/binding"
)

// printer writes text: a line for each thing, indented as they nest.
type printer struct{ strings.Builder }

func (p *printer) line(indent int, format string, args ...any) {
	p.WriteString(strings.Repeat("  ", indent))
	fmt.Fprintf(p, format, args...)
	p.WriteByte('\n')
}

// call writes one call of a binding, under the name of its place in it.
func (p *printer) call(name string, c *binding.Call) {
	p.line(1, "%s %s %s%s%s%s%s%s", name, c.Method, c.Template, opt(" at ", c.At), opt(" each ", c.Each), ifSet(" status", c.Status),
		opt(" header ", c.Header), opt(" and headers ", strings.Join(c.HeaderMembers, " "))+opt(" responds ", strings.Join(c.Respond, " ")))
	for _, q := range c.Query {
		p.line(2, "query %+v", q)
	}
	for _, h := range c.Headers {
		p.line(2, "header %+v", h)
	}
	if c.Entries != nil {
		p.line(2, "entries of %s %s", c.Entries.Key, c.Entries.Value)
	}
	if c.Included != "" {
		p.line(2, "included %s", c.Included)
	}
	if c.Quote != binding.NoQuote {
		p.line(2, "quote %s", c.Quote)
	}
	if c.Body != nil {
		p.line(2, "body %s%s", c.Body, ifSet(" form", c.Form))
	}
}

// opt is text behind its label; nothing when it is empty.
func opt(label, text string) string {
	if text == "" {
		return ""
	}
	return label + text
}

// ifSet is text where it is set.
func ifSet(text string, set bool) string {
	if set {
		return text
	}
	return ""
}
