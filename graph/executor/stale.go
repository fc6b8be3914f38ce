package executor

import (
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/fetch"
	"weft/graph/plan"
)

// mark is how far a writer has come.
type mark struct{ text, stale int }

func (w *writer) mark() mark { return mark{len(w.dst), len(w.stale)} }

// nullFrom writes null in the place of what was written since a mark, whose stale values are then in no answer.
func (w *writer) nullFrom(m mark) {
	w.cuts++
	w.dst, w.stale = append(w.dst[:m.text], "null"...), w.stale[:m.stale]
}

// nameStale notes that what a fetch has brought for a parent, which has just been written, is stale, or elements of it are.
func (w *writer) nameStale(n *plan.Node, parent int32) {
	found := &w.found[n.Fetch.Index].found[n.Member]
	res := &found.Results[found.Of[parent]]
	w.staleAt(res.Stale())
	for i := range res.Objects {
		w.staleAt(res.StaleAt(i), ast.PathIndex(i))
	}
}

// staleAt notes the age of what is written at this place, or of an element of it; 0: it is not stale.
func (w *writer) staleAt(age time.Duration, element ...ast.PathElement) {
	if age > 0 && len(w.stale) < fetch.MaxStale {
		w.stale = append(w.stale, fetch.StaleAt(append(w.here(), element...), age))
	}
}
