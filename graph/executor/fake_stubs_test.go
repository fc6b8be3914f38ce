package executor_test

import (
	"math/rand/v2"
	"slices"
	"strings"

	"weft/graph/binding"
	"weft/graph/plan"
)

// stubs are what a member has of entities: objects that lack some members, or keys.
func (f *fake) stubs(r *rand.Rand, field *plan.Field, depth int) any {
	v := f.typed(r, field.Type, "", depth)
	list, ok := v.([]any)
	if !ok {
		return f.stub(r, field.Stub, v)
	}
	for i, e := range list {
		list[i] = place(field.Each, f.stub(r, field.Stub, e))
	}
	return list
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
	f.omit(r, s.Entity, object, func(int) bool { return r.IntN(3) == 0 })
	for _, pointer := range s.Keys {
		set(object, pointer, key)
	}
	return object
}

// summary is an object without some of the members that an answer may leave out.
func (f *fake) summary(r *rand.Rand, b *binding.Binding, v any) any {
	if object, ok := v.(map[string]any); ok && b.Stub != nil {
		f.omit(r, b.Stub.Entity, object, func(slot int) bool { return slices.Contains(b.Stub.Sparse, slot) && r.IntN(2) == 0 })
	}
	return v
}

// omit leaves members out of an entity's object, or makes them null.
func (f *fake) omit(r *rand.Rand, b *binding.Binding, object map[string]any, which func(slot int) bool) {
	for slot := 1; slot <= b.Shape.Len(); slot++ {
		name, _, _ := strings.Cut(strings.TrimPrefix(b.Shape.Pointer(slot), "/"), "/")
		switch {
		case slices.Contains(b.KeySlots, slot) || !which(slot):
		case r.IntN(3) == 0:
			object[name] = nil
		default:
			delete(object, name)
		}
	}
}
