package executor

import (
	"context"
	"sync"

	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/view"
)

// early is the calls that runs make before they need them. They end together: where the root fields of an operation have runs of their
// own, each finds what another one has asked for early, also when that one has ended.
type early struct {
	calls sync.WaitGroup

	mu    sync.Mutex // guards stops
	stops []context.CancelFunc
}

// begin calls ask on a goroutine of its own, under a context that ends with the early calls. A panic is dropped: the fetch that needs
// the values reports it.
func (e *early) begin(ctx context.Context, ask func(context.Context)) {
	ctx, stop := context.WithCancel(ctx)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stops = append(e.stops, stop)
	e.calls.Go(func() {
		fetch.GrowStack()
		defer func() { _ = recover() }()
		ask(ctx)
	})
}

// end cancels the calls that nobody has needed, and waits until all have ended. Nothing begins any more.
func (e *early) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, stop := range e.stops {
		stop()
	}
	e.calls.Wait()
}

// endEarly ends the early calls that are this run's alone, if it has made any.
func (r *run) endEarly() {
	if r.early != nil {
		r.early.end()
	}
}

// askEarly asks for what a fetch will need before its parents are there, because their keys are known already. When the fetch's turn
// comes, it finds the answers, or joins the calls under way. If a parent turns out to be another one, or null, the call was in vain;
// it changes nothing else.
func (r *run) askEarly(ctx context.Context, f *plan.Fetch) {
	var asks []fetch.Member
	for _, m := range f.Members {
		of := m.Scope.Place.Feeders[0]
		entity := of.Field.Bound
		keys, err := r.arguments(ctx, of)
		args, wrong := r.arguments(ctx, m.Node)
		key, ok := entity.KeyFrom(keys)
		if err != nil || wrong != nil || !ok {
			return
		}
		parent := view.Known(entity.Binding.Shape, entity.Binding.KeySlots[0], key)
		asks = append(asks, fetch.Member{Field: m.Node.Field.Bound, Parents: []view.Object{parent}, Args: args})
	}
	if r.early == nil {
		r.early = new(early)
	}
	x := r.x // the run may have ended when the call begins
	r.early.begin(ctx, func(ctx context.Context) { x.Prepare(ctx, asks) })
}
