package executor

import (
	"github.com/99designs/gqlgen/graphql"

	"weft/graph/plan"
	"weft/graph/view"
)

// composite writes an object, a list of objects, or a connection.
func (w *writer) composite(s *plan.Scope, n *plan.Node, parent view.Object, index int32) bool {
	edge := &w.edges[n.Edge]
	switch {
	case edge.of == nil:
		return w.place(s, n, parent, index)
	case len(edge.of) > len(edge.places):
		return w.shared(s, n, parent, edge.of[index])
	}
	return w.place(s, n, parent, edge.of[index])
}

// place writes what is at one of the places of a composite node.
func (w *writer) place(s *plan.Scope, n *plan.Node, parent view.Object, index int32) bool {
	edge := &w.edges[n.Edge]
	p := edge.places[index]
	switch {
	case p.state == failed:
		return w.fail(n, w.wrong[p.wrong])
	case p.state == null:
		return w.null(s, n, parent)
	case n.Page != nil:
		return w.page(n, n.Page.Entries, &edge.pages[index], -1)
	case n.Field.Type.Elem != nil:
		return w.list(spot{s.TypeOf(parent), nil, n.Field.Type.Elem.NonNull}, n, n.Children, p)
	}
	e := edge.elems[p.start]
	if e.state != there {
		return w.null(s, n, parent)
	}
	return w.count(1) && w.object(n.Children.Scopes[e.scope], e.index)
}

// spot is where in the document a list of objects is selected, or the node of an edge: errors name it.
type spot struct {
	object  string          // the type that it is selected of
	entry   *plan.PageEntry // nil: the node's own field
	nonNull bool            // its elements, or the node
}

// field is the name of what is selected there: that of the node itself, or of an entry of its page.
func (s spot) field(n *plan.Node) string {
	if s.entry != nil {
		return s.entry.Name
	}
	return n.AST.Name
}

func (w *writer) list(at spot, n *plan.Node, c *plan.Children, p place) bool {
	w.dst = append(w.dst, '[')
	w.path = append(w.path, step{})
	for i, e := range w.edges[n.Edge].elems[p.start:p.end] {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.path[len(w.path)-1].index = i
		if !w.elem(at, n, c, e, true) {
			w.path = w.path[:len(w.path)-1]
			return false
		}
	}
	w.path = w.path[:len(w.path)-1]
	w.dst = append(w.dst, ']')
	return true
}

// elem writes an element of a list, or the node of an edge.
func (w *writer) elem(at spot, n *plan.Node, c *plan.Children, e elem, inList bool) bool {
	mark := w.mark()
	switch {
	case e.state == there:
		if w.count(1) && w.object(c.Scopes[e.scope], e.index) {
			return true
		}
	case e.state == failed:
		w.failAt(n, at.entry, w.wrong[e.wrong])
	case at.nonNull:
		w.failAt(n, at.entry, invalidNull(n, &graphql.InvalidNullError{Object: at.object, Field: at.field(n), ListElement: inList, Path: w.here()}))
	}
	if at.nonNull || w.ended {
		return false
	}
	w.nullFrom(mark)
	return true
}
