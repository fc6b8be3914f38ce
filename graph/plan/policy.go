package plan

import (
	"slices"
	"time"

	"weft/graph/binding"
)

// Policy is what an operation says about sharing and keeping what it asks for and what it answers.
type Policy struct {
	Upstreams   []string // that it may call, sorted
	HandWritten bool     // Go answers some of it, so that it may depend on anything
	Resolvers   bool     // some of that are hand-written fields, which may load keys that fetches load, too
	Responds    bool     // headers of some service's answer go to the client: the answer is for one client, once
	Private     bool     // a selected field says that the answer is only for who asked
	Guarded     bool     // others may not see all that is selected: only who asked, and this process, may keep the answer
	// MaxAge is how long the answer is fresh at most, as the selected fields have it; nil: they do not say.
	MaxAge *time.Duration
	// Accepts is the greatest age at which values of a binding are accepted; 0: only new ones. Others are accepted at any age
	// that their policy allows.
	Accepts map[*binding.Binding]time.Duration
}

// policy finds what the fields of a plan say.
func policy(all *Plan) *Policy {
	p := &Policy{}
	h := holders{plan: all}
	for _, s := range all.Scopes {
		for _, n := range s.Nodes {
			if n.Field != nil {
				p.node(n, &h)
			}
		}
		if s.Fill != nil {
			p.node(s.Fill.Node, &h)
		}
	}
	slices.Sort(p.Upstreams)
	p.Upstreams = slices.Compact(p.Upstreams)
	return p
}

// merge adds what another root field's policy says.
func (p *Policy) merge(q *Policy) {
	p.Upstreams = append(p.Upstreams, q.Upstreams...)
	slices.Sort(p.Upstreams)
	p.Upstreams = slices.Compact(p.Upstreams)
	p.HandWritten, p.Resolvers = p.HandWritten || q.HandWritten, p.Resolvers || q.Resolvers
	p.Private, p.Responds = p.Private || q.Private, p.Responds || q.Responds
	if q.MaxAge != nil {
		p.atMost(*q.MaxAge)
	}
	for b, age := range q.Accepts {
		p.accept(b, age)
	}
}

// node heeds one selected field.
func (p *Policy) node(n *Node, h *holders) {
	if n.Field.Resolve != nil {
		p.HandWritten, p.Resolvers = true, true
	}
	if n.Field.Bound != nil {
		b := n.Field.Bound.Binding
		p.HandWritten = p.HandWritten || b.Func != ""
		p.Responds = p.Responds || b.Responds()
		if b.Upstream != "" {
			p.Upstreams = append(p.Upstreams, b.Upstream)
		}
	}
	hint := n.Field.Hint
	if hint == nil {
		return
	}
	p.Private = p.Private || hint.Private
	if hint.HasMaxAge {
		p.atMost(hint.MaxAge)
		for _, b := range h.of(n) {
			p.accept(b, hint.MaxAge)
		}
	}
}

// holders finds the bindings whose values hold those of a node. It goes up from the node, once from each place.
type holders struct {
	plan   *Plan
	above  map[*Place][]*Node // whose values are selected at a place
	places map[*Place][]*binding.Binding
}

func (h *holders) of(n *Node) []*binding.Binding {
	switch {
	case n.Field.Resolve != nil:
		return nil
	case n.Field.Bound != nil:
		return []*binding.Binding{n.Field.Bound.Binding}
	}
	return h.at(n.Scope.Place)
}

func (h *holders) at(p *Place) []*binding.Binding {
	if h.above == nil {
		h.look()
	}
	list, ok := h.places[p]
	if ok {
		return list
	}
	for _, n := range h.above[p] {
		for _, b := range h.of(n) {
			if !slices.Contains(list, b) {
				list = append(list, b)
			}
		}
	}
	for _, s := range p.Scopes {
		if s.Fill != nil && !slices.Contains(list, s.Fill.Stub.Entity) {
			list = append(list, s.Fill.Stub.Entity)
		}
	}
	h.places[p] = list
	return list
}

func (h *holders) look() {
	h.above, h.places = map[*Place][]*Node{}, map[*Place][]*binding.Binding{}
	for _, s := range h.plan.Scopes {
		for _, n := range s.Nodes {
			for _, p := range n.Places() {
				h.above[p] = append(h.above[p], n)
			}
		}
	}
}

func (p *Policy) atMost(age time.Duration) {
	if p.MaxAge == nil || age < *p.MaxAge {
		p.MaxAge = &age
	}
}

func (p *Policy) accept(b *binding.Binding, age time.Duration) {
	if p.Accepts == nil {
		p.Accepts = map[*binding.Binding]time.Duration{}
	}
	if least, ok := p.Accepts[b]; !ok || age < least {
		p.Accepts[b] = age
	}
}

// Limit makes what the values of an answer allow as strict as the selected fields.
func (p *Policy) Limit(k *binding.Kept) {
	k.Private = k.Private || p.Private
	if p.MaxAge != nil {
		until := k.Born + p.MaxAge.Milliseconds()
		k.FreshUntil, k.StaleWhileRevalidate = min(k.FreshUntil, until), min(k.StaleWhileRevalidate, until)
	}
}
