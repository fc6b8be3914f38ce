package plan

import (
	"strconv"

	"weft/graph/view"
)

// write derives from the nodes of a scope how they are written. first says that nothing of an object comes before them.
func (s *Scope) write(first bool) {
	s.Whole = len(s.Nodes) > 0
	for i, n := range s.Nodes {
		var as view.Verbatim
		if n.Scalar != nil {
			as = view.VerbatimOf(n.Field.Type.Named)
		}
		before := prefix(n.AST.Alias, first && i == 0)
		if n.Field == nil && n.Slot == 0 {
			before = strconv.AppendQuote(before, s.Type.Name)
		}
		s.Written.Add(before, n.Slot, as, n.Field != nil && n.Field.Type.NonNull)
		s.Whole = s.Whole && as > 0 && s.Shape.Pointer(n.Slot) == "/"+n.AST.Alias
	}
	s.Written.End()
}
