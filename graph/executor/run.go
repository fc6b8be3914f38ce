package executor

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/binding"
	"weft/graph/plan"
	"weft/graph/view"
)

// run is one execution of a plan. Only the goroutine that runs fetch and write touches it; fetches in flight get their
// requests and give back their results.
type run struct {
	plan    *plan.Plan
	x       *binding.Execution
	op      *graphql.OperationContext
	columns [][]view.Object // by scope
	places  [][]place       // by edge, then parent
	elems   [][]elem        // by edge
	pages   [][]page        // by edge, then parent; of connections
	results map[*plan.Node][]binding.Result
	texts   map[*plan.Node][][]byte // what hand-written scalars and enums marshal to, by parent
	waiting []int                   // by fetch: members whose parents are not there yet
	ready   []*plan.Fetch

	resolvers any
	excess    error // the operation has too many objects: nothing more is fetched or filed
	early     struct {
		ctx   context.Context // of what was asked for early; it ends with the run's fetches
		calls sync.WaitGroup
	}
}

// place is where one parent's children are.
type place struct {
	start, end int32 // in the edge's elems
	null       bool
	err        error
}

// elem is one child: an object of a scope's column, or null.
type elem struct {
	scope int32 // among the node's children
	index int32 // in the scope's column; -1: null
	err   error // why it is null; nil: it just is
}

// page is one parent's page: for each list of nodes that is selected, where they are in elems.
type page struct {
	segment *binding.Segment
	nodes   []place
}

func newRun(p *plan.Plan, x *binding.Execution, op *graphql.OperationContext) *run {
	r := &run{
		plan: p, x: x, op: op,
		columns: make([][]view.Object, p.Columns), places: make([][]place, p.Edges), elems: make([][]elem, p.Edges), pages: make([][]page, p.Edges),
		results: map[*plan.Node][]binding.Result{}, texts: map[*plan.Node][][]byte{}, waiting: make([]int, len(p.Fetches)),
	}
	for i, f := range p.Fetches {
		r.waiting[i] = len(f.Members)
	}
	return r
}

// outcome is what a fetch in flight brings.
type outcome struct {
	fetch   *plan.Fetch
	results [][]binding.Result // by member
	texts   [][]byte           // of a hand-written scalar or enum
}

// fetch runs all fetches of the plan, each when it is ready.
func (r *run) fetch(ctx context.Context) {
	early, stop := context.WithCancel(ctx)
	r.early.ctx = early
	defer r.early.calls.Wait()
	defer stop() // what nobody has asked for by now is not wanted
	r.columns[r.plan.Root.Column] = []view.Object{{}}
	r.complete(r.plan.Root)
	done := make(chan outcome)
	flying := 0
	for len(r.ready) > 0 && r.excess == nil || flying > 0 {
		if len(r.ready) == 1 && flying == 0 { // nothing to do meanwhile
			r.expect()
			call := r.prepare(ctx, r.ready[0])
			r.ready = r.ready[:0]
			r.accept(call())
			continue
		}
		r.expect()
		if r.excess != nil {
			r.ready = nil // only those in flight are waited for
		}
		for _, f := range r.ready {
			call := r.prepare(ctx, f)
			flying++
			go func() { done <- call() }()
		}
		r.ready = r.ready[:0]
		o := <-done
		flying--
		r.accept(o)
	}
}

// expect announces those of the ready fetches that share batches.
func (r *run) expect() {
	n := 0
	for _, f := range r.ready {
		if f.Together {
			n += r.functions(f)
		}
	}
	if n > 0 {
		r.x.Expect(n)
	}
}

// functions is how many functions a fetch runs at the gate: one for each parent of a hand-written field, or one.
func (r *run) functions(f *plan.Fetch) int {
	if m := f.Members[0]; m.Node.Field.Resolve != nil {
		return len(r.columns[m.Scope.Column])
	}
	return 1
}

// prepare returns the function that makes a fetch's calls; it touches nothing of the run.
func (r *run) prepare(ctx context.Context, f *plan.Fetch) func() outcome {
	if m := f.Members[0]; m.Node.Field.Resolve != nil {
		parents := r.columns[m.Scope.Column]
		return func() outcome { return r.resolve(ctx, f, parents) }
	}
	requests := r.requests(ctx, f)
	for _, child := range f.Early {
		r.askEarly(ctx, child)
	}
	if !f.Together {
		return func() outcome { return r.call(ctx, f, requests) }
	}
	return func() (o outcome) {
		r.x.Resolve(ctx, 1, func(ctx context.Context, _ int) { o = r.call(ctx, f, requests) })
		return o
	}
}

// askEarly asks for what a fetch will want, as its parents' keys are known. Its own calls find the answers, or those on their
// way; where a parent turns out to be another, or none, what was asked for here is waste, and nothing else.
func (r *run) askEarly(ctx context.Context, f *plan.Fetch) {
	var requests []binding.Request
	for _, m := range f.Members {
		entity := m.Scope.Of.Field.Bound
		keys, err := r.arguments(ctx, m.Scope.Of)
		args, wrong := r.arguments(ctx, m.Node)
		key, ok := entity.KeyFrom(keys)
		if err != nil || wrong != nil || !ok {
			return
		}
		parent := view.Known(entity.Binding.Shape, entity.Binding.KeySlots[0], key)
		requests = append(requests, binding.Request{Field: m.Node.Field.Bound, Parent: parent, Args: args})
	}
	r.early.calls.Go(func() {
		defer func() { _ = recover() }() // the fetch's own call reports it
		r.x.Fetch(r.early.ctx, requests)
	})
}

// requests are what each member of a fetch asks for its parents.
func (r *run) requests(ctx context.Context, f *plan.Fetch) [][]binding.Request {
	list := make([][]binding.Request, len(f.Members))
	for i, m := range f.Members {
		args, err := r.arguments(ctx, m.Node)
		parents := r.columns[m.Scope.Column]
		if err != nil {
			failed := make([]binding.Result, len(parents))
			for k := range failed {
				failed[k].Err = err
			}
			r.results[m.Node] = failed
			continue
		}
		list[i] = make([]binding.Request, len(parents))
		for k, parent := range parents {
			list[i][k] = binding.Request{Field: m.Node.Field.Bound, Parent: parent, Args: args}
		}
	}
	return list
}

// arguments coerces a node's arguments, once for all parents.
func (r *run) arguments(ctx context.Context, n *plan.Node) (binding.Arguments, error) {
	if n.Field.Args == nil {
		return nil, nil
	}
	args := n.AST.ArgumentMap(r.op.Variables)
	if err := n.Field.Args(ctx, args); err != nil {
		return nil, err
	}
	return args, nil
}

// call answers all requests of a fetch; a panic is an error of all of them.
func (r *run) call(ctx context.Context, f *plan.Fetch, requests [][]binding.Request) (o outcome) {
	o = outcome{fetch: f, results: make([][]binding.Result, len(requests))}
	var all []binding.Request
	for _, list := range requests {
		all = append(all, list...)
	}
	results := make([]binding.Result, len(all))
	defer func() {
		if v := recover(); v != nil {
			err := r.op.Recover(ctx, fmt.Sprintf("%v\n%s", v, debug.Stack()))
			for i := range results {
				results[i] = binding.Result{Err: err}
			}
		}
		for i, list := range requests {
			o.results[i], results = results[:len(list):len(list)], results[len(list):]
		}
	}()
	results = r.x.Fetch(ctx, all)
	return o
}

// accept makes a fetch's results its members' children.
func (r *run) accept(o outcome) {
	for i, m := range o.fetch.Members {
		if _, failed := r.results[m.Node]; !failed {
			r.results[m.Node] = o.results[i]
		}
	}
	if o.texts != nil {
		r.texts[o.fetch.Members[0].Node] = o.texts
	}
	for _, m := range o.fetch.Members {
		if m.Node.Edge >= 0 {
			r.expand(m.Node, r.results[m.Node])
			r.completeChildren(m.Node)
		}
	}
}

// complete is called once for each scope, when its column is: its fetches may be ready, its nested objects can be found.
func (r *run) complete(s *plan.Scope) {
	for _, n := range s.Nodes {
		switch {
		case n.Fetch != nil:
			r.waiting[n.Fetch.Index]--
			if r.waiting[n.Fetch.Index] == 0 {
				r.ready = append(r.ready, n.Fetch)
			}
		case n.Edge >= 0 && !n.Direct:
			r.nest(n, r.columns[s.Column])
			r.completeChildren(n)
		}
	}
}

func (r *run) completeChildren(n *plan.Node) {
	if n.Children != nil {
		r.completeAll(n.Children)
	}
	if n.Page != nil {
		for _, c := range n.Page.Nodes {
			r.completeAll(c)
		}
	}
}

func (r *run) completeAll(c *plan.Children) {
	for _, s := range c.Scopes {
		r.complete(s)
	}
}
