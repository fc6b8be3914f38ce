package executor

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/binding"
	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/view"
)

// run is one execution of a plan. One goroutine owns it: the one that calls fetch, and then the writer. A fetch in flight does not
// touch it; it takes its parents with it and sends back an outcome. Hand-written fields read the columns above them, which are
// complete by then.
type run struct {
	room
	of   *Prepared
	plan *plan.Plan
	x    fetch.Planned
	op   *graphql.OperationContext

	resolvers any
	reading   reading
	excess    error  // the operation is too large, takes too many calls, or is out of time: nothing more is fetched or filed
	early     *early // what is asked for early ends with it
}

// newRun begins a run, in the room of an earlier one if there is one.
func newRun(p *Prepared, x fetch.Planned, op *graphql.OperationContext) *run {
	r, ok := p.rooms.Get().(*run)
	if !ok {
		r = &run{room: newRoom(p.plan), of: p, plan: p.plan}
	}
	r.x, r.op = x, op
	for i, f := range p.plan.Fetches {
		r.waiting[i] = waiting{members: len(f.Members), lists: len(f.Lists)}
	}
	for i, place := range p.plan.Places {
		r.feeding[i] = len(place.Feeders)
	}
	return r
}

// leave ends a run that has been written, and leaves its room to the next one.
func (r *run) leave() {
	r.clean()
	r.x, r.op, r.resolvers, r.excess, r.early, r.reading = fetch.Planned{}, nil, nil, nil, nil, reading{}
	r.of.rooms.Put(r)
}

// outcome is what a fetch in flight brings.
type outcome struct {
	fetch *plan.Fetch
	found []fetch.Found  // by member
	texts []bytes.Buffer // by parent, of a hand-written scalar or enum
}

// fetch runs all fetches of the plan, each as soon as it is ready. When it returns, everything that the answer needs is in the room,
// or r.excess says why it is not.
func (r *run) fetch(ctx context.Context) {
	r.reading.ctx = ctx
	if r.early == nil {
		defer r.endEarly()
	}
	r.columns[r.plan.Root.Index].add(view.Object{})
	r.complete(r.plan.Root)
	defer r.learn()
	var u underway
	for {
		if r.excess != nil { // only those in flight are waited for
			r.ready, u.idle = r.ready[:0], nil
		}
		switch {
		case len(r.ready) == 1 && u.flying == 0 && len(u.idle) == 0: // there is nothing else to do meanwhile: no goroutine is needed
			r.expect()
			f := r.ready[0]
			r.ready = r.ready[:0]
			r.accept(r.load(ctx, r.prepare(ctx, f)))
		case len(r.ready) > 0:
			r.expect()
			for _, f := range r.ready {
				r.begin(ctx, &u, r.prepare(ctx, f))
			}
			r.ready = r.ready[:0]
		case len(u.idle) > 0 && r.acceptThere(ctx, &u):
		case u.flying > 0:
			o := <-u.done
			u.flying--
			r.accept(o)
		case len(u.idle) > 0: // another run of the operation loads what it needs
			r.accept(r.load(ctx, u.idle[0]))
			u.idle = u.idle[1:]
		default:
			return
		}
	}
}

// expect announces the functions that are about to run whose keys share batches: all of them, before the first one runs.
func (r *run) expect() {
	for _, f := range r.ready {
		if f.Together {
			r.expected[f.Index] = r.x.Expect(r.functions(f))
		}
	}
}

// functions is how many functions a fetch runs at the gate: one for each parent where the field is hand-written, otherwise one.
func (r *run) functions(f *plan.Fetch) int {
	if m := f.Members[0]; m.Node.Field.Resolve != nil {
		return len(r.columns[m.Scope.Index].list)
	}
	return 1
}

// asks returns what each member of a fetch asks for its parents. A member whose arguments are wrong asks for nothing, and failed has
// its error, by member; failed is nil where no arguments are wrong. They lie in the room.
func (r *run) asks(ctx context.Context, f *plan.Fetch) (asks []fetch.Member, failed []error) {
	asks = r.asked[f.Index]
	if asks == nil {
		asks = make([]fetch.Member, len(f.Members))
		r.asked[f.Index] = asks
	}
	for i, m := range f.Members {
		asks[i].Field, asks[i].Needs = m.Node.Field.Bound, m.Needs
		args, err := r.arguments(ctx, m.Node)
		if err != nil {
			if failed == nil {
				failed = make([]error, len(f.Members))
			}
			failed[i] = err
			continue
		}
		asks[i].Args, asks[i].Parents = args, r.parents(m)
	}
	return asks, failed
}

// arguments coerces a node's arguments: once for all of its parents, and once for all runs where they have no variables. Nobody may
// change what it returns.
func (r *run) arguments(ctx context.Context, n *plan.Node) (binding.Arguments, error) {
	args, err := r.given(ctx, n)
	if bound := n.Field.Bound; err == nil && bound != nil && bound.Selects != nil && !r.x.Without(fetch.Members) {
		args = bound.Selects.With(args, r.plan.Selected[n])
	}
	return args, err
}

// given are the arguments that a client gives.
func (r *run) given(ctx context.Context, n *plan.Node) (binding.Arguments, error) {
	if n.Field.Args == nil {
		return nil, nil
	}
	if n.Static {
		if known := r.of.static[n.Constant].Load(); known != nil {
			return *known, nil
		}
	}
	if !n.Static {
		if err := binding.CheckNulls(n.AST.Arguments, r.op.Variables); err != nil {
			return nil, err
		}
	}
	args := binding.Arguments(n.AST.ArgumentMap(r.op.Variables))
	if err := n.Field.Args(ctx, args); err != nil {
		return nil, err
	}
	if n.Static {
		r.of.static[n.Constant].Store(&args)
	}
	return args, nil
}

// call loads what a fetch has gathered. A panic becomes an error of every parent; wrong arguments become one of their member's parents.
func (r *run) call(ctx context.Context, p prepared) (o outcome) {
	f, asks := p.fetch, p.asks
	o.fetch = f
	defer func() {
		if v := recover(); v != nil {
			o.found = make([]fetch.Found, len(asks))
			for i := range o.found {
				o.found[i] = allFailed(len(asks[i].Parents), r.op.Recover(ctx, fmt.Sprintf("%s: %v\n%s", askedFor(asks), v, debug.Stack())))
			}
		}
		for i, err := range p.failed {
			if err != nil {
				o.found[i] = allFailed(len(r.parents(f.Members[i])), err)
			}
		}
	}()
	o.found = p.gathered.Load(ctx)
	return o
}

// askedFor says for operators what a fetch asked for: bindings, and their places in the schema.
func askedFor(asks []fetch.Member) string {
	text := "asking for"
	for _, a := range asks {
		text += " " + a.Field.Binding.Name + " (" + a.Field.Binding.At + ")"
	}
	return text
}

// allFailed is what n parents find when there is an error instead.
func allFailed(n int, err error) fetch.Found {
	return fetch.Found{Of: make([]int32, n), Results: []fetch.Result{{Err: err}}}
}

// accept files what a fetch found as the children of its members' parents, unless the operation has reached a limit.
func (r *run) accept(o outcome) {
	r.found[o.fetch.Index] = o
	if r.excess = cmp.Or(r.excess, r.x.Excess()); r.excess != nil {
		return
	}
	for i, m := range o.fetch.Members {
		switch {
		case m.Node.Composite():
			r.expand(m.Node, &o.found[i])
			r.completeChildren(m.Node)
		case m.Scope.Fill != nil && m.Scope.Fill.Node == m.Node:
			r.filled(m.Scope, &o.found[i])
		}
	}
	for _, f := range o.fetch.Brings {
		r.listThere(f)
	}
}

// complete is called once for each scope, when all objects are in its column. It marks the fetches that are ready now, and files the
// nested objects.
func (r *run) complete(s *plan.Scope) {
	for _, n := range s.Nodes {
		switch {
		case n.Fetch != nil:
			if s.Fill == nil || !slices.Contains(s.Fill.Ahead, n) {
				r.parentsThere(n.Fetch)
			}
		case n.Composite() && !n.Direct:
			r.nest(n, r.columns[s.Index].list)
			r.completeChildren(n)
		}
	}
}

// parentsThere is called for each member of a fetch, when all its parents are there. The last one makes the fetch ready, unless it waits
// for lists.
func (r *run) parentsThere(f *plan.Fetch) {
	w := &r.waiting[f.Index]
	w.members--
	if w.members == 0 && !r.hold(f) {
		r.ready = append(r.ready, f)
	}
}

func (r *run) completeChildren(n *plan.Node) {
	if n.Children != nil {
		r.fed(n.Children.Place)
	}
	if n.Page != nil {
		for _, c := range n.Page.Nodes {
			r.fed(c.Place)
		}
	}
}

// fed is called for each of a place's feeders, when its objects have been filed. The last one completes it.
func (r *run) fed(p *plan.Place) {
	r.feeding[p.Index]--
	if r.feeding[p.Index] > 0 {
		return
	}
	for _, s := range p.Scopes {
		if s.Offers {
			r.x.Offer(s.Stub.Entity, r.columns[s.Index].list, s.Stub.Sparse)
		}
		if s.Fill != nil {
			r.fill(s)
		} else {
			r.complete(s)
		}
	}
}
