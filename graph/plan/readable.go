package plan

import (
	"maps"
	"slices"

	"weft/graph/binding"
	"weft/graph/view"
)

// Readable knows what members of objects have to be, whatever an operation selects of them. It is immutable.
type Readable struct {
	types  map[*view.Shape][]member
	values map[*binding.Binding]member // of bindings whose values are no objects
}

// member is one that can be checked.
type member struct {
	*Field
	each  *view.Path
	shape *view.Shape // of the objects that are its values; nil: it has none, or nothing is known of them
}

// maxNested is how deep objects are looked into, in each other.
const maxNested = 4

// Readable returns what the schema says of members.
func (s *Schema) Readable() *Readable {
	r := &Readable{types: map[*view.Shape][]member{}, values: map[*binding.Binding]member{}}
	for _, t := range s.Types {
		if t.Kind == Object && t.Shape != nil {
			r.types[t.Shape] = s.members(t)
		}
		for _, f := range t.Fields {
			if f.Bound != nil && f.Leaf != nil && f.Bound.Binding.Shape == nil { // and not a member of a loaded object
				r.values[f.Bound.Binding] = member{Field: f}
			}
		}
	}
	return r
}

// members are those of a type's objects. Of a picture's URL nothing is known, since its service makes another one of it.
func (s *Schema) members(t *Type) (list []member) {
	for _, name := range slices.Sorted(maps.Keys(t.Fields)) {
		f := t.Fields[name]
		if f.Bound != nil || f.Resolve != nil || f.Slot == 0 || f.Image != "" {
			continue
		}
		m := member{Field: f}
		if f.Each != "" {
			path := view.NewPath(f.Each)
			m.each = &path
		}
		if of := s.Types[f.Type.Name()]; of != nil && of.Kind == Object && f.Stub == nil {
			m.shape = of.Shape
		}
		list = append(list, m)
	}
	return list
}

// Worse says what of a value cannot be read that can be of the one that is kept; nil: nothing. So a service that answers otherwise than it
// did is told from one that never answered as the schema says.
func (r *Readable) Worse(b *binding.Binding, kept, got []view.Object) error {
	wrong := r.unreadable(b, got, true)
	if len(wrong) == 0 {
		return nil
	}
	before := r.unreadable(b, kept, true)
	for _, slot := range slices.Sorted(maps.Keys(wrong)) {
		if before[slot] == nil {
			return wrong[slot]
		}
	}
	return nil
}

// Unfit reports whether some member of a value cannot be read, and whether that costs the value: it is one object, or no object at all,
// and the member may not be null. What is left out does not count, as many services leave out what only some of their answers have.
func (r *Readable) Unfit(b *binding.Binding, got []view.Object) (some, all bool) {
	wrong := r.unreadable(b, got, false)
	if len(wrong) == 0 {
		return false, false
	}
	if b.List {
		return true, false
	}
	if wrong[0] != nil {
		return true, true
	}
	for _, m := range r.types[b.Shape] {
		if m.Type.NonNull && wrong[m.Slot] != nil {
			return true, true
		}
	}
	return true, false
}

// unreadable has for each slot that cannot be read in some object the first error. Missing: what is left out cannot be read.
func (r *Readable) unreadable(b *binding.Binding, objects []view.Object, missing bool) map[int]error {
	var found map[int]error
	see := func(slot int, err error) {
		if err == nil || found[slot] != nil {
			return
		}
		if found == nil {
			found = map[int]error{}
		}
		found[slot] = err
	}
	c := checking{Readable: r, missing: missing}
	for _, o := range objects {
		if m, ok := r.values[b]; ok {
			see(0, c.one(m, o.Member(0), maxNested))
			continue
		}
		if o.IsNull() {
			continue
		}
		members, known := r.types[b.Shape]
		if known && b.Stub == nil {
			see(0, o.Member(0).Object())
		}
		for _, m := range members {
			if b.Stub == nil || o.Kind(m.Slot) > view.KindNull {
				see(m.Slot, c.member(m, o, maxNested))
			}
		}
	}
	return found
}

// checking is a look at values.
type checking struct {
	*Readable
	missing bool   // what is left out cannot be read
	text    []byte // room for what nobody reads
}

func (c *checking) member(m member, o view.Object, depth int) error {
	v := o.Member(m.Slot).Meant(m.Empty).Listed(m.Entries)
	switch {
	case !v.IsNull():
		return o.Located(m.Slot, c.value(m, m.Type, v, depth))
	case m.Type.NonNull && (c.missing || v.Kind() == view.KindNull):
		return o.Unfit(m.Slot, m.Type.String())
	}
	return nil
}

// value checks a value that is not null, or the elements of a list.
func (c *checking) value(m member, t *TypeRef, v view.Value, depth int) error {
	if t.Elem == nil {
		return c.one(m, v, depth)
	}
	if err := v.List(); err != nil {
		return err
	}
	list := v.Elements()
	for e, ok := list.Next(); ok; e, ok = list.Next() {
		if m.each != nil && t == m.Type {
			e = e.At(*m.each)
		}
		if e.IsNull() {
			continue
		}
		if err := c.value(m, t.Elem, e, depth); err != nil {
			return err
		}
	}
	return nil
}

// one checks a scalar, an enum's value or an object.
func (c *checking) one(m member, v view.Value, depth int) (err error) {
	switch {
	case v.IsNull():
		return nil
	case m.Leaf != nil:
		c.text, err = m.Leaf(c.text[:0], v)
		return err
	case m.Stub != nil:
		return nil // where an object is due its key may stand
	case m.shape == nil || depth == 0:
		return v.Object()
	}
	var room view.Scratch
	o, err := room.Object(v, m.shape)
	if err != nil {
		return err
	}
	for _, inner := range c.types[m.shape] {
		if err := c.member(inner, o, depth-1); err != nil {
			return err
		}
	}
	return nil
}
