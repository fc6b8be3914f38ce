package operation

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// locate makes the positions in a document those where things begin. gqlparser has strings begin behind their quotes, directives
// behind the @ and fragments behind the dots; and the columns of block strings of several lines count from the last one. It returns an error
// where a name begins within a number, as in [1a], which gqlparser takes for a number and a name.
func locate(doc *ast.QueryDocument, text string) *gqlerror.Error {
	if !strings.ContainsAny(text, `"@.0123456789`) {
		return nil
	}
	l := newLocator(text)
	for _, op := range doc.Operations {
		l.variables(op.VariableDefinitions)
		l.directives(op.Directives)
		l.selections(op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		l.directives(f.Directives)
		l.selections(f.SelectionSet)
	}
	return l.err
}

// locator knows a text by its characters, which is how gqlparser counts.
type locator struct {
	text  string // ASCII
	runes []rune // of any other text
	lines []int  // where each line begins
	err   *gqlerror.Error
}

func newLocator(text string) *locator {
	l := &locator{text: text, lines: []int{0}}
	if utf8.RuneCountInString(text) != len(text) {
		l.text, l.runes = "", []rune(text)
	}
	for i := range l.len() {
		if c := l.at(i); c == '\n' || c == '\r' && l.at(i+1) != '\n' {
			l.lines = append(l.lines, i+1)
		}
	}
	return l
}

func (l *locator) len() int { return max(len(l.text), len(l.runes)) }

// at returns a character; 0: there is none.
func (l *locator) at(i int) rune {
	switch {
	case i < 0 || i >= l.len():
		return 0
	case l.runes != nil:
		return l.runes[i]
	}
	return rune(l.text[i])
}

// move moves a position to a character, which must be c.
func (l *locator) move(at *ast.Position, to int, c rune) {
	if at == nil || l.at(to) != c {
		return
	}
	line, exact := slices.BinarySearch(l.lines, to)
	if !exact {
		line--
	}
	at.Start, at.Line, at.Column = to, line+1, to-l.lines[line]+1
}

// behind returns where the last character before i is that means something.
func (l *locator) behind(i int) int {
	for i--; strings.ContainsRune(" \t\r\n,", l.at(i)); i-- {
	}
	return i
}

func (l *locator) variables(list ast.VariableDefinitionList) {
	for _, v := range list {
		if v.DefaultValue != nil {
			l.value(v.DefaultValue)
		}
		l.directives(v.Directives)
	}
}

func (l *locator) selections(set ast.SelectionSet) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			l.arguments(s.Arguments)
			l.directives(s.Directives)
			l.selections(s.SelectionSet)
		case *ast.InlineFragment:
			l.move(s.Position, l.behind(s.Position.Start)-2, '.')
			l.directives(s.Directives)
			l.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			l.move(s.Position, l.behind(s.Position.Start)-2, '.')
			l.directives(s.Directives)
		}
	}
}

func (l *locator) directives(list ast.DirectiveList) {
	for _, d := range list {
		l.move(d.Position, l.behind(d.Position.Start), '@')
		l.arguments(d.Arguments)
	}
}

func (l *locator) arguments(list ast.ArgumentList) {
	for _, a := range list {
		l.value(a.Value)
	}
}

func (l *locator) value(v *ast.Value) {
	switch v.Kind {
	case ast.StringValue, ast.BlockValue:
		l.move(v.Position, v.Position.Start, '"')
	case ast.IntValue, ast.FloatValue:
		if c := l.at(v.Position.End); l.err == nil && (c == '_' || 'a' <= c|' ' && c|' ' <= 'z') {
			at := *v.Position
			l.move(&at, at.End, c)
			l.err = gqlerror.ErrorPosf(&at, "Invalid number, expected digit but got: %q", c)
		}
	}
	for _, child := range v.Children {
		l.value(child.Value)
	}
}
