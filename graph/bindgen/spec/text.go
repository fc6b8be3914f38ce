package spec

import (
	"fmt"
	"strings"
)

// printer writes text: a line for each thing, indented as they nest.
type printer struct{ strings.Builder }

func (p *printer) line(indent int, format string, args ...any) {
	p.WriteString(strings.Repeat("  ", indent))
	fmt.Fprintf(p, format, args...)
	p.WriteByte('\n')
}

func (p *printer) call(name string, c *Call) {
	p.line(1, "%s %s %s%s%s", name, c.Method, c.Template, opt(" at ", c.At), opt(" each ", c.Each))
	if c.Body != nil {
		p.line(2, "body %s", c.Body)
	}
}

// String is the body as text: JSON with {variables} in it.
func (b *Body) String() string {
	var parts []string
	switch b.Kind {
	case BodyLiteral:
		return b.Literal
	case BodyVar:
		return "{" + strings.Join(append([]string{b.Var}, b.Path...), ".") + "}"
	case BodyList:
		for _, i := range b.Items {
			parts = append(parts, i.String())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	default:
		for _, f := range b.Fields {
			parts = append(parts, fmt.Sprintf("%q: %s", f.Name, f.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
}

// opt is text behind its label; nothing when it is empty.
func opt(label, text string) string {
	if text == "" {
		return ""
	}
	return label + text
}

func ifSet(text string, set bool) string {
	if set {
		return text
	}
	return ""
}
