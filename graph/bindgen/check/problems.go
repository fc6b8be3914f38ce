package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Problem is one mistake in a schema: where it stands, and what to do about it.
type Problem struct {
	File         string // the source's name, as it was given to Compile
	Line, Column int    // 1-based; columns count characters, not bytes
	Directive    string // without "@"; "" when the mistake is in no directive
	Text         string // one line
}

// Error is the problem in the form file:line:column: @directive: text, which editors and terminals make a link of.
func (p Problem) Error() string {
	where := fmt.Sprintf("%s:%d:%d: ", p.File, p.Line, p.Column)
	if p.Directive != "" {
		where += "@" + p.Directive + ": "
	}
	return where + p.Text
}

// Problems are all mistakes of one run, in the order of the files, each once. Empty means that the schema is right.
type Problems []Problem

// Error is one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// sorted puts problems in the order of the text and drops repeated ones.
func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(
			strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			strings.Compare(a.Directive, b.Directive), strings.Compare(a.Text, b.Text),
		)
	})
	return slices.Compact(ps)
}

// site is what a problem is about: a directive, and what that stands on.
type site struct {
	directive string // without "@"; "" none
	owner     string // "Product", "Product.brand", "Query.products(first:)"; "" the schema itself
}

// report notes a problem of a site at a position.
func (c *compiler) report(s site, pos *ast.Position, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if s.owner != "" {
		text = s.owner + ": " + text
	}
	p := Problem{Directive: s.directive, Text: oneLine(text)}
	p.File, p.Line, p.Column = c.locate(pos)
	c.problems = append(c.problems, p)
}

// locate turns a position into file, line and column. gqlparser's own column of a string points behind its quote and
// its line of a block string is the last, so both are counted here from the offset, which is right for every token.
func (c *compiler) locate(pos *ast.Position) (file string, line, column int) {
	if pos == nil || pos.Src == nil {
		return c.firstFile, 1, 1
	}
	line, column = 1, 1
	var last rune
	for i, r := range []rune(pos.Src.Input) {
		if i == pos.Start {
			break
		}
		switch {
		case r == '\n' && last == '\r': // one line break, already counted
		case r == '\n', r == '\r':
			line, column = line+1, 1
		default:
			column++
		}
		last = r
	}
	return pos.Src.Name, line, column
}

// at is a position without its column: file:line.
func (c *compiler) at(pos *ast.Position) string {
	file, line, _ := c.locate(pos)
	return fmt.Sprintf("%s:%d", file, line)
}

// oneLine replaces line breaks and other control characters, which names and literals in messages may hold.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
}
