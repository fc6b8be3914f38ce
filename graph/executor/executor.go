package executor

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/fetch"
	"weft/graph/imageurl"
)

// Executor runs plans. The zero Executor is for those in which nothing is hand-written, and that have no pictures.
type Executor struct {
	Images    imageurl.Services // those that plans name
	Resolvers any               // of hand-written fields, as the tables' functions take them
	// Attach adds to the context of what Go answers: the typed loaders. nil: nothing.
	Attach func(context.Context, *fetch.Execution) context.Context
}

// Run answers an operation by its plan: it returns the answer's data and errors. op is the operation's, with its variables; what it loads,
// it loads by x. Where the root fields run apart, and have to, since what intercepts them has its own context for each, their errors are
// added to ctx's response instead.
func (p *Prepared) Run(ctx context.Context, op *graphql.OperationContext, x fetch.Planned) (json.RawMessage, gqlerror.List) {
	if p.apart {
		return p.runRoots(ctx, op, x)
	}
	ctx = p.attach(ctx, x)
	size := p.size.Load()
	expected := int(size+size/16) + 32
	if err := x.Reserve(ctx, expected); err != nil {
		return json.RawMessage("null"), gqlerror.List{gqlerror.WrapIfUnwrapped(err)}
	}
	w := newWriter(p.memory(expected), expected, &x.Budget)
	if p.serial == nil {
		p.runOne(ctx, op, x, w, nil)
	}
	for _, root := range p.serial {
		root.runOne(ctx, op, x, w, nil)
	}
	data := w.data()
	if !w.failed && !w.ended {
		x.NameStale(w.stale...)
	}
	if cap(data) > roomy(len(data)) { // who keeps it keeps no room of the answer before
		data = bytes.Clone(data)
	}
	if n := int64(len(data)); n != size { // mostly it is not, and processors do not have to agree on it
		p.size.Store(n)
	}
	return data, w.errs
}

// runOne runs a plan and writes what it answers. What it asks for early ends with e; nil: with its fetches.
func (p *Prepared) runOne(ctx context.Context, op *graphql.OperationContext, x fetch.Planned, w *writer, e *early) {
	r := newRun(p, x, op)
	r.early = e
	r.resolvers = p.executor.Resolvers
	r.fetch(ctx)
	w.write(r)
}

// attach adds to a context what Go may look for there.
func (p *Prepared) attach(ctx context.Context, x fetch.Planned) context.Context {
	if p.executor.Attach == nil || !p.plan.Policy.HandWritten {
		return ctx
	}
	return p.executor.Attach(ctx, x.Execution)
}
