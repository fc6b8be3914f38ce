package limit

import (
	"cmp"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
)

// Document is what a document and its variables may have. Its zero value is right for production: a field that is 0 has its default.
type Document struct {
	// Tokens bounds what the parser reads, comments among it. 0 means 15,000.
	Tokens int

	// Name bounds each name in it, in bytes. Errors repeat names. 0 means 256.
	Name int

	// Depth bounds selection sets inside each other, those of fragments included, and lists and objects of a literal. 0 means 100.
	Depth int

	// Nodes bounds the fields, fragments, directives, arguments and literals that are reached from its operations and from
	// its fragments. 0 means 20,000.
	Nodes int

	// Repeats bounds the pairs of fields that share a response name in one object, and of fragments with what is selected beside
	// them; 16 pairs of response names in one object count as one. 0 means 100,000.
	Repeats int

	// Introspections bounds what is asked about the schema, in answers of the size of the whole schema. 0 means 4.
	Introspections int

	// Variables bounds the values in variables, each counted as often as the document uses it. 0 means 100,000.
	Variables int
}

// WithDefaults returns l with its defaults in place of zeros.
func (l Document) WithDefaults() Document {
	l.Tokens = cmp.Or(l.Tokens, 15_000)
	l.Name = cmp.Or(l.Name, 256)
	l.Depth = cmp.Or(l.Depth, 100)
	l.Nodes = cmp.Or(l.Nodes, 20_000)
	l.Repeats = cmp.Or(l.Repeats, 100_000)
	l.Introspections = cmp.Or(l.Introspections, 4)
	l.Variables = cmp.Or(l.Variables, 100_000)
	return l
}

// Check returns why doc, which was parsed and not validated, costs too much; nil if it does not. A fragment that
// contains itself is refused here too, in the words of the rule about it. It costs at most Nodes steps, and one for each node of doc.
func (l Document) Check(schema *Schema, doc *ast.QueryDocument) *gqlerror.Error {
	err, _ := l.check(schema, doc)
	return err
}

// check is Check, and says how many steps it took.
func (l Document) check(schema *Schema, doc *ast.QueryDocument) (*gqlerror.Error, int) {
	p := newPass(l.WithDefaults(), schema, doc)
	if p.findCycles(doc); p.err == nil {
		p.walk(doc)
	}
	return p.err, p.steps
}

// exceeded is the error about a limit that something at a place of the document is beyond.
func exceeded(at *ast.Position, setting string, most int, what string) *gqlerror.Error {
	err := &gqlerror.Error{
		Message:    fmt.Sprintf("%s, which may be %d at most: ask for less at once, or raise limits.%s", what, most, setting),
		Extensions: map[string]any{"code": protocol.CodeTooCostly, "limit": setting, "most": most},
	}
	if at != nil {
		err.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
	return err
}
