package plan

import "slices"

// early finds the fetches that need not wait for the entities they hang on: all of their members are selected of an
// object that a root field asks for by its key, and need no more than that key and arguments.
func (b *builder) early() {
	for _, f := range b.plan.Fetches {
		var with *Fetch
		for i, m := range f.Members {
			parent := earlyParent(m)
			if parent == nil || i > 0 && parent != with {
				with = nil
				break
			}
			with = parent
		}
		if with != nil {
			with.Early = append(with.Early, f)
		}
	}
}

// earlyParent is the fetch that a member can begin with; nil: none.
func earlyParent(m Member) *Fetch {
	feeders := m.Scope.Place.Feeders
	if len(feeders) != 1 || m.Node.Field.Bound == nil {
		return nil
	}
	of := feeders[0]
	if of.Fetch == nil || of.Fetch.Depth > 0 || of.Field.Bound == nil {
		return nil
	}
	entity := of.Field.Bound
	if !entity.Binding.Entity || entity.Keys || entity.Lift != nil || entity.Binding.Func != "" || !m.Node.Field.Bound.EarlyKey(entity.Binding) {
		return nil
	}
	return of.Fetch
}

// direct reports whether nested objects can be read while they are written: there is one type of them, nothing below them is
// fetched, and they are no stubs.
func direct(p *Place) bool {
	return p.Which == nil && p.Stub == nil && !slices.ContainsFunc(p.Scopes[0].Nodes, func(n *Node) bool {
		return n.Fetch != nil || n.Composite() && !n.Direct
	})
}

// together marks the fetches that wait for hand-written fields running at the same time: all batched ones, if there are
// such fields.
func (b *builder) together() {
	hand := slices.ContainsFunc(b.plan.Fetches, func(f *Fetch) bool { return f.Members[0].Node.Field.Resolve != nil })
	for _, f := range b.plan.Fetches {
		bound := f.Members[0].Node.Field.Bound
		f.Together = hand && (bound == nil || bound.Binding.Batched())
	}
}
