package plan

import (
	"slices"

	"weft/graph/binding"
)

// selects notes what is selected where services are asked for that.
func (p *Plan) selects() {
	for _, f := range p.Fetches {
		for _, m := range f.Members {
			if m.Node.Field.Bound == nil || m.Node.Field.Bound.Selects == nil {
				continue
			}
			if p.Selected == nil {
				p.Selected = map[*Node]binding.Selected{}
			}
			s := m.Node.Field.Bound.Selects
			p.Selected[m.Node] = selectedAt(m.Node.Places(), s.Expands, s.Object, 0)
		}
	}
}

// selectedAt is what is selected of the objects at some places, which are all of one type, and so many objects deep in an answer. An operation
// may select a member in any number of ways: they are put together before anybody looks into them.
func selectedAt(places []*Place, expands *binding.Expands, object string, depth int) binding.Selected {
	s := binding.Selected{Bare: true}
	below := map[int][]*Place{}
	for _, place := range places {
		s.Bare = s.Bare && place.Stub != nil
		for _, scope := range place.Scopes {
			s.Bare = s.Bare && scope.Fill == nil
			s.Slots = append(s.Slots, scope.needs()...)
			for _, n := range scope.Nodes {
				if n.Fetch == nil && n.Children != nil && !slices.Contains(below[n.Slot], n.Children.Place) {
					below[n.Slot] = append(below[n.Slot], n.Children.Place)
				}
			}
		}
	}
	if expands == nil || depth == binding.MaxExpanded {
		return s
	}
	for _, m := range expands.Types[object].Members {
		if places := below[m.Slot]; places != nil {
			if s.Below == nil {
				s.Below = map[int]binding.Selected{}
			}
			s.Below[m.Slot] = selectedAt(places, expands, m.Object, depth+1)
		}
	}
	return s
}

// needs are the slots of the members that are selected of the scope's objects, or that something below is loaded by. Go may look at any.
func (s *Scope) needs() (slots []int) {
	for _, n := range s.Nodes {
		switch {
		case n.Field == nil || n.Field.Denied != nil:
		case n.Field.Resolve != nil:
			for slot := range s.Shape.Len() {
				slots = append(slots, slot+1)
			}
		case n.Field.Bound != nil:
			slots = append(slots, n.Field.Bound.Members()...)
		default:
			slots = append(slots, n.Slot)
		}
	}
	return slots
}
