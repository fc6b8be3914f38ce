package plan

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// fill gives a scope of stubs a Fill, if they may lack some of the fields that are selected.
func (b *builder) fill(s *Scope, fields []*selected, depth int, of *ast.Field) {
	stub, needs := s.Stub, needs(s.Type, fields)
	if !stub.MayLack(needs) {
		return
	}
	n := &Node{Scope: s, Field: &Field{Type: Ref(s.Type.Name), Bound: stub.Fill}, AST: of}
	s.Fill = &Fill{Index: b.plan.Fills, Stub: stub, Needs: needs, Node: n}
	b.plan.Fills++
	b.join(s, n, fetchKey{stub.Entity, nil, depth}, depth)
}

// needs are the slots of the members that fields have, or are loaded by. Go may look at any.
func needs(t *Type, fields []*selected) []int {
	var slots []int
	for _, f := range fields {
		switch {
		case f.of == nil || f.of.Denied != nil:
		case f.of.Resolve != nil:
			for slot := range t.Shape.Len() {
				slots = append(slots, slot+1)
			}
		case f.of.Bound != nil:
			slots = append(slots, f.of.Bound.Members()...)
		default:
			slots = append(slots, f.slot)
		}
	}
	slices.Sort(slots)
	return slices.Compact(slots)
}
