package plan

import (
	"slices"
	"sync/atomic"
	"time"

	"weft/graph/binding"
)

// Policy is what an operation says about sharing and keeping what it asks for and what it answers.
type Policy struct {
	Upstreams   []string // that it may call, sorted
	HandWritten bool     // Go answers some of it, so that it may depend on anything
	Private     bool     // a selected field says that the answer is only for who asked
	// MaxAge is how long the answer is fresh at most, as the selected fields have it; -1: they do not say.
	MaxAge time.Duration
	// Accepts is the greatest age at which values of a binding are accepted; 0: only new ones. Others are accepted at any age
	// that their policy allows.
	Accepts map[*binding.Binding]time.Duration

	// Unkept says that the last answer could not be kept, so that there is no use in looking for one. It is no part of the plan.
	Unkept atomic.Bool
}

// policy finds what the fields below root say.
func policy(root *Scope) *Policy {
	p := &Policy{MaxAge: -1}
	p.scope(root, nil)
	slices.Sort(p.Upstreams)
	p.Upstreams = slices.Compact(p.Upstreams)
	return p
}

// merge adds what another root field's policy says.
func (p *Policy) merge(q *Policy) {
	p.Upstreams = append(p.Upstreams, q.Upstreams...)
	slices.Sort(p.Upstreams)
	p.Upstreams = slices.Compact(p.Upstreams)
	p.HandWritten = p.HandWritten || q.HandWritten
	p.Private = p.Private || q.Private
	if q.MaxAge >= 0 {
		p.atMost(q.MaxAge)
	}
	for b, age := range q.Accepts {
		p.accept(b, age)
	}
}

// scope looks at what is selected of values that holder has brought; nil: the root.
func (p *Policy) scope(s *Scope, holder *binding.Binding) {
	for _, n := range s.Nodes {
		if n.Field == nil {
			continue
		}
		from := holder
		switch {
		case n.Field.Resolve != nil:
			p.HandWritten, from = true, nil
		case n.Field.Bound != nil:
			from = n.Field.Bound.Binding
			p.HandWritten = p.HandWritten || from.Func != ""
			if from.Upstream != "" {
				p.Upstreams = append(p.Upstreams, from.Upstream)
			}
		}
		p.hint(n.Field.Hint, from)
		p.children(n.Children, from)
		if n.Page != nil {
			for _, c := range n.Page.Nodes {
				p.children(c, from)
			}
		}
	}
}

func (p *Policy) children(c *Children, holder *binding.Binding) {
	if c == nil {
		return
	}
	for _, s := range c.Scopes {
		p.scope(s, holder)
	}
}

// hint heeds what @cacheControl says on a field whose value lies in one of b's.
func (p *Policy) hint(h *binding.Hint, b *binding.Binding) {
	if h == nil {
		return
	}
	p.Private = p.Private || h.Private
	if h.HasMaxAge {
		p.atMost(h.MaxAge)
		if b != nil {
			p.accept(b, h.MaxAge)
		}
	}
}

func (p *Policy) atMost(age time.Duration) {
	if p.MaxAge < 0 || age < p.MaxAge {
		p.MaxAge = age
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
	if p.MaxAge >= 0 {
		until := k.Born + p.MaxAge.Milliseconds()
		k.FreshUntil, k.StaleWhileRevalidate = min(k.FreshUntil, until), min(k.StaleWhileRevalidate, until)
	}
}
