package executor

import (
	"slices"

	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/view"
)

// Parents that share a place have the same text in the answer, and so has all that is below it. It is written once, and copied for the
// others. In the answer to reviews of package bench an author's reviews stand 48 times: the whole operation takes three quarters of the
// processor time that it takes without (go test -run '^$' -bench Public ./bench).

// text is where the text of a place stands in what was written, and what it counts for.
type text struct {
	start, end int
	cuts       int // the writer's, when it was written: what was dropped since may have had this text
	holds      fetch.Size
}

// shared writes a place that several parents may have. What has errors or stale values in it is written each time: these have the path of
// their parent.
func (w *writer) shared(s *plan.Scope, n *plan.Node, parent view.Object, index int32) bool {
	edge := &w.edges[n.Edge]
	if len(edge.texts) == 0 {
		edge.texts = slices.Grow(edge.texts, len(edge.places))[:len(edge.places)]
		clear(edge.texts)
	}
	t := &edge.texts[index]
	if t.end > 0 && t.cuts == w.cuts {
		w.got.Values += t.holds.Values
		w.got.Objects += t.holds.Objects
		if !w.room(t.end - t.start) {
			return false
		}
		w.dst = append(w.dst, w.dst[t.start:t.end]...)
		return w.fits()
	}
	start, got, errs, stale := len(w.dst), w.got, len(w.errs), len(w.stale)
	if !w.place(s, n, parent, index) {
		return false
	}
	if len(w.errs) == errs && len(w.stale) == stale {
		*t = text{start, len(w.dst), w.cuts, w.got.Minus(got)}
	}
	return true
}
