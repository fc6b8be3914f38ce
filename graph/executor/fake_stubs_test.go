package executor_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"weft/graph/binding"
	"weft/graph/plan"
	"weft/graph/view"
)

// stubs are what a member has of entities: objects that lack some members, or keys.
func (f *fake) stubs(r *rand.Rand, field *plan.Field, depth int) any {
	v := f.typed(r, field.Type, "", depth)
	list, ok := v.([]any)
	if !ok {
		return f.told(r, field, v)
	}
	for i, e := range list {
		list[i] = place(field.Each, f.told(r, field, e))
	}
	return list
}

// told is a stub of the type that a value has; what tells its type stays.
func (f *fake) told(r *rand.Rand, field *plan.Field, v any) any {
	object, ok := v.(map[string]any)
	if !ok || field.Stub.Types == nil {
		return f.stub(r, field.Stub, v)
	}
	t := f.tables.Types[field.Type.Name()]
	stub := field.Stub.Types[typeOf(t, object)]
	if stub == nil {
		return object
	}
	tells := strings.TrimPrefix(t.Discriminator, "/")
	mark, marked := object[tells]
	if m, ok := f.stub(r, stub, object).(map[string]any); ok {
		if marked {
			m[tells] = mark
		}
		return m
	}
	return "a key, which tells no type"
}

// typeOf is the type of an object of an interface or union; "" where nothing tells it.
func typeOf(t *plan.Type, object map[string]any) string {
	if t.Having == nil {
		return t.Variants[fmt.Sprint(object[strings.TrimPrefix(t.Discriminator, "/")])]
	}
	rows, err := view.NewScanner(view.Layout{In: view.Single, Shape: view.NewShape()}).Scan([]byte(encode(object)), nil, 0)
	if err != nil {
		panic(err)
	}
	name, _ := rows.At(0).Member(0).Having("", t.Having)
	return name
}

// stub is an object without some members, or its key.
func (f *fake) stub(r *rand.Rand, s *binding.Stub, v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	key := object[strings.TrimPrefix(s.Entity.Shape.Pointer(s.Entity.KeySlots[0]), "/")]
	if r.IntN(4) == 0 {
		return key
	}
	if f.unprimed(s.Entity) {
		f.bare(s.Entity, object)
	}
	f.plain(s.Entity, object)
	f.omit(r, s.Entity, object, func(int) bool { return r.IntN(3) == 0 }, slices.Concat(s.Entity.Required, s.Sparse))
	for _, pointer := range s.Keys {
		set(object, pointer, key)
	}
	return object
}

// summary is an object without some of the members that an answer may leave out; without its key, where it must not answer for it.
func (f *fake) summary(r *rand.Rand, b *binding.Binding, v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	if b.Stub != nil {
		f.omit(r, b.Stub.Entity, object, func(slot int) bool { return slices.Contains(b.Stub.Sparse, slot) && r.IntN(2) == 0 }, b.Stub.Sparse)
	}
	switch p := b.Primes; {
	case f.unprimed(p):
		f.apart(p, object, "")
	case p != nil && p.Upstream != b.Upstream:
		f.plain(p, object)
	}
	return object
}

// plain leaves an entity's object nothing odd: it may answer in the place of the one that would be loaded.
func (f *fake) plain(b *binding.Binding, object map[string]any) {
	for slot := 1; slot <= b.Shape.Len(); slot++ {
		if name := topmost(b, slot); isOdd(object[name]) {
			delete(object, name)
		}
	}
}

// apart takes its key from an entity's object, or, where that has to stay, all else.
func (f *fake) apart(b *binding.Binding, object map[string]any, stays string) {
	for _, slot := range b.KeySlots {
		if b.Shape.Pointer(slot) == stays {
			f.bare(b, object)
			return
		}
	}
	for _, slot := range b.KeySlots {
		delete(object, topmost(b, slot))
	}
}

// bare leaves an entity's object nothing but its key.
func (f *fake) bare(b *binding.Binding, object map[string]any) {
	for slot := 1; slot <= b.Shape.Len(); slot++ {
		if !slices.Contains(b.KeySlots, slot) {
			delete(object, topmost(b, slot))
		}
	}
}

// topmost is the member of an entity's object that a slot is, or lies in.
func topmost(b *binding.Binding, slot int) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(b.Shape.Pointer(slot), "/"), "/")
	return name
}

// omit leaves members out of an entity's object, or makes those null of which null says nothing.
func (f *fake) omit(r *rand.Rand, b *binding.Binding, object map[string]any, which func(slot int) bool, sparse []int) {
	for slot := 1; slot <= b.Shape.Len(); slot++ {
		name := topmost(b, slot)
		switch {
		case slices.Contains(b.KeySlots, slot) || !which(slot):
		case slices.Contains(sparse, slot) && r.IntN(3) == 0:
			object[name] = nil
		default:
			delete(object, name)
		}
	}
}
