package executor

import (
	"strconv"

	"weft/graph/plan"
)

// page writes a connection's members, or those of its edge number i. All of them are there: pages have no nulls but
// totalCount, startCursor and endCursor.
func (w *writer) page(n *plan.Node, entries []plan.PageEntry, pg *page, i int) bool {
	if len(entries) == 0 {
		w.dst = append(w.dst, "{}"...)
		return true
	}
	w.got.Values += len(entries)
	for _, e := range entries {
		if !w.fits() {
			return false
		}
		w.dst = append(w.dst, e.Prefix...)
		mark := w.mark()
		w.path = append(w.path, step{field: e.AST})
		ok := w.pageEntry(n, &e, pg, i)
		w.path = w.path[:len(w.path)-1]
		switch {
		case ok:
		case e.Type.NonNull || w.ended:
			return false
		default:
			w.nullFrom(mark)
		}
	}
	w.dst = append(w.dst, '}')
	return true
}

func (w *writer) pageEntry(n *plan.Node, e *plan.PageEntry, pg *page, i int) bool {
	if e.Denied != nil {
		return w.failAt(n, e, e.Denied)
	}
	s := pg.segment
	switch e.Name {
	case "":
	case "nodes":
		return w.list(spot{e.Object, e, e.Type.Elem.NonNull}, n, n.Page.Nodes[e.Nodes], pg.nodes[e.Nodes])
	case "node":
		place := pg.nodes[e.Nodes]
		return w.elem(spot{e.Object, e, e.Type.NonNull}, n, n.Page.Nodes[e.Nodes], w.edges[n.Edge].elems[int(place.start)+i], false)
	case "edges":
		return w.pageEdges(n, e, pg)
	case "pageInfo":
		return w.page(n, e.Entries, pg, -1)
	case "cursor":
		w.dst = strconv.AppendQuote(w.dst, s.Cursors[i])
	case "hasNextPage":
		w.dst = strconv.AppendBool(w.dst, s.HasNext)
	case "hasPreviousPage":
		w.dst = strconv.AppendBool(w.dst, s.HasPrevious)
	case "startCursor":
		w.text(s.Start)
	case "endCursor":
		w.text(s.End)
	case "totalCount":
		if s.Total == nil {
			w.dst = append(w.dst, "null"...)
		} else {
			w.dst = strconv.AppendInt(w.dst, int64(*s.Total), 10)
		}
	}
	return true
}

func (w *writer) pageEdges(n *plan.Node, e *plan.PageEntry, pg *page) bool {
	w.dst = append(w.dst, '[')
	for i := range pg.segment.Cursors {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		mark := w.mark()
		w.path = append(w.path, step{index: i})
		ok := w.page(n, e.Entries, pg, i)
		w.path = w.path[:len(w.path)-1]
		switch {
		case ok:
		case e.Type.Elem.NonNull || w.ended:
			return false
		default:
			w.nullFrom(mark)
		}
	}
	w.dst = append(w.dst, ']')
	return true
}

func (w *writer) text(s *string) {
	if s == nil {
		w.dst = append(w.dst, "null"...)
		return
	}
	w.dst = strconv.AppendQuote(w.dst, *s) // cursors are base64
}
