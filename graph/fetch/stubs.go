package fetch

import (
	"context"
	"slices"

	"github.com/graph-gophers/dataloader/v7"

	"weft/graph/binding"
	"weft/graph/view"
)

// Objects of entities that other answers have, in lists or embedded in other objects, answer keys of which no more is needed than they have.
// Where more is needed, what they have stays, and the rest is loaded: a member's value does not depend on what else is selected.

// offer is an entity's objects that another answer has.
type offer struct {
	objects []view.Object
	sparse  []int // members of which null says nothing
	whole   bool  // those that have all members are as good as loaded
}

// stub is an entity's object, and the slots of the members that it lacks.
type stub struct {
	object view.Object
	lacks  []int
}

// stubs are what there is of objects, by key.
type stubs struct {
	keys  []string
	index index
	list  []stub // by place
	lacks []int  // of the object before: most lack the same
}

// lacking are the slots of the members that an object lacks.
func (t *table) lacking(o view.Object, sparse []int) []int {
	var room [16]int
	lacks := t.space.Binding.Lacking(room[:0], o, sparse)
	if len(lacks) == 0 {
		return nil
	}
	if t.stubs == nil {
		t.stubs = new(stubs)
	}
	if !slices.Equal(lacks, t.stubs.lacks) {
		t.stubs.lacks = slices.Clone(lacks)
	}
	return t.stubs.lacks
}

// addStub adds what an object has to what there is of its key. Nothing but its key is nothing: nobody knows whether there is such an object.
func (t *table) addStub(key string, s stub) {
	if t.stubs == nil {
		t.stubs = new(stubs)
	}
	b := t.space.Binding
	if len(s.lacks) == b.Shape.Len()-len(b.KeySlots) && len(s.lacks) > 0 {
		return
	}
	place, fresh := t.stubs.index.place(&t.stubs.keys, key)
	if fresh {
		t.stubs.list = append(t.stubs.list, s)
		return
	}
	t.stubs.list[place] = t.stubs.list[place].and(s)
}

// and is a stub with what another one has beyond it.
func (s stub) and(other stub) stub {
	more := slices.DeleteFunc(slices.Clone(s.lacks), func(slot int) bool { return slices.Contains(other.lacks, slot) })
	if len(more) == 0 {
		return s
	}
	return stub{
		object: s.object.Filled(more, view.Rest{Object: other.object}),
		lacks:  slices.DeleteFunc(slices.Clone(s.lacks), func(slot int) bool { return slices.Contains(more, slot) }),
	}
}

// of returns the place of a key's stub; false where there is none.
func (s *stubs) of(key string) (place int, ok bool) {
	if s == nil || !s.index.has(s.keys, key) {
		return 0, false
	}
	place, _ = s.index.place(&s.keys, key)
	return place, true
}

// has reports whether a stub has all that is needed; nil: nobody knows what that is.
func (s stub) has(needs []int) bool {
	return len(s.lacks) == 0 || needs != nil && !slices.ContainsFunc(needs, func(slot int) bool { return slices.Contains(s.lacks, slot) })
}

// value is the stub as what is found for its key.
func (s stub) value() binding.Value {
	return binding.Value{Objects: []view.Object{s.object}, Found: true}
}

// completed is what was found for the stub's key, of which the stub's own members stay.
func (s stub) completed(entity *binding.Binding, v binding.Value, err error) binding.Value {
	v.Objects, v.Found = []view.Object{entity.Filled(s.object, s.lacks, &v, err)}, true
	return v
}

// Offer lets keys of an entity be answered by what objects have that are embedded in those of another answer.
func (x *Execution) Offer(entity *binding.Binding, objects []view.Object, sparse []int) {
	if len(objects) > 0 && x.offers(entity) && !x.without.Has(Memo) {
		x.memo.offer(entity, offer{objects: objects, sparse: sparse})
	}
}

// stubTarget is a Result, or an element of one, that is a stub's, or what was found for its key and not in the stub.
type stubTarget struct {
	target
	stub stub
	has  bool // the stub has all that is needed: there is no place
}

// needStub needs the answer of a key that has a stub, and returns which Result it will be.
func (f *fetching) needStub(t *tableUse, member, at int, key string) int32 {
	f.mix(member)
	t.use(member)
	if at >= len(t.ofStubs) {
		t.ofStubs = append(t.ofStubs, make([]resultOf, at+1-len(t.ofStubs))...)
	}
	r := &t.ofStubs[at]
	if !r.known {
		*r = resultOf{f.result(member), true}
		f.needStubAs(t, at, key, target{member: int32(member), result: r.index})
	} else {
		f.assemblies[member].values++
	}
	return r.index
}

// needStubAs needs the answer of a key that has a stub as a Result that is there already, or as an element of one.
func (f *fetching) needStubAs(t *tableUse, at int, key string, to target) {
	s := t.stubs.list[at]
	has := s.has(f.members[to.member].Needs)
	if has {
		f.assemblies[to.member].values++
	} else {
		place, _ := f.enter(t, int(to.member), key)
		to.place = int32(place)
	}
	t.ofStub = append(t.ofStub, stubTarget{to, s, has})
}

// deliverStubs gives out what stubs have, and what was found beyond that. It holds the memo.
func (f *fetching) deliverStubs(ctx context.Context, t *tableUse) {
	for _, to := range t.ofStub {
		r := Result{Value: to.stub.value()}
		if !to.has {
			if !f.early {
				f.x.claim(t.table, int(to.place))
			}
			r = f.x.memo.result(ctx, t.table, int(to.place))
			r.Value, r.Err = to.stub.completed(t.space.Binding, r.Value, r.Err), nil
		}
		f.set(to.target, r)
	}
}

// stubOf returns what there is of a key's object. It is for an operation whose fields load by themselves.
func (f Fields) stubOf(b *binding.Binding, key string) (stub, bool) {
	if !b.Entity || f.without.Has(Memo) {
		return stub{}, false
	}
	m := &f.memo
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.table(Space{b, ""}, nil)
	t.look()
	at, ok := t.stubs.of(key)
	if !ok {
		return stub{}, false
	}
	return t.stubs.list[at], true
}

// stubsOf are the stubs of those keys that have one, by the key's index; nil: none has.
func (f Fields) stubsOf(b *binding.Binding, keys []string) (stubs map[int]stub) {
	for i, key := range keys {
		s, ok := f.stubOf(b, key)
		if !ok {
			continue
		}
		if stubs == nil {
			stubs = map[int]stub{}
		}
		stubs[i] = s
	}
	return stubs
}

// completing loads keys, but for those whose stubs have all that is needed; the others' own members stay.
func (f Fields) completing(
	ctx context.Context, b *binding.Binding, keys []string, stubs map[int]stub, needs []int,
) dataloader.ThunkMany[binding.Value] {
	var rest []string
	for i, key := range keys {
		if s, ok := stubs[i]; !ok || !s.has(needs) {
			rest = append(rest, key)
		}
	}
	load := f.entity(b).LoadMany(ctx, rest)
	return func() ([]binding.Value, []error) {
		found, failed := load()
		values, errs := make([]binding.Value, len(keys)), make([]error, len(keys))
		at := 0
		for i := range keys {
			s, ok := stubs[i]
			if ok && s.has(needs) {
				values[i] = s.value()
				continue
			}
			values[i] = found[at]
			if failed != nil {
				errs[i] = failed[at]
			}
			if at++; ok {
				values[i], errs[i] = s.completed(b, values[i], errs[i]), nil
			}
		}
		return values, errs
	}
}
