package stock

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/view"
)

// Stub is a field whose objects stand in its parent, and may lack members: see [binding.Stub].
type Stub struct {
	*binding.Stub
	Slot int    // of the member of the parent
	Each string // of a list: JSON pointer from each element to the object
	Tell Tell   // where objects are an interface's or union's: tells the type of one; nil: they are of one type
}

// Stubs decodes stubs, or keys in the place of them.
func Stubs[T view.Viewer](s *binding.Stub) func(view.Value) (*T, error) {
	return func(v view.Value) (*T, error) {
		o, err := s.Object(new(view.Nest), v, 0)
		return view.As[T](o), err
	}
}

// Embedded answers a field with an object that stands in its parent, and what it lacks. It must run in a gqlgen resolver, as must all of
// its kind.
func Embedded[T view.Viewer](ctx context.Context, s *Stub, parent view.Object, decode func(view.Value) (*T, error)) (*T, error) {
	v, err := view.Get(parent, s.Slot, decode)
	if err != nil || v == nil {
		return nil, err
	}
	objects := []view.Object{view.ObjectOf(v)}
	operationOf(ctx).offer(s.Stub, slices.Clone(objects))
	fill(ctx, s.Stub, objects)
	return view.As[T](objects[0]), nil
}

// EmbeddedList is [Embedded] for a list.
func EmbeddedList[T view.Viewer](ctx context.Context, s *Stub, parent view.Object, decode func(view.Value) ([]*T, error)) ([]*T, error) {
	list, err := view.Get(parent, s.Slot, decode)
	if list == nil {
		return nil, err
	}
	objects := make([]view.Object, len(list))
	for i, v := range list {
		objects[i] = view.ObjectOf(v)
	}
	operationOf(ctx).offer(s.Stub, slices.Clone(objects))
	fill(ctx, s.Stub, objects)
	return view.AsList[T](objects), err
}

// filled are the objects that a field's binding has answered, with what they lack.
func filled(ctx context.Context, f *binding.Field, objects []view.Object) []view.Object {
	if f.Binding.Stub == nil {
		return objects
	}
	objects = slices.Clone(objects) // others may have them, too
	fill(ctx, f.Binding.Stub, objects)
	return objects
}

// fill loads what the objects of the field that is being resolved lack of what is selected, and puts what came in their places.
func fill(ctx context.Context, s *binding.Stub, objects []view.Object) {
	places := make([]int, len(objects))
	for i := range places {
		places[i] = i
	}
	fillAt(ctx, s, graphql.GetFieldContext(ctx).Field.Definition.Type.Name(), objects, places)
}

// fillAt is fill for those of the field's objects that are of a type, which stand at some places of its list.
func fillAt(ctx context.Context, s *binding.Stub, object string, objects []view.Object, at []int) {
	o, field := operationOf(ctx), graphql.GetFieldContext(ctx).Field
	below := selection{ctx: ctx, object: object, set: field.Selections}
	places, load := o.lacking(s, objects, below)
	if len(places) == 0 {
		return
	}
	found, errs := load()
	for k, i := range places {
		var err error
		if errs != nil {
			err = errs[k]
		}
		objects[i] = s.Filled(objects[i], &found[k], err)
		if field.Definition.Type.Elem != nil {
			o.NoteStale(ctx, &found[k], ast.PathIndex(at[i]))
		} else {
			o.NoteStale(ctx, &found[k])
		}
	}
	o.ahead(below, objects) // of what they are now: a member that a stub has counts
}

// lacking begins to load what stubs lack of what is selected below them, and returns which of them do.
func (o *operation) lacking(s *binding.Stub, stubs []view.Object, below selection) (places []int, load func() ([]binding.Value, []error)) {
	sets := o.setsOf(below)
	needs := o.needs(below.ctx, s.Entity.Object, sets)
	if !s.MayLack(needs) {
		return nil, nil
	}
	var keys []string
	for i, stub := range stubs {
		if s.Lacks(stub, needs) {
			key, _ := s.Entity.KeyOf(stub)
			places, keys = append(places, i), append(keys, key)
		}
	}
	if len(keys) == 0 || o.Excess() != nil {
		return nil, nil
	}
	return places, o.LoadMany(below.ctx, s.Entity, keys, func() []int { return needs })
}

// setsOf are the selection sets of objects: of those of a page, of each list that has them.
func (o *operation) setsOf(s selection) []ast.SelectionSet {
	t := o.types[s.object]
	if t == nil || t.Within == nil {
		return []ast.SelectionSet{s.set}
	}
	var sets []ast.SelectionSet
	for _, selected := range o.collect(graphql.GetOperationContext(s.ctx), s.set, t.Satisfies) {
		if within, ok := t.Within[selected.Name]; ok {
			sets = append(sets, o.setsOf(selection{ctx: s.ctx, object: within, set: selected.Selections})...)
		}
	}
	return sets
}

// needs are the slots of the members that are selected of a type's objects, or that something below needs. Go may look at any. nil: nobody
// knows the members.
func (o *operation) needs(ctx context.Context, object string, sets []ast.SelectionSet) []int {
	t := o.types[object]
	if t == nil || t.Members == nil {
		return nil
	}
	slots := []int{}
	for _, set := range sets {
		for _, selected := range o.collect(graphql.GetOperationContext(ctx), set, t.Satisfies) {
			slot, member := t.Members[selected.Name]
			switch f := t.Fields[selected.Name]; {
			case member:
				slots = append(slots, slot)
			case f != nil:
				slots = append(slots, f.Members()...)
			case selected.Name != "__typename":
				for _, slot := range t.Members {
					slots = append(slots, slot)
				}
			}
		}
	}
	return slots
}

// offer lets embedded objects be found by key, but for those of which only the key counts.
func (o *operation) offer(s *binding.Stub, objects []view.Object) {
	if !s.KeyOnly {
		o.Offer(s.Entity, objects, s.Sparse)
	}
}

// embedded are the objects of one type in a member of some parents.
type embedded struct {
	stub    *binding.Stub
	object  string // the type
	objects []view.Object
}

// in are the stubs in a member of some objects, by type. What is wrong with one its own field says.
func (s *Stub) in(objects []view.Object) (list []embedded) {
	path := view.NewPath(s.Each)
	add := func(v view.Value) {
		stub, typ := s.Stub, ""
		if s.Tell != nil && !v.IsNull() {
			typ, _ = s.Tell(v)
			stub = s.Of(typ)
		}
		if v.IsNull() || stub == nil {
			return
		}
		o, err := stub.Object(new(view.Nest), v, 0)
		if err != nil {
			return
		}
		i := slices.IndexFunc(list, func(e embedded) bool { return e.stub == stub })
		if i < 0 {
			i, list = len(list), append(list, embedded{stub: stub, object: stub.Entity.Object})
		}
		list[i].objects = append(list[i].objects, o)
	}
	for _, object := range objects {
		v := object.Member(s.Slot)
		if v.Kind() != view.KindList {
			add(v)
			continue
		}
		for list := v.Elements(); ; {
			e, ok := list.Next()
			if !ok {
				break
			}
			add(e.At(path))
		}
	}
	return list
}
