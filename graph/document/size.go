package document

import (
	"unsafe"

	"github.com/vektah/gqlparser/v2/ast"
)

// settle makes a document that was parsed one that is kept, and returns the bytes of memory that it and its text take, beside the schema
// that it points into. Names in a document are parts of the text. A position of gqlparser's is part of a token and keeps all of it: its
// positions become those of one array, which takes a third less.
func settle(text string, doc *ast.QueryDocument) int {
	n := sizer{bytes: len(text) + entry}
	n.add(unsafe.Sizeof(Document{}) + unsafe.Sizeof(*doc))
	n.node(&doc.Position, doc.Comment)
	for _, op := range doc.Operations {
		n.pointed(unsafe.Sizeof(*op))
		n.pointed(unsafe.Sizeof(Operation{}))
		n.node(&op.Position, op.Comment)
		for _, v := range op.VariableDefinitions {
			n.variable(v)
		}
		n.directives(op.Directives)
		n.selections(op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		n.pointed(unsafe.Sizeof(*f))
		n.node(&f.Position, f.Comment)
		n.directives(f.Directives)
		n.selections(f.SelectionSet)
	}
	all := make([]ast.Position, len(n.positions))
	for i, at := range n.positions {
		all[i] = **at
		*at = &all[i]
	}
	return n.bytes
}

// What size takes things for that unsafe.Sizeof does not tell.
const entry = 100 // of a map and of a list

type sizer struct {
	bytes     int
	positions []**ast.Position
}

func (n *sizer) add(bytes uintptr) { n.bytes += int(bytes) }

// pointed adds something of that size that a slice points to.
func (n *sizer) pointed(bytes uintptr) { n.add(bytes + unsafe.Sizeof(uintptr(0))) }

// node adds what every node has.
func (n *sizer) node(at **ast.Position, comment *ast.CommentGroup) {
	if *at != nil {
		n.add(unsafe.Sizeof(**at))
		n.positions = append(n.positions, at)
	}
	if comment == nil {
		return
	}
	n.add(unsafe.Sizeof(*comment))
	for _, c := range comment.List {
		n.pointed(unsafe.Sizeof(*c))
		n.node(&c.Position, nil)
	}
}

func (n *sizer) selections(set ast.SelectionSet) {
	n.add(uintptr(cap(set)) * unsafe.Sizeof(ast.Selection(nil)))
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			n.add(unsafe.Sizeof(*s))
			n.node(&s.Position, s.Comment)
			n.arguments(s.Arguments)
			n.directives(s.Directives)
			n.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			n.add(unsafe.Sizeof(*s))
			n.node(&s.Position, s.Comment)
			n.directives(s.Directives)
		case *ast.InlineFragment:
			n.add(unsafe.Sizeof(*s))
			n.node(&s.Position, s.Comment)
			n.directives(s.Directives)
			n.selections(s.SelectionSet)
		}
	}
}

func (n *sizer) directives(list ast.DirectiveList) {
	for _, d := range list {
		n.pointed(unsafe.Sizeof(*d))
		n.node(&d.Position, nil)
		n.arguments(d.Arguments)
	}
}

func (n *sizer) arguments(list ast.ArgumentList) {
	for _, a := range list {
		n.pointed(unsafe.Sizeof(*a))
		n.node(&a.Position, a.Comment)
		n.value(a.Value)
	}
}

func (n *sizer) value(v *ast.Value) {
	if v == nil {
		return
	}
	n.pointed(unsafe.Sizeof(*v))
	n.node(&v.Position, v.Comment)
	if v.Kind == ast.StringValue || v.Kind == ast.BlockValue {
		n.add(uintptr(len(v.Raw))) // with escapes, it is no part of the text
	}
	for _, child := range v.Children {
		n.pointed(unsafe.Sizeof(*child))
		n.node(&child.Position, child.Comment)
		n.value(child.Value)
	}
}

func (n *sizer) variable(v *ast.VariableDefinition) {
	n.pointed(unsafe.Sizeof(*v))
	n.node(&v.Position, v.Comment)
	for t := v.Type; t != nil; t = t.Elem {
		n.add(unsafe.Sizeof(*t))
		n.node(&t.Position, nil)
	}
	n.value(v.DefaultValue)
	n.directives(v.Directives)
}
