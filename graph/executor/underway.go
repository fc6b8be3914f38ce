package executor

import (
	"context"
	"slices"

	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/view"
)

// prepared is a fetch that is about to load.
type prepared struct {
	fetch    *plan.Fetch
	parents  []view.Object // of a hand-written field
	asks     []fetch.Member
	failed   []error        // why members ask for nothing; nil: all ask
	gathered fetch.Gathered // the zero Gathered: nothing has been
}

// underway is the fetches that have been prepared, and not yet accepted.
type underway struct {
	flying int          // those that load
	done   chan outcome // of these; nil: there was none
	idle   []prepared   // those that load nothing: what they need is there, or others load it. They need no goroutine.
}

// prepare gathers what a fetch needs. It is gathered here, in the order of the fetches, and not where they load: who comes first would be chance.
func (r *run) prepare(ctx context.Context, f *plan.Fetch) prepared {
	p := prepared{fetch: f}
	if m := f.Members[0]; m.Node.Field.Resolve != nil {
		p.parents = r.columns[m.Scope.Index].list
		return p
	}
	p.asks, p.failed = r.asks(ctx, f)
	for _, child := range f.Early {
		r.askEarly(ctx, child)
	}
	if !f.Together {
		p.gathered = r.x.Gather(ctx, p.asks)
	}
	return p
}

// load makes the calls of a fetch. It may run on a goroutine of its own: it changes nothing of the run.
func (r *run) load(ctx context.Context, p prepared) (o outcome) {
	switch f := p.fetch; {
	case f.Members[0].Node.Field.Resolve != nil:
		return r.resolve(ctx, f, p.parents)
	case f.Together:
		r.expected[f.Index].Run(ctx, func(ctx context.Context, _ int) {
			p.gathered = r.x.Gather(ctx, p.asks)
			o = r.call(ctx, p)
		})
		return o
	}
	return r.call(ctx, p)
}

// begin has a fetch load, or be idle.
func (r *run) begin(ctx context.Context, u *underway, p prepared) {
	if !p.gathered.Loads() {
		u.idle = append(u.idle, p)
		return
	}
	if u.done == nil {
		u.done = make(chan outcome)
	}
	u.flying++
	done := u.done
	go func() {
		fetch.GrowStack()
		done <- r.load(ctx, p)
	}()
}

// acceptThere accepts the idle fetches whose values are there, and reports whether there was one.
func (r *run) acceptThere(ctx context.Context, u *underway) bool {
	before := len(u.idle)
	u.idle = slices.DeleteFunc(u.idle, func(p prepared) bool {
		if !p.gathered.There() {
			return false
		}
		r.accept(r.load(ctx, p))
		return true
	})
	return len(u.idle) < before
}
