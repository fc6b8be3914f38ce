package binding

import (
	"context"
	"slices"

	"github.com/graph-gophers/dataloader/v7"

	"weft/graph/view"
)

// Ask is what one selected field asks for all of its parents.
type Ask struct {
	Field   *Field
	Args    Arguments
	Parents []view.Object
}

// Found is what came of an Ask. Parents that want the same share a Result.
type Found struct {
	Of      []int32  // by parent: the index of its Result
	Results []Result // one for each distinct wish; not to be changed
}

// Fetch answers asks, all at once: what is batched goes in one call for each binding and set of other values, split by
// its maximum; the rest in parallel. Nothing waits for a timer. What the operation has asked for before is not asked for again.
func (x *Execution) Fetch(ctx context.Context, asks []Ask) []Found { return x.fetch(ctx, asks, false) }

// Prepare is Fetch for what is not wanted yet, but will be unless its parents turn out to be others: when it is wanted, Fetch
// finds it.
func (x *Execution) Prepare(ctx context.Context, asks []Ask) {
	if !x.without.Has(Early | Memo) {
		x.fetch(ctx, asks, true)
	}
}

func (x *Execution) fetch(ctx context.Context, asks []Ask, early bool) []Found {
	f := fetching{x: x, asks: asks, found: make([]Found, len(asks)), early: early}
	if f.wishes = f.room.wishes[:min(len(asks), len(f.room.wishes))]; len(f.wishes) < len(asks) {
		f.wishes = make([]wishes, len(asks))
	}
	f.tables, f.flights = f.room.tables[:0], f.room.flights[:0]
	f.gather(ctx)
	f.run(ctx)
	f.deliver(ctx)
	return f.found
}

// fetching is one Fetch: it gathers what is wanted (gather.go), has what is fresh answered, and gives out the answers.
type fetching struct {
	x       *Execution
	asks    []Ask
	found   []Found
	wishes  []wishes            // by ask
	tables  []*asking           // in the order of the asks, so that calls are the same each time
	index   map[batchOf]*asking // the tables, when there are many
	flights []flying
	tasks   []func() // pages and mutations
	early   bool     // nobody wants it yet

	room struct { // for what most have
		wishes  [2]wishes
		of      [2]int32
		tables  [2]*asking
		asking  asking
		flights [1]flying
	}
}

// wishes is how the Results of an ask come about.
type wishes struct {
	n     int     // how many Results there are
	asked int     // values that were asked for
	again int     // of these, those that were being asked for already
	all   *asking // where all of them come from, in its order; nil: from several places
	given []given // those that need nobody to be asked
	copy  int     // 1 more than the index of an earlier ask that is the same; 0 none
}

type given struct {
	result int32
	Result
}

// flying is a flight that this Fetch has begun.
type flying struct {
	*flight
	question
	thunk dataloader.ThunkMany[Answer] // of a loader that answers it; nil: none does
}

// asking is a table, and what this Fetch wants of it.
type asking struct {
	*table
	first  int     // the place of the first key that nobody had asked for before
	ask    int     // the ask that local is of
	local  []int32 // by place: 1 more than the index of that key's Result; 0 none
	wants  []wanted
	called [][]any // by want, of a binding that takes no keys: all its values
	counts []int32 // by place from first on, where repeated wishes are sent: how many there are

	want1 [1]wanted // room for the first
	call1 [1][]any
}

// wanted is a Result, or an element of one, and where in a table it comes from.
type wanted struct {
	ask, result int32
	place       int32
	element     int32 // of a list by keys; -1: the whole
}

// run answers what is fresh.
func (f *fetching) run(ctx context.Context) {
	f.repeat()
	if len(f.flights) == 1 && len(f.tasks) == 0 && !f.x.loads(f.flights[0].of.binding) {
		f.x.memo.fly(ctx, f.x, f.flights[0].flight, f.flights[0].question)
		return
	}
	for i := range f.flights { // loaders are all asked before one is waited for
		if q := &f.flights[i]; f.x.loads(q.of.binding) {
			q.thunk = f.x.loader(q.of, q.values).LoadBatch(ctx, q.keys)
			if !f.early {
				f.x.record.claim(q.of, q.keys)
			}
		}
	}
	each(len(f.flights)+len(f.tasks), maxTogether, func(i int) {
		if i >= len(f.flights) {
			f.tasks[i-len(f.flights)]()
		} else if q := &f.flights[i]; q.thunk == nil {
			f.x.memo.fly(ctx, f.x, q.flight, q.question)
		}
	})
	for i := range f.flights {
		if q := &f.flights[i]; q.thunk != nil {
			q.take(q.thunk())
		}
	}
}

// repeat makes each key of the questions count as often as it is wanted, for an operation that does without Dedupe.
func (f *fetching) repeat() {
	for _, t := range f.tables {
		if t.counts == nil {
			continue
		}
		for i := range f.flights {
			if q := &f.flights[i]; q.of == t.of {
				from := q.first - t.first
				q.counts = t.counts[from : from+len(q.keys)]
			}
		}
	}
}

// loads reports whether loaders answer what a binding's keys bring: where hand-written code may ask for the same.
func (x *Execution) loads(b *Binding) bool { return x.gate.Load() != nil && b.takesKeys() }

// take takes a loader's answers.
func (f *flight) take(answers []Answer, errs []error) {
	for i, a := range answers {
		if f.out[i].Answer = a; errs != nil {
			f.out[i].Err = errs[i]
		}
	}
	f.over = true
}

// deliver gives out the answers. Flights of others are waited for.
func (f *fetching) deliver(ctx context.Context) {
	m := &f.x.memo
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range f.tables {
		for i, w := range t.wants {
			if !f.early {
				f.x.claim(t.table, int(w.place))
			}
			r := m.result(ctx, t.table, int(w.place))
			if len(t.called) > 0 {
				r = f.asks[w.ask].Field.settled(r, t.called[i])
			}
			f.set(w, r)
		}
	}
	for i := range f.wishes {
		if !f.early {
			f.x.record.ask(f.asks[i].Field.Binding, f.wishes[i].asked, f.wishes[i].again)
		}
		if c := f.wishes[i].copy; c > 0 {
			f.found[i] = f.found[c-1]
		} else {
			f.asks[i].Field.check(&f.found[i])
		}
	}
}

// set files a Result, or an element of one.
func (f *fetching) set(w wanted, r Result) {
	into := &f.found[w.ask].Results[w.result]
	if w.element < 0 {
		*into = r
		return
	}
	field := f.asks[w.ask].Field
	if r.Err == nil && !r.Found && field.Elems {
		r.Err = field.Binding.nothing()
	}
	into.Objects[w.element] = r.one()
	if r.Err == nil {
		return
	}
	if into.more == nil {
		into.more = &more{errs: make([]error, len(into.Objects))}
	}
	into.more.errs[w.element] = r.Err
}

// check makes nothing found an error where the field may not be null.
func (f *Field) check(found *Found) {
	if !f.NonNull {
		return
	}
	missing := func(r Result) bool { return !r.Found && r.Err == nil }
	if !slices.ContainsFunc(found.Results, missing) {
		return
	}
	found.Results = slices.Clone(found.Results) // a flight's, maybe
	for i := range found.Results {
		if r := &found.Results[i]; missing(*r) {
			r.Err = f.Binding.nothing()
		}
	}
}

// pageResult answers a paged field. Early says that nobody wants it yet.
func (f *Field) pageResult(ctx context.Context, x *Execution, values []any, args Arguments, early bool) Result {
	w, err := f.window(args, values)
	w.early = early
	if err != nil {
		return Result{Err: err}
	}
	s, err := w.load(ctx, x, f, values)
	if err != nil {
		return Result{Err: err}
	}
	if s.null {
		_, err := f.checked(Answer{}, nil)
		return Result{Err: err}
	}
	page := &Segment{Cursors: s.cursors, HasNext: s.more, HasPrevious: !w.start(), Total: s.total}
	switch n := len(s.cursors); {
	case n > 0:
		page.Start, page.End = &s.cursors[0], &s.cursors[n-1]
	case s.end != "":
		page.End = &s.end
	}
	return Result{Answer: Answer{Objects: s.objects, Found: true, more: &more{segment: page}}}
}
