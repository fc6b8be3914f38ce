package binding

import (
	"slices"

	"weft/graph/view"
)

// Stub says what of an entity's objects may be missing where another answer has them: where they are embedded in other objects, or come in
// a list of summaries. What is there is used; what is selected and missing is loaded by key ([Stub].Fill). It is immutable, and made by
// [NewStub].
type Stub struct {
	StubSpec
	Fill  *Field           // the entity of a stub, which is the parent
	Types map[string]*Stub // where objects are an interface's or union's: those of each type that is an entity; then there is nothing else

	lacks []lack      // by slot
	keys  []view.Path // of an embedded one, to the key's parts; nil: they are where the entity has them
}

// StubSpec describes a Stub; generated code has one for each.
type StubSpec struct {
	Entity   *Binding
	Embedded bool     // any member may be missing, and where an object is due its key may stand; otherwise only those of Sparse are
	Keys     []string // of an embedded one: JSON pointers from the object to the parts of its key, where the entity has them elsewhere
	Sparse   []int    // members that are null where the answer leaves them out
	KeyOnly  bool     // only the key of an embedded one is used
}

// lack says what of a member counts as missing.
type lack uint8

const (
	never lack = iota
	ifAbsent
	ifNull // or absent
	always
)

// NewStub compiles a StubSpec. It panics on a pointer that does not parse.
func NewStub(s StubSpec) *Stub {
	stub := &Stub{StubSpec: s, Fill: &Field{Binding: s.Entity}, lacks: make([]lack, 1+s.Entity.Shape.Len())}
	for _, slot := range s.Entity.KeySlots {
		stub.Fill.Sources = append(stub.Fill.Sources, Source{Slot: slot})
	}
	for slot := range stub.lacks {
		switch {
		case slot == 0, slices.Contains(s.Entity.KeySlots, slot):
		case s.KeyOnly:
			stub.lacks[slot] = always
		case slices.Contains(s.Sparse, slot), s.Embedded && slices.Contains(s.Entity.Required, slot):
			stub.lacks[slot] = ifNull
		case s.Embedded:
			stub.lacks[slot] = ifAbsent
		}
	}
	for _, pointer := range s.Keys {
		stub.keys = append(stub.keys, view.NewPath(pointer))
	}
	return stub
}

// NewStubs is for objects of an interface or union: stubs by type.
func NewStubs(types map[string]*Stub) *Stub {
	return &Stub{StubSpec: StubSpec{Embedded: true}, Types: types}
}

// Of is what objects of a type are; nil: whole ones.
func (s *Stub) Of(typ string) *Stub {
	if s == nil || s.Types == nil {
		return s
	}
	return s.Types[typ]
}

// MayLack reports whether an object may lack one of slots. Its key it never does: without it nothing could be loaded.
func (s *Stub) MayLack(slots []int) bool {
	return slices.ContainsFunc(slots, func(slot int) bool { return s.lacks[slot] != never })
}

// Lacks reports whether an object lacks one of slots, and has the key by which that can be loaded.
func (s *Stub) Lacks(o view.Object, slots []int) bool {
	if !slices.ContainsFunc(slots, func(slot int) bool { return s.lacks[slot].of(o, slot) }) {
		return false
	}
	_, ok := s.Entity.KeyOf(o)
	return ok
}

func (l lack) of(o view.Object, slot int) bool {
	switch l {
	case ifAbsent:
		return o.Kind(slot) == view.KindNothing
	case ifNull:
		return o.Kind(slot) <= view.KindNull
	case always:
		return true
	}
	return false
}

// Filled is an object with what it lacks, of what was found for its key.
func (s *Stub) Filled(o view.Object, found *Value, err error) view.Object {
	var missing []int
	for slot, l := range s.lacks {
		if l.of(o, slot) {
			missing = append(missing, slot)
		}
	}
	return s.Entity.Filled(o, missing, found, err)
}

// Filled is an entity's object that has the members at slots of what was found for its key.
func (b *Binding) Filled(o view.Object, slots []int, found *Value, err error) view.Object {
	rest := view.Rest{Object: found.Object(), Err: err}
	if err == nil && !found.Found {
		rest.Err, rest.Null = b.Nothing(), true
	}
	return o.Filled(slots, rest)
}

// Lacking appends the slots of the members that an entity's object has not, as another answer has it: they are absent, or null where they may
// not be, or where sparse says that null means nothing.
func (b *Binding) Lacking(slots []int, o view.Object, sparse []int) []int {
	for slot := 1; slot <= b.Shape.Len(); slot++ {
		switch o.Kind(slot) {
		case view.KindNothing:
		case view.KindNull:
			if !slices.Contains(sparse, slot) && !slices.Contains(b.Required, slot) {
				continue
			}
		default:
			continue
		}
		if !slices.Contains(b.KeySlots, slot) {
			slots = append(slots, slot)
		}
	}
	return slots
}

// Object reads an embedded object, or its key in the place of it. More is how many more may come: a hint for allocation.
func (s *Stub) Object(into *view.Nest, v view.Value, more int) (view.Object, error) {
	shape := s.Entity.Shape
	if kind := v.Kind(); (kind == view.KindString || kind == view.KindNumber) && len(s.Entity.KeySlots) == 1 {
		return into.Key(v, shape, s.Entity.KeySlots[0], more), nil
	}
	o, err := into.Object(v, shape, more)
	for i, path := range s.keys {
		if key := v.At(path); err == nil && !key.IsNull() {
			o.Point(s.Entity.KeySlots[i], key)
		}
	}
	return o, err
}

// Members are those of the parent that a field takes values from.
func (f *Field) Members() []int {
	var slots []int
	for _, s := range f.Sources {
		if s.Argument == "" && !s.Page {
			slots = append(slots, s.Slot)
		}
	}
	return slots
}

// Lost says why a field cannot be loaded of a parent: the parent was to have a member from its entity, and has not got it.
func (f *Field) Lost(parent view.Object) error {
	for _, s := range f.Sources {
		if s.Argument != "" || s.Page {
			continue
		}
		if err := parent.Lost(s.Slot, f.NonNull); err != nil {
			return err
		}
	}
	return nil
}
