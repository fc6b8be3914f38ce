package fetch

import (
	"context"
	"slices"

	"weft/graph/binding"
	"weft/graph/view"
)

// gather finds out what is needed, and begins chunks for what nobody has loaded. What it panics with is Load's to panic with: that is where
// panics are expected.
func (f *fetching) gather(ctx context.Context) {
	m := &f.x.memo
	m.mu.Lock()
	defer m.mu.Unlock()
	defer func() {
		if v := recover(); v != nil {
			f.fail(panicOf(v))
		}
	}()
	for i := range f.members {
		a := &f.members[i]
		if earlier := slices.IndexFunc(f.members[:i], a.same); earlier >= 0 && !f.x.without.Has(Dedupe) && f.needsSame(a, &f.members[earlier]) {
			n := f.assemblies[earlier].values
			f.assemblies[i] = assembly{copy: &f.found[earlier], values: n, again: n}
			continue
		}
		if len(a.Parents) == 1 && i < len(f.room.of) {
			f.found[i].Of = f.room.of[i : i+1]
		} else {
			f.found[i].Of = make([]int32, len(a.Parents))
		}
		if !f.gatherKeys(ctx, i) {
			f.gatherDistinct(ctx, i)
		}
	}
	for _, t := range f.tables {
		if n := len(t.keys); n > t.first && t.space.Binding.TakesKeys() {
			f.begin(t, t.first, n, t.values)
		}
	}
	for i := range f.assemblies {
		f.place(i)
	}
	f.loads = len(f.pending) > 0 || len(f.tasks) > 0 || f.anyChunk(func(c *chunk) bool { return c.early && !c.over })
}

// place is where the Results of a member will be: those of a chunk, if all come from it in its order.
func (f *fetching) place(i int) {
	w, found := &f.assemblies[i], &f.found[i]
	if t := w.all; t != nil && t.first == 0 && len(t.chunks) == 1 && len(t.keys) == w.n {
		found.Results = t.chunks[0].out
		return
	}
	f.mix(i)
	if w.n == 1 && i == 0 {
		found.Results = f.room.result[:]
	} else {
		found.Results = make([]Result, w.n)
	}
	for _, g := range w.given {
		found.Results[g.result] = g.Result
	}
}

// same reports whether another Member, an alias's, is the same. Mutations never are.
func (a *Member) same(b Member) bool {
	return a.Field == b.Field && len(a.Args) == 0 && len(b.Args) == 0 && !a.Field.Binding.Mutation &&
		len(a.Parents) == len(b.Parents) && (len(a.Parents) == 0 || &a.Parents[0] == &b.Parents[0])
}

// needsSame reports whether two Members that are the same get the same objects: where there are stubs, those depend on what is needed of them.
func (f *fetching) needsSame(a, b *Member) bool {
	of := Space{Binding: a.Field.Binding}
	return slices.Equal(a.Needs, b.Needs) || f.table(of, nil).stubs == nil
}

// gatherKeys is the short way for a field whose key is one member of the parent, while all else is the same for all parents:
// nearly all fields below the root. It is false for any other.
func (f *fetching) gatherKeys(ctx context.Context, member int) bool {
	a, found := &f.members[member], &f.found[member]
	slot, values, ok := a.Field.KeySlot(a.Args)
	if !ok {
		return false
	}
	b := a.Field.Binding
	of := Space{Binding: b}
	if !b.Entity {
		of = spaceOf(b, values)
	}
	t := f.table(of, values)
	var null resultOf // of all parents whose key is null
	for k, parent := range a.Parents {
		key, ok := parent.Key(slot)
		switch {
		case ok:
			found.Of[k] = f.needKey(t, member, key)
		case !parent.Member(slot).IsNull(): // it may be a key all the same
			found.Of[k] = f.result(member)
			f.need(ctx, member, found.Of[k], parent)
		case parent.Lost(slot, a.Field.NonNull) != nil:
			found.Of[k] = f.result(member)
			f.give(member, found.Of[k], Result{Err: parent.Lost(slot, a.Field.NonNull)})
		case !null.known:
			null = resultOf{f.result(member), true}
			f.give(member, null.index, Result{Value: binding.Value{Found: b.ManyPerKey()}})
			fallthrough
		default:
			found.Of[k] = null.index
		}
	}
	return true
}

// gatherDistinct looks at parents one by one, once at those that have the same in all members that the field needs.
func (f *fetching) gatherDistinct(ctx context.Context, member int) {
	a, found := &f.members[member], &f.found[member]
	var known []string
	var places index
	var results []int32 // by place
	var values []int    // likewise
	w := &f.assemblies[member]
	for k, parent := range a.Parents {
		if err := a.Field.Lost(parent); err != nil {
			found.Of[k] = f.result(member)
			f.give(member, found.Of[k], Result{Err: err})
			continue
		}
		before := w.values
		if len(a.Parents) > 1 && !f.x.without.Has(Dedupe) {
			if i, fresh := places.place(&known, a.Field.Needs(parent)); !fresh {
				found.Of[k] = results[i]
				w.values += values[i]
				w.again += values[i]
				continue
			}
		}
		found.Of[k] = f.result(member)
		f.need(ctx, member, found.Of[k], parent)
		results, values = append(results, found.Of[k]), append(values, w.values-before)
	}
}

// need notes what one Result is.
func (f *fetching) need(ctx context.Context, member int, result int32, parent view.Object) {
	a := &f.members[member]
	field, b := a.Field, a.Field.Binding
	if field.Keys {
		f.needList(member, result, parent)
		return
	}
	values, ok, err := f.x.Values(field, parent, a.Args)
	switch {
	case err != nil:
		f.give(member, result, Result{Err: err})
	case !ok:
		f.give(member, result, Result{Value: binding.Value{Found: b.ManyPerKey()}})
	case b.Page != nil:
		f.task(member, result, func() Result {
			answer, err := f.x.page(ctx, field, values, a.Args, f.early)
			return Result{Value: answer, Err: err}
		})
	case b.Mutation:
		f.task(member, result, func() Result {
			answer, err := f.x.mutate(ctx, b, values)
			return Result{Value: answer, Err: err}
		})
	case field.EmptyList(values):
		f.give(member, result, Result{Value: binding.Value{Found: b.List || b.ManyPerKey()}})
	case b.Entity:
		f.needOne(f.table(Space{Binding: b}, nil), member, result, b.KeyFor(values))
	case b.ForMany() != nil:
		key, ok := b.KeyText(values)
		if !ok {
			f.give(member, result, Result{Value: binding.Value{Found: b.ManyPerKey()}})
			return
		}
		f.needOne(f.table(spaceOf(b, values), values), member, result, key)
	default:
		f.needCall(member, result, values)
	}
}

// needCall needs the answer of a call with values.
func (f *fetching) needCall(member int, result int32, values []any) {
	b := f.members[member].Field.Binding
	t := f.table(Space{Binding: b}, nil)
	place, fresh := f.enter(t, member, b.Canonical(values))
	if fresh {
		f.begin(t, place, place+1, values)
	}
	t.targets = append(t.targets, target{member: int32(member), result: result, place: int32(place)})
	t.called = append(t.called, values)
}

// needList needs the entities of a list of keys.
func (f *fetching) needList(member int, result int32, parent view.Object) {
	a := &f.members[member]
	list, err := a.Field.KeyList(parent, a.Args)
	if err != nil {
		f.give(member, result, Result{Err: err})
	}
	if !list.Found {
		return
	}
	f.give(member, result, Result{Value: binding.Value{Objects: make([]view.Object, len(list.Keys)), Found: true}})
	t := f.table(Space{Binding: a.Field.Binding}, nil)
	if !f.early {
		t.next.add(a.Field, list.Next)
	}
	for j, key := range list.Keys {
		to := target{member: int32(member), result: result, element: int32(j), listed: true}
		if at, ok := t.stubs.of(key); ok {
			f.needStubAs(t, at, key, to)
			continue
		}
		place, _ := f.enter(t, member, key)
		to.place = int32(place)
		t.targets = append(t.targets, to)
	}
}

// needOne needs the answer of a key as a Result that is there already.
func (f *fetching) needOne(t *tableUse, member int, result int32, key string) {
	if at, ok := t.stubs.of(key); ok {
		f.needStubAs(t, at, key, target{member: int32(member), result: result})
		return
	}
	place, _ := f.enter(t, member, key)
	t.targets = append(t.targets, target{member: int32(member), result: result, place: int32(place)})
}

// needKey needs the answer of a key, and returns which Result it will be.
func (f *fetching) needKey(t *tableUse, member int, key string) int32 {
	if at, ok := t.stubs.of(key); ok {
		return f.needStub(t, member, at, key)
	}
	place, _ := f.enter(t, member, key)
	w := &f.assemblies[member]
	if w.n == 0 {
		w.all = t
	}
	if w.all == t && place <= w.n {
		w.n = max(w.n, place+1)
		return int32(place)
	}
	f.mix(member)
	t.use(member)
	r := t.resultOf(place)
	if !r.known {
		*r = resultOf{int32(w.n), true}
		w.n++
		t.targets = append(t.targets, target{member: int32(member), result: r.index, place: int32(place)})
	}
	return r.index
}

// use makes local and ofStubs a member's: one has one table of its keys.
func (t *tableUse) use(member int) {
	if t.member != member {
		clear(t.local)
		clear(t.ofStubs)
		t.member = member
	}
}

// resultOf is what local has of a place.
func (t *tableUse) resultOf(place int) *resultOf {
	if place >= len(t.local) {
		t.local = append(t.local, make([]resultOf, place+1-len(t.local))...)
	}
	return &t.local[place]
}

// enter enters a key that a member needs in a table, and returns where it is, and whether nobody has loaded it.
func (f *fetching) enter(t *tableUse, member int, key string) (place int, fresh bool) {
	place, fresh = t.place(key)
	w := &f.assemblies[member]
	w.values++
	repeats := f.x.without.Has(Dedupe)
	if !fresh && place >= t.first && !repeats {
		w.again++
	}
	if repeats {
		t.count(place)
	}
	return place, fresh
}

// count counts how often a key is needed, which will be sent for as often.
func (t *tableUse) count(place int) {
	i := place - t.first
	if i < 0 {
		return
	}
	for len(t.counts) <= i {
		t.counts = append(t.counts, 0)
	}
	t.counts[i]++
}

// begin begins a chunk for the keys of a table from first to before end.
func (f *fetching) begin(t *tableUse, first, end int, values []any) {
	l := t.load(first, end, values)
	l.early, l.riding = f.early, f.x.ridingIn(t)
	fl := t.begin(first)
	fl.early = f.early
	f.pending = append(f.pending, pending{chunk: fl, load: l})
}

// mix is called before a member's Results come from anything but the keys of one table in their order.
func (f *fetching) mix(member int) {
	w := &f.assemblies[member]
	t := w.all
	if t == nil {
		return
	}
	w.all = nil
	clear(t.local)
	clear(t.ofStubs)
	t.member = member
	for i := range w.n {
		*t.resultOf(i) = resultOf{int32(i), true}
		t.targets = append(t.targets, target{member: int32(member), result: int32(i), place: int32(i)})
	}
}

// result is one more Result of a member, apart from those of needKey.
func (f *fetching) result(member int) int32 {
	f.mix(member)
	w := &f.assemblies[member]
	w.n++
	return int32(w.n - 1)
}

// give makes a Result what it is without a load.
func (f *fetching) give(member int, result int32, r Result) {
	f.assemblies[member].given = append(f.assemblies[member].given, given{result, r})
}

// task makes a Result what a function returns.
func (f *fetching) task(member int, result int32, run func() Result) {
	f.tasks = append(f.tasks, func() { f.found[member].Results[result] = run() })
}
