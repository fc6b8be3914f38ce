package fetch

import (
	"slices"
	"sync"

	"weft/graph/binding"
)

// parts collects the values in an operation's answer. It is safe for concurrent use; the zero value is ready.
type parts struct {
	mu   sync.Mutex // guards what follows
	n    int
	kept binding.Kept

	stale staleValues
}

// add notes a value. An error is none: an answer with one is never kept.
func (p *parts) add(r *Result) {
	if r.Err != nil || r.entry == nil && r.origin == noCall {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	k, e := &p.kept, r.entry
	if e == nil {
		k.Never = true
		return
	}
	if p.n++; p.n == 1 {
		k.Freshness = e.Freshness
	}
	k.Private = k.Private || e.Private
	k.Born = min(k.Born, e.Born)
	k.StaleWhileRevalidate = min(max(k.StaleWhileRevalidate, k.FreshUntil), max(e.StaleWhileRevalidate, e.FreshUntil))
	k.FreshUntil = min(k.FreshUntil, e.FreshUntil)
	if len(k.Tags) == 0 {
		k.Tags = slices.Clip(e.Tags) // which are not changed: the next ones make a copy
		return
	}
	k.Tags = append(k.Tags, e.Tags...)
}

// kept returns what is known so far of the answer.
func (x *Execution) kept() binding.Kept {
	p := &x.parts
	p.mu.Lock()
	defer p.mu.Unlock()
	k := p.kept
	k.Never = k.Never || p.n == 0
	k.StaleIfError, k.ValidateUntil = 0, 0
	switch c := x.service.Cache; {
	case k.Never || c == nil:
	case k.FreshUntil <= c.Now(): // nobody keeps the answer, and to sort a hundred tags takes a twentieth of making it
		k.Tags = slices.Clip(k.Tags)
	default:
		k.Tags = c.Bound(slices.Clone(k.Tags))
	}
	return k
}
