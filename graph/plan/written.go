package plan

import "weft/graph/view"

// write derives from the nodes of a scope how they are written.
func (s *Scope) write() {
	s.Written = make([]view.Written, len(s.Nodes))
	s.Whole = len(s.Nodes) > 0
	for i, n := range s.Nodes {
		var as view.Verbatim
		if n.Scalar != nil {
			as = view.VerbatimOf(n.Field.Type.Named)
		}
		s.Written[i] = view.NewWritten(n.Prefix, n.Slot, as, n.Field != nil && n.Field.Type.NonNull)
		s.Whole = s.Whole && as > 0 && s.Shape.Pointer(n.Slot) == "/"+n.AST.Alias
	}
}
