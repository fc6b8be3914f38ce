package limit

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
)

// fragment is a fragment of a document with what passes over it note.
type fragment struct {
	definition *ast.FragmentDefinition
	state      state
	seen       int // the last object that it was merged into
}

type state int

const (
	unread  state = iota
	reading       // what it reaches is being read
	read
)

// findCycles refuses a document in which a fragment reaches itself, in the words of the rule NoFragmentCycles.
func (p *pass) findCycles(doc *ast.QueryDocument) {
	for _, definition := range doc.Fragments {
		if f := p.fragments[definition.Name]; f.state == unread && p.err == nil {
			p.follow(f, nil)
		}
	}
}

// follow reads f, which was reached by the spreads of path.
func (p *pass) follow(f *fragment, path []*ast.FragmentSpread) {
	f.state = reading
	if len(path) > p.limits.Depth {
		p.refuse(f.definition.Position, "depth", p.limits.Depth, "Fragments are spread inside each other too deeply")
		return
	}
	p.followSet(f.definition.SelectionSet, path)
	f.state = read
}

func (p *pass) followSet(set ast.SelectionSet, path []*ast.FragmentSpread) {
	for _, s := range set {
		if p.steps++; p.err != nil {
			return
		}
		switch s := s.(type) {
		case *ast.Field:
			p.followSet(s.SelectionSet, path)
		case *ast.InlineFragment:
			p.followSet(s.SelectionSet, path)
		case *ast.FragmentSpread:
			switch f := p.fragments[s.Name]; {
			case f == nil:
			case f.state == unread:
				p.follow(f, append(path, s))
			case f.state == reading:
				p.err = cycle(s, path)
			}
		}
	}
}

// cycle is the error about a spread, reached by those of path, of a fragment that is being read.
func cycle(s *ast.FragmentSpread, path []*ast.FragmentSpread) *gqlerror.Error {
	var via []string
	for i := len(path) - 1; i >= 0 && path[i].Name != s.Name; i-- {
		via = append([]string{`"` + path[i].Name + `"`}, via...)
	}
	message := `Cannot spread fragment "` + s.Name + `" within itself`
	if len(via) > 0 {
		message += " via " + strings.Join(via, ", ")
	}
	return &gqlerror.Error{
		Message:    message + ".",
		Locations:  []gqlerror.Location{{Line: s.Position.Line, Column: s.Position.Column}},
		Extensions: map[string]any{"code": protocol.CodeValidation},
		Rule:       "NoFragmentCycles",
	}
}
