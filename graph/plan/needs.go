package plan

import "weft/graph/binding"

// needs notes what is needed of objects that are loaded by key, and where others are embedded that may have it.
func (p *Plan) needs() {
	loaded := map[*binding.Binding]bool{} // entities
	for _, f := range p.Fetches {
		for i := range f.Members {
			m := &f.Members[i]
			if bound := m.Node.Field.Bound; bound != nil && bound.Binding.Entity {
				m.Needs = m.needs()
				loaded[bound.Binding] = true
			}
		}
	}
	for _, s := range p.Scopes {
		s.Offers = s.Stub != nil && s.Stub.Embedded && !s.Stub.KeyOnly && loaded[s.Stub.Entity]
	}
}

// needs are the slots of the members that are needed of what a member of a fetch loads by key.
func (m *Member) needs() []int {
	switch bound, fill := m.Node.Field.Bound, m.Scope.Fill; {
	case fill != nil && fill.Node == m.Node:
		return fill.Needs
	case bound.Lift != nil:
		return []int{bound.Lift.Slot}
	}
	slots := []int{}
	for _, place := range m.Node.Places() {
		for _, s := range place.Scopes {
			slots = append(slots, s.needs()...)
		}
	}
	return slots
}
