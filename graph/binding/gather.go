package binding

import (
	"context"
	"slices"
	"strings"

	"weft/graph/view"
)

// gather finds out what is wanted, and begins flights for what nobody has asked for.
func (f *fetching) gather(ctx context.Context) {
	m := &f.x.memo
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range f.asks {
		a := &f.asks[i]
		if earlier := slices.IndexFunc(f.asks[:i], a.same); earlier >= 0 && !f.x.without.Has(Dedupe) {
			n := f.wishes[earlier].asked
			f.wishes[i] = wishes{copy: earlier + 1, asked: n, again: n}
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
		if n := len(t.keys); n > t.first && t.of.binding.takesKeys() {
			f.begin(t, t.first, n, t.values)
		}
	}
	for i := range f.wishes {
		f.place(i)
	}
}

// place is where the Results of an ask will be: those of a flight, if all come from it in its order.
func (f *fetching) place(i int) {
	w, found := &f.wishes[i], &f.found[i]
	if t := w.all; t != nil && t.first == 0 && len(t.flights) == 1 && len(t.keys) == w.n {
		found.Results = t.flights[0].out
		return
	}
	f.mix(i)
	found.Results = make([]Result, w.n)
	for _, g := range w.given {
		found.Results[g.result] = g.Result
	}
}

// same reports whether another Ask, an alias's, is the same. Mutations never are.
func (a *Ask) same(b Ask) bool {
	return a.Field == b.Field && len(a.Args) == 0 && len(b.Args) == 0 && !a.Field.Binding.Mutation &&
		len(a.Parents) == len(b.Parents) && (len(a.Parents) == 0 || &a.Parents[0] == &b.Parents[0])
}

// takesKeys reports whether a binding is asked by keys; one that is not is called with values.
func (b *Binding) takesKeys() bool { return b.Entity || b.batch != nil }

// gatherKeys is the short way for a field whose key is one member of the parent, while all else is the same for all parents:
// nearly all fields below the root. It is false for any other.
func (f *fetching) gatherKeys(ctx context.Context, ask int) bool {
	a, found := &f.asks[ask], &f.found[ask]
	slot, values, ok := a.Field.keySlot(a.Args)
	if !ok {
		return false
	}
	b := a.Field.Binding
	of := batchOf{binding: b}
	if !b.Entity {
		of = b.of(values)
	}
	t, null := f.table(of, values), int32(-1)
	for k, parent := range a.Parents {
		key, ok := parent.Key(slot)
		switch {
		case ok:
			found.Of[k] = f.wantKey(t, ask, key)
		case !parent.Member(slot).IsNull(): // it may be a key all the same
			found.Of[k] = f.result(ask)
			f.want(ctx, ask, found.Of[k], parent)
		case null < 0:
			null = f.result(ask)
			f.give(ask, null, Result{Answer: Answer{Found: b.many()}})
			fallthrough
		default:
			found.Of[k] = null
		}
	}
	return true
}

// keySlot is the slot of the member that is the key of a field's binding, and the other values; false where they depend
// on the parent.
func (f *Field) keySlot(args Arguments) (slot int, values []any, ok bool) {
	b := f.Binding
	if f.Keys || !b.takesKeys() || b.Mutation || b.Page != nil || b.Entity && len(f.Sources) != 1 {
		return 0, nil, false
	}
	at := max(b.keyVar, 0)
	if f.Sources[at].Argument != "" || len(b.Vars[at].Type.Enum) > 0 || b.Vars[at].Type.List != nil {
		return 0, nil, false
	}
	if b.Entity {
		return f.Sources[at].Slot, nil, true
	}
	values = make([]any, len(f.Sources))
	for i, s := range f.Sources {
		values[i] = absent
		if i == at {
			continue
		}
		if s.Argument == "" {
			return 0, nil, false
		}
		if v, ok := args.at(s); ok {
			values[i] = v
		}
	}
	values[at] = "" // a key, which is no list
	return f.Sources[at].Slot, values, !f.emptyList(values)
}

// gatherDistinct looks at parents one by one, once at those that have the same in all members that the field needs.
func (f *fetching) gatherDistinct(ctx context.Context, ask int) {
	a, found := &f.asks[ask], &f.found[ask]
	var known []string
	var places index
	var asked []int // by place
	w := &f.wishes[ask]
	for k, parent := range a.Parents {
		before := w.asked
		if len(a.Parents) > 1 && !f.x.without.Has(Dedupe) {
			if i, fresh := places.place(&known, a.Field.members(parent)); !fresh {
				found.Of[k] = int32(i)
				w.asked += asked[i]
				w.again += asked[i]
				continue
			}
		}
		found.Of[k] = f.result(ask)
		f.want(ctx, ask, found.Of[k], parent)
		asked = append(asked, w.asked-before)
	}
}

// members is the text of all members of a parent that the field needs.
func (f *Field) members(parent view.Object) string {
	var text string
	n := 0
	for _, s := range f.Sources {
		if s.Argument != "" || s.Page {
			continue
		}
		if n++; n == 1 {
			text = parent.Member(s.Slot).Literal()
		} else {
			text = strings.Join([]string{text, parent.Member(s.Slot).Literal()}, "\x00") // which JSON never has
		}
	}
	return text
}

// want notes what one Result is.
func (f *fetching) want(ctx context.Context, ask int, result int32, parent view.Object) {
	a := &f.asks[ask]
	field, b := a.Field, a.Field.Binding
	if field.Keys {
		f.wantList(ask, result, parent)
		return
	}
	values, ok := field.values(parent, a.Args)
	switch {
	case !ok:
		f.give(ask, result, Result{Answer: Answer{Found: b.many()}})
	case b.Page != nil:
		f.task(ask, result, func() Result { return field.pageResult(ctx, f.x, values, a.Args, f.early) })
	case b.Mutation:
		f.task(ask, result, func() Result {
			answer, err := f.x.mutate(ctx, b, values, nil)
			return Result{Answer: answer, Err: err}
		})
	case field.emptyList(values):
		f.give(ask, result, Result{Answer: Answer{Found: b.List || b.many()}})
	case b.Entity:
		f.wantOne(f.table(batchOf{binding: b}, nil), ask, result, keyOfValues(b, values))
	case b.batch != nil:
		key, ok := text(values[b.keyVar], b.Vars[b.keyVar].Type)
		if !ok {
			f.give(ask, result, Result{Answer: Answer{Found: b.many()}})
			return
		}
		f.wantOne(f.table(b.of(values), values), ask, result, key)
	default:
		f.wantCall(ask, result, values)
	}
}

// wantCall wants the answer of a call with values.
func (f *fetching) wantCall(ask int, result int32, values []any) {
	b := f.asks[ask].Field.Binding
	t := f.table(batchOf{binding: b}, nil)
	place, fresh := f.wish(t, ask, canonical(b.Vars, values, -1))
	if fresh {
		f.begin(t, place, place+1, values)
	}
	t.wants = append(t.wants, wanted{int32(ask), result, int32(place), -1})
	t.called = append(t.called, values)
}

// wantList wants the entities of a list of keys.
func (f *fetching) wantList(ask int, result int32, parent view.Object) {
	a := &f.asks[ask]
	keys, ok := a.Field.keys(parent, a.Args)
	if !ok {
		return
	}
	f.give(ask, result, Result{Answer: Answer{Objects: make([]view.Object, len(keys)), Found: true}})
	t := f.table(batchOf{binding: a.Field.Binding}, nil)
	for j, key := range keys {
		place, _ := f.wish(t, ask, key)
		t.wants = append(t.wants, wanted{int32(ask), result, int32(place), int32(j)})
	}
}

// wantOne wants the answer of a key to be a Result that is there already.
func (f *fetching) wantOne(t *asking, ask int, result int32, key string) {
	place, _ := f.wish(t, ask, key)
	t.wants = append(t.wants, wanted{int32(ask), result, int32(place), -1})
}

// wantKey wants the answer of a key, and returns which Result it will be.
func (f *fetching) wantKey(t *asking, ask int, key string) int32 {
	place, _ := f.wish(t, ask, key)
	w := &f.wishes[ask]
	if w.n == 0 {
		w.all = t
	}
	if w.all == t && place <= w.n {
		w.n = max(w.n, place+1)
		return int32(place)
	}
	f.mix(ask)
	if t.ask != ask { // an ask has one table of its keys
		clear(t.local)
		t.ask = ask
	}
	if i := t.known(place); *i == 0 {
		w.n++
		*i = int32(w.n)
		t.wants = append(t.wants, wanted{int32(ask), int32(w.n - 1), int32(place), -1})
	}
	return t.local[place] - 1
}

// known is what local has of a place.
func (t *asking) known(place int) *int32 {
	if place >= len(t.local) {
		t.local = append(t.local, make([]int32, place+1-len(t.local))...)
	}
	return &t.local[place]
}

// wish returns where a key that an ask wants is in a table, and whether nobody has asked for it.
func (f *fetching) wish(t *asking, ask int, key string) (place int, fresh bool) {
	place, fresh = t.place(key)
	w := &f.wishes[ask]
	w.asked++
	repeats := f.x.without.Has(Dedupe)
	if !fresh && place >= t.first && !repeats {
		w.again++
	}
	if repeats {
		t.count(place)
	}
	return place, fresh
}

// count counts a wish for a key, which will be sent for as often as it is wanted.
func (t *asking) count(place int) {
	i := place - t.first
	if i < 0 {
		return
	}
	for len(t.counts) <= i {
		t.counts = append(t.counts, 0)
	}
	t.counts[i]++
}

// begin begins a flight for the keys of a table from first to before end.
func (f *fetching) begin(t *asking, first, end int, values []any) {
	q := t.question(first, end, values)
	q.early = f.early
	fl := t.begin(first)
	fl.early = f.early
	f.flights = append(f.flights, flying{flight: fl, question: q})
}

// mix is called before an ask's Results come from anything but the keys of one table in their order.
func (f *fetching) mix(ask int) {
	w := &f.wishes[ask]
	t := w.all
	if t == nil {
		return
	}
	w.all = nil
	clear(t.local)
	t.ask = ask
	for i := range w.n {
		*t.known(i) = int32(i + 1)
		t.wants = append(t.wants, wanted{int32(ask), int32(i), int32(i), -1})
	}
}

// result is one more Result of an ask, apart from those of wantKey.
func (f *fetching) result(ask int) int32 {
	f.mix(ask)
	w := &f.wishes[ask]
	w.n++
	return int32(w.n - 1)
}

// give makes a Result what it is without asking.
func (f *fetching) give(ask int, result int32, r Result) {
	f.wishes[ask].given = append(f.wishes[ask].given, given{result, r})
}

// task makes a Result what a function returns.
func (f *fetching) task(ask int, result int32, run func() Result) {
	f.tasks = append(f.tasks, func() { f.found[ask].Results[result] = run() })
}

// table is the table of that name, and what is wanted of it.
func (f *fetching) table(of batchOf, values []any) *asking {
	if t := f.tableOf(of); t != nil {
		return t
	}
	t := &f.room.asking
	if len(f.tables) > 0 {
		t = new(asking)
	}
	t.ask, t.wants, t.called = -1, t.want1[:0], t.call1[:0]
	if f.x.loads(of.binding) || f.x.without.Has(Memo) {
		t.table = new(table) // loaders remember, or nobody does
		t.begun(of, values)
	} else {
		t.table = f.x.memo.table(of, values)
		t.look()
	}
	t.first = len(t.keys)
	f.tables = append(f.tables, t)
	if len(f.tables) > fewTables {
		f.indexTables()
	}
	return t
}

func (f *fetching) tableOf(of batchOf) *asking {
	if f.index != nil {
		return f.index[of]
	}
	for _, t := range f.tables {
		if t.of == of {
			return t
		}
	}
	return nil
}

// indexTables adds to the index the tables that it has not.
func (f *fetching) indexTables() {
	if f.index == nil {
		f.index = make(map[batchOf]*asking, 4*fewTables)
	}
	for _, t := range f.tables[len(f.index):] {
		f.index[t.of] = t
	}
}
