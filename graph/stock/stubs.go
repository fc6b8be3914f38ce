package stock

import (
	"context"
	"slices"

	"weft/graph/binding"
	"weft/graph/view"
)

// Embedded objects of an interface or union: each is a stub of its own type, or, of a type that is no entity, all that there is.

// Tell tells the type of an object.
type Tell func(view.Value) (string, error)

// TellAt tells the type of an interface's or union's objects by the member at a pointer. It panics on one that does not parse.
func TellAt(abstract, pointer string, types map[string]string) Tell {
	want, path := "a known "+abstract, view.NewPath(pointer)
	return func(v view.Value) (string, error) { return v.Variant(want, path, pointer, types) }
}

// TellHaving tells the type of an interface's or union's objects by which members they have.
func TellHaving(abstract string, members []view.Having) Tell {
	want := "a known " + abstract
	return func(v view.Value) (string, error) { return v.Having(want, members) }
}

// Told is an object whose type is known.
type Told struct {
	typ    string
	stub   *binding.Stub // nil: it is whole
	object view.Object
}

// StubsOf decodes stubs of several types; shapes are those of all types.
func StubsOf(s *Stub, shapes map[string]*view.Shape) func(view.Value) (*Told, error) {
	return func(v view.Value) (*Told, error) {
		typ, err := s.Tell(v)
		if err != nil {
			return nil, err
		}
		told := &Told{typ: typ, stub: s.Of(typ)}
		if told.stub != nil {
			told.object, err = told.stub.Object(new(view.Nest), v, 0)
		} else {
			told.object, err = new(view.Nest).Object(v, shapes[typ], 0)
		}
		return told, err
	}
}

// As makes an object a value of an interface or union.
func As[I any, T view.Viewer](o view.Object) I { return any(view.As[T](o)).(I) }

// EmbeddedAs is [Embedded] for a field whose type I is an interface or union.
func EmbeddedAs[I any](
	ctx context.Context, s *Stub, parent view.Object, decode func(view.Value) (*Told, error), as map[string]func(view.Object) I,
) (I, error) {
	var none I
	v, err := view.Get(parent, s.Slot, decode)
	if err != nil || v == nil {
		return none, err
	}
	fillTold(ctx, []*Told{v})
	return as[v.typ](v.object), nil
}

// EmbeddedListAs is [EmbeddedAs] for a list.
func EmbeddedListAs[I any](
	ctx context.Context, s *Stub, parent view.Object, decode func(view.Value) ([]*Told, error), as map[string]func(view.Object) I,
) ([]I, error) {
	list, err := view.Get(parent, s.Slot, decode)
	if list == nil {
		return nil, err
	}
	fillTold(ctx, list)
	out := make([]I, len(list))
	for i, v := range list {
		if v != nil {
			out[i] = as[v.typ](v.object)
		}
	}
	return out, err
}

// fillTold loads what objects lack, those of each type together.
func fillTold(ctx context.Context, list []*Told) {
	var stubs []*binding.Stub
	places := map[*binding.Stub][]int{}
	for i, v := range list {
		if v == nil || v.stub == nil {
			continue
		}
		if places[v.stub] == nil {
			stubs = append(stubs, v.stub)
		}
		places[v.stub] = append(places[v.stub], i)
	}
	objects := map[*binding.Stub][]view.Object{}
	for _, s := range stubs {
		for _, i := range places[s] {
			objects[s] = append(objects[s], list[i].object)
		}
		operationOf(ctx).offer(s, slices.Clone(objects[s]))
	}
	for _, s := range stubs {
		fillAt(ctx, s, s.Entity.Object, objects[s], places[s])
		for k, i := range places[s] {
			list[i].object = objects[s][k]
		}
	}
}
