package fetch

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"weft/graph/binding"
	"weft/graph/view"
	"weft/loaders"
	"weft/upstream"
)

// Member is one selected field, and all parents that it is needed of.
type Member struct {
	Field   *binding.Field
	Args    binding.Arguments
	Parents []view.Object
	// Needs are the slots of an entity's members that the operation needs, if it is loaded by key: an object that another answer has, with
	// these in it, stands for it. nil: nobody knows which.
	Needs []int
}

// Found is what Fetch returns for a Member. Parents that need the same key have the same Result.
type Found struct {
	Of      []int32  // by parent: the index of its Result
	Results []Result // one for each distinct need; not to be changed
}

// Gathered is what members need: what nobody has loaded is going to be loaded by Load.
type Gathered struct{ *fetching }

// Load loads what is new, waits for what others load, and returns what members find, in their order. It must be called, once, and soon:
// others wait for it. It panics where gathering has.
func (g Gathered) Load(ctx context.Context) []Found {
	if g.panicked != nil {
		panic(g.panicked)
	}
	g.run(ctx)
	g.deliver(ctx)
	return g.found
}

// Loads reports whether Load may wait for more than what other fetches of the same run load: it calls somebody itself, or what it needs began
// early. It is true of the zero Gathered.
func (g Gathered) Loads() bool { return g.fetching == nil || g.loads }

// There reports whether all that members need has come, so that Load waits for nothing, where it does not load.
func (g Gathered) There() bool {
	m := &g.x.memo
	m.mu.Lock()
	defer m.mu.Unlock()
	return !g.anyChunk(func(c *chunk) bool { return !c.over })
}

// anyChunk reports whether something is true of one of the chunks of what is needed. It holds the memo.
func (f *fetching) anyChunk(is func(c *chunk) bool) bool {
	return slices.ContainsFunc(f.tables, func(t *tableUse) bool { return slices.ContainsFunc(t.chunks, is) })
}

// gather is Gather; early says that nobody needs it yet.
func (x *Execution) gather(ctx context.Context, members []Member, early bool) Gathered {
	f := &fetching{x: x, members: members, early: early}
	if f.found = f.room.found[:min(len(members), len(f.room.found))]; len(f.found) < len(members) {
		f.found = make([]Found, len(members))
	}
	if f.assemblies = f.room.assemblies[:min(len(members), len(f.room.assemblies))]; len(f.assemblies) < len(members) {
		f.assemblies = make([]assembly, len(members))
	}
	f.tables, f.pending = f.room.tables[:0], f.room.pending[:0]
	f.gather(ctx)
	return Gathered{f}
}

// fail ends what gather has begun, with what it panicked with: nobody loads it, and others who gather the same keys would wait for them.
func (f *fetching) fail(p *loaders.PanicError) {
	f.panicked, f.loads = p, true
	for _, t := range f.tables {
		if begun := t.ends(); begun < len(t.keys) {
			f.pending = append(f.pending, pending{chunk: t.begin(begun)})
		}
	}
	for i := range f.pending {
		f.pending[i].land(p)
	}
}

// fetching is one Fetch: it gathers what is needed (gather.go), has what is fresh loaded, and gives out what came of it.
type fetching struct {
	x          *Execution
	members    []Member
	found      []Found
	assemblies []assembly          // by member
	tables     []*tableUse         // in the order of the members, so that calls are the same each time
	index      map[Space]*tableUse // the tables, when there are many
	pending    []pending
	tasks      []func() // pages and mutations
	loads      bool     // see Loads
	early      bool     // nobody needs it yet
	panicked   any      // nil: gathering has not

	room struct { // for what most have
		found      [2]Found
		assemblies [2]assembly
		result     [1]Result
		of         [2]int32
		tables     [2]*tableUse
		use        tableUse
		pending    [1]pending
	}
}

// assembly is how the Results of a member come about.
type assembly struct {
	n      int       // how many Results there are
	values int       // that the member needs
	again  int       // of these, those that were being loaded already
	all    *tableUse // where all of them come from, in its order; nil: from several places
	given  []given   // those that need no load
	copy   *Found    // what an earlier member finds that is the same; nil: none is
}

type given struct {
	result int32
	Result
}

// pending is a chunk that this Fetch has begun.
type pending struct {
	*chunk
	load
	thunk dataloader.ThunkMany[binding.Value] // of a loader that answers it; nil: none does
}

// tableUse is a table, and what this Fetch needs of it.
type tableUse struct {
	*table
	first   int        // the place of the first key that is new
	member  int        // the member that local is of
	local   []resultOf // by place
	ofStubs []resultOf // of that member, too: by the stub's place
	ofStub  []stubTarget
	targets []target
	called  [][]any // by target, of a binding that takes no keys: all its values
	counts  []int32 // by place from first on, without Dedupe: how often each is needed
	next    next    // keys that are likely asked for next

	target1 [1]target // room for the first
	call1   [1][]any
}

// resultOf says which of a member's Results is a key's.
type resultOf struct {
	index int32
	known bool // false: none is, so far
}

// target is a Result, or an element of one, and where in a table it comes from.
type target struct {
	member, result int32
	place          int32
	element        int32 // of a listed one: which of the Result's elements it is
	listed         bool  // it is an element of a list by keys, and not the whole Result
}

// run loads what is fresh.
func (f *fetching) run(ctx context.Context) {
	f.repeat()
	if len(f.pending) == 1 && len(f.tasks) == 0 && !f.x.loads(f.pending[0].space.Binding) {
		f.x.memo.load(ctx, f.x, f.pending[0].chunk, f.pending[0].load)
		return
	}
	for i := range f.pending { // all loaders begin before one is waited for
		if l := &f.pending[i]; f.x.loads(l.space.Binding) {
			l.thunk = f.x.loader(l.space, l.values).LoadBatch(ctx, l.keys)
			if !f.early {
				f.x.record.claim(l.space, l.keys)
			}
		}
	}
	each(len(f.pending)+len(f.tasks), maxTogether, func(i int) {
		if i >= len(f.pending) {
			f.tasks[i-len(f.pending)]()
		} else if l := &f.pending[i]; l.thunk == nil {
			f.x.memo.load(ctx, f.x, l.chunk, l.load)
		}
	})
	for i := range f.pending {
		if l := &f.pending[i]; l.thunk != nil {
			l.take(l.thunk())
		}
	}
}

// repeat makes each key count as often as it is needed, for an operation that does without Dedupe.
func (f *fetching) repeat() {
	for _, t := range f.tables {
		if t.counts == nil {
			continue
		}
		for i := range f.pending {
			if l := &f.pending[i]; l.space == t.space {
				from := l.first - t.first
				l.counts = t.counts[from : from+len(l.keys)]
			}
		}
	}
}

// loads reports whether loaders answer what a binding's keys bring: where hand-written code may load the same.
func (x *Execution) loads(b *binding.Binding) bool { return x.gate != nil && b.TakesKeys() }

// take takes a loader's answers.
func (c *chunk) take(answers []binding.Value, errs []error) {
	for i, a := range answers {
		if c.out[i].Value = a; errs != nil {
			c.out[i].Err = errs[i]
		}
	}
	c.over = true
}

// deliver gives out what came. Chunks that others have begun are waited for.
func (f *fetching) deliver(ctx context.Context) {
	m := &f.x.memo
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range f.tables {
		f.deliverStubs(ctx, t)
		for i, w := range t.targets {
			if !f.early {
				f.x.claim(t.table, int(w.place))
			}
			r := m.result(ctx, t.table, int(w.place))
			if len(t.called) > 0 {
				r.Value, r.Err = f.members[w.member].Field.Settled(r.Value, r.Err, t.called[i])
			}
			f.set(w, r)
		}
	}
	for i := range f.assemblies {
		if !f.early {
			f.x.record.needs(f.members[i].Field.Binding, f.assemblies[i].values, f.assemblies[i].again)
		}
		if c := f.assemblies[i].copy; c != nil {
			f.found[i] = *c
		} else {
			f.found[i].lift(f.members[i].Field)
			f.found[i].check(f.members[i].Field)
		}
	}
}

// set files a Result, or an element of one.
func (f *fetching) set(w target, r Result) {
	into := &f.found[w.member].Results[w.result]
	if !w.listed {
		*into = r
		return
	}
	field := f.members[w.member].Field
	if r.Err == nil && !r.Found && field.Elems {
		r.Err = field.Binding.Nothing()
	}
	into.Put(int(w.element), &r.Value, r.Err)
}

// lift makes Results what the field has of the values that were found.
func (found *Found) lift(f *binding.Field) {
	if f.Lift == nil {
		return
	}
	found.Results = slices.Clone(found.Results) // a chunk's, maybe
	for i := range found.Results {
		if r := &found.Results[i]; r.Err == nil {
			r.Value, r.Err = f.Lifted(r.Value)
		}
	}
}

// check makes nothing found an error where the field may not be null.
func (found *Found) check(f *binding.Field) {
	if !f.NonNull {
		return
	}
	missing := func(r Result) bool { return !r.Found && r.Err == nil }
	if !slices.ContainsFunc(found.Results, missing) {
		return
	}
	found.Results = slices.Clone(found.Results) // a chunk's, maybe
	for i := range found.Results {
		if r := &found.Results[i]; missing(*r) {
			r.Err = f.Binding.Nothing()
		}
	}
}

// page answers a paged field; values are those of its variables. Early says that nobody needs it yet.
func (x *Execution) page(ctx context.Context, f *binding.Field, values []any, args binding.Arguments, early bool) (binding.Value, error) {
	w, err := f.Window(args, values)
	if err != nil {
		return binding.Value{}, err
	}
	var oldest atomic.Int64 // of the upstream's pages, which may come at the same time
	a, err := w.Load(func(values []any, beyond bool) (binding.Value, error) {
		a, err := x.pageOf(ctx, f, values, early)
		for age := int64(a.Stale()); ; {
			if old := oldest.Load(); age <= old || oldest.CompareAndSwap(old, age) {
				break
			}
		}
		if beyond && kindOf(err) == upstream.NotFound {
			x.parts.add(&Result{}) // nothing is known of how long there will be no more
			return binding.Value{}, nil
		}
		return a, err
	})
	if age := oldest.Load(); age > 0 {
		a = a.Aged(time.Duration(age))
	}
	if err == nil && x.service.Ledger != nil {
		x.record.paged(f.Binding, a.Page())
	}
	return a, err
}

// pageOf calls for one of a list's pages.
func (x *Execution) pageOf(ctx context.Context, f *binding.Field, values []any, early bool) (binding.Value, error) {
	if !x.planned {
		a, err := Fields{x}.Call(ctx, f.Binding, f.Binding.Canonical(values), values)
		return f.Settled(a, err, values)
	}
	r := x.memo.once(ctx, x, f.Binding, values, early)
	return f.Settled(r.Value, r.Err, values)
}
