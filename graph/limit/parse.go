package limit

import (
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// Parse returns the document that text is, or why it is none. It reads no further than Tokens.
func (l Document) Parse(text string) (*ast.QueryDocument, *gqlerror.Error) {
	most := l.WithDefaults().Tokens
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, most)
	if err == nil {
		return doc, nil
	}
	parsed, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		parsed = gqlerror.Wrap(err)
	}
	if parsed.Message == fmt.Sprintf("exceeded token limit of %d", most) { // it has no place
		return nil, exceeded(nil, "tokens", most, "The document is too long: these are names, literals and punctuation in it")
	}
	parsed.Message = shorten(parsed.Message) // it repeats what was unexpected
	return nil, parsed
}
