package plan

// selects notes which members are selected where nothing else is asked for.
func (p *Plan) selects() {
	for _, f := range p.Fetches {
		for _, m := range f.Members {
			if m.Node.Field.Bound == nil || m.Node.Field.Bound.Selects == nil {
				continue
			}
			var slots []int
			for _, place := range m.Node.Places() {
				for _, s := range place.Scopes {
					slots = append(slots, s.needs()...)
				}
			}
			if p.Selected == nil {
				p.Selected = map[*Node][]int{}
			}
			p.Selected[m.Node] = slots
		}
	}
}

// needs are the slots of the members that are selected of the scope's objects, or that something below is loaded by. Go may look at any.
func (s *Scope) needs() (slots []int) {
	for _, n := range s.Nodes {
		switch {
		case n.Field == nil:
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
