package check

import (
	_ "embed"
	"errors"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

//go:embed directives.graphql
var directivesText string

// directivesName is the name of the binding language's own source.
const directivesName = "weft/directives.graphql"

// Directives returns the binding language: the declarations that every schema may use without repeating them.
// Each call returns a source of its own.
func Directives() *ast.Source {
	return &ast.Source{Name: directivesName, Input: directivesText, BuiltIn: true}
}

// parse reads all sources, sorted by name, and reports the first syntax error of each.
func (c *compiler) parse(sources []*ast.Source) {
	c.own = &ast.SchemaDocument{}
	c.user = &ast.SchemaDocument{}
	c.parseInto(c.own, Directives())
	sources = slices.Clone(sources)
	slices.SortStableFunc(sources, func(a, b *ast.Source) int { return strings.Compare(a.Name, b.Name) })
	for i, s := range sources {
		if i == 0 {
			c.firstFile = s.Name
		}
		c.parseInto(c.user, s)
	}
}

// parseInto adds a source to a document. A source with a syntax error adds nothing, since the parser has no partial result.
func (c *compiler) parseInto(doc *ast.SchemaDocument, s *ast.Source) {
	parsed, err := parser.ParseSchema(s)
	if err != nil {
		c.reportParser(s.Name, syntaxError(s, err))
		return
	}
	doc.Merge(parsed)
}

// syntaxError says more than the parser does about tokens that cannot be read and about variables.
func syntaxError(s *ast.Source, err error) error {
	text := "syntax error: " + err.Error()
	var g *gqlerror.Error
	if !errors.As(err, &g) {
		return errors.New(text)
	}
	better := *g
	better.Message = "syntax error: " + g.Message
	switch g.Message {
	case "Unexpected $":
		better.Message += `; a schema has no variables: in a body write "{name}"`
	case "Unexpected <Invalid>": // the parser drops the lexer's error, which says what is wrong with the token: read up to it again
		for l := lexer.New(s); ; {
			token, err := l.ReadToken()
			if errors.As(err, &g) {
				better.Message, better.Locations = "syntax error: "+g.Message, g.Locations
			}
			if err != nil || token.Kind == lexer.EOF {
				break
			}
		}
	}
	return &better
}

// validate runs gqlparser's own rules over the whole schema: what a schema must be even without bindings.
func (c *compiler) validate() *ast.Schema {
	doc := validator.PreludeDocument()
	doc.Merge(c.own)
	doc.Merge(c.user)
	schema, err := validator.ValidateSchemaDocument(doc)
	if err != nil {
		c.reportParser(c.firstFile, err)
		return nil
	}
	return schema
}

// reportParser reports an error of gqlparser. Its own file and line count; file is for an error that has none.
func (c *compiler) reportParser(file string, err error) {
	p := Problem{File: file, Line: 1, Column: 1, Text: oneLine(err.Error())}
	var g *gqlerror.Error
	if errors.As(err, &g) {
		p.Text = oneLine(g.Message)
		if name, ok := g.Extensions["file"].(string); ok && name != "" {
			p.File = name
		}
		if len(g.Locations) > 0 && g.Locations[0].Line > 0 {
			p.Line, p.Column = g.Locations[0].Line, g.Locations[0].Column
		}
	}
	c.problems = append(c.problems, p)
}
