package plan

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/view"
)

// place returns the place where sets are selected of objects of a declared type, depth fetches down: the one that is there
// already, if there is one. Of is a field whose objects they are, which may be stubs.
func (b *builder) place(t *Type, sets []ast.SelectionSet, depth int, stub *binding.Stub, of *ast.Field) *Place {
	key := placeKey{t, b.collector.ID(sets), depth, stub}
	if p := b.places[key]; p != nil {
		return p
	}
	p := &Place{Index: len(b.plan.Places), Type: t, Stub: stub}
	b.places[key] = p // nothing below asks for it: selection sets do not contain themselves
	b.plan.Places = append(b.plan.Places, p)
	if t.Kind != Abstract {
		p.Scopes = []*Scope{b.objectsOf(&Scope{Place: p, Type: t, Shape: t.Shape, Stub: stub}, b.collect(t, sets), depth, of)}
		return p
	}
	if t.Variants == nil && t.Having == nil {
		refuse("%s has no discriminator", t.Name)
	}
	p.Which = &Which{
		Want: "a known " + t.Name, Pointer: t.Discriminator, Path: view.NewPath(t.Discriminator), Types: t.Variants, Having: t.Having, Scope: map[string]int{},
	}
	for _, class := range b.classes(t, sets) {
		b.class(p, class, sets, depth, of)
	}
	return p
}

// objectsOf fills a scope of nested or loaded objects, which may be stubs.
func (b *builder) objectsOf(s *Scope, fields []*selected, depth int, of *ast.Field) *Scope {
	if s.Stub != nil {
		b.fill(s, fields, depth, of)
		depth++ // also where there is no Fill: what is below others must not be at another depth because of a condition
	}
	return b.scope(s, fields, 0, depth)
}

// class is a set of types to which the same fragments apply.
type class struct {
	types    []*Type
	abstract []*Type // that all of them belong to, as far as a fragment or the place names it
}

// classes divide the types of an interface's or union's objects by the fragments that apply to them.
func (b *builder) classes(t *Type, sets []ast.SelectionSet) []class {
	conditions := b.conditions(sets)
	var list []class
	index := map[string]int{}
	for _, object := range b.objects(t) {
		b.step(1 + len(conditions))
		applies := make([]byte, len(conditions))
		abstract := []*Type{t}
		for i, condition := range conditions {
			if !object.satisfies(condition) {
				continue
			}
			applies[i] = 1
			if of := b.schema.Types[condition]; of != nil && of.Kind == Abstract && of != t {
				abstract = append(abstract, of)
			}
		}
		at, ok := index[string(applies)]
		if !ok {
			at = len(list)
			index[string(applies)] = at
			list = append(list, class{abstract: abstract})
		}
		list[at].types = append(list[at].types, object)
	}
	return list
}

// objects are the types that an interface's or union's values may have, by name.
func (d *draft) objects(t *Type) []*Type {
	list, ok := d.types[t]
	if !ok {
		names := slices.Collect(maps.Values(t.Variants))
		for _, m := range t.Having {
			names = append(names, m.Type())
		}
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			list = append(list, d.typeOf(name))
		}
		d.types[t] = list
	}
	return list
}

// class adds to a place the scope of a class of types, or, where what is selected differs among them, one for each.
func (b *builder) class(p *Place, c class, sets []ast.SelectionSet, depth int, of *ast.Field) {
	fields := b.collect(c.types[0], sets)
	// No single member would tell the types of a shared scope; stubs are loaded by their own type's key.
	if len(c.types) > 1 && p.Which.Having == nil && p.Stub == nil && b.share(c, fields) {
		b.add(p, c.types, &Scope{Place: p, Type: p.Type, Shape: shapeOf(p, c.types[0], fields), Name: 1}, fields, depth, of)
		return
	}
	for i, t := range c.types {
		if i > 0 {
			fields = b.collect(t, sets)
		}
		b.add(p, []*Type{t}, &Scope{Place: p, Type: t, Shape: t.Shape, Stub: p.Stub.Of(t.Name)}, fields, depth, of)
	}
}

// shapeOf returns the shape of objects of several types: the member that names the type, and what is selected. It gives fields
// their slots in it.
func shapeOf(p *Place, t *Type, fields []*selected) *view.Shape {
	pointers := []string{p.Which.Pointer}
	for _, f := range fields {
		if f.of == nil || f.of.Denied != nil {
			continue
		}
		pointer := t.Shape.Pointer(f.of.Slot)
		at := slices.Index(pointers, pointer)
		if at < 0 {
			at = len(pointers)
			pointers = append(pointers, pointer)
		}
		f.slot = 1 + at
	}
	return view.NewShape(pointers...)
}

// add adds a scope of types to a place.
func (b *builder) add(p *Place, types []*Type, s *Scope, fields []*selected, depth int, of *ast.Field) {
	for _, t := range types {
		p.Which.Scope[t.Name] = len(p.Scopes)
	}
	p.Scopes = append(p.Scopes, s)
	b.objectsOf(s, fields, depth, of)
}

// share reports whether fields, as they were collected for the first type of a class, are the same for all of its types.
func (b *builder) share(c class, fields []*selected) bool {
	for _, f := range fields {
		b.step(1)
		if b.denial != nil {
			b.step(len(c.types))
			if slices.ContainsFunc(c.types, func(t *Type) bool { return b.denied(t, f.Field.Field) != nil }) {
				return false
			}
		}
		if f.Name != "__typename" && !slices.ContainsFunc(c.abstract, func(t *Type) bool { return b.fieldsOfAll(t)[f.Name] != nil }) {
			return false
		}
	}
	return true
}

// fieldsOfAll are the fields of an interface or union that are the same in all of its types: members, at one pointer, of one
// type. They are looked for once in a build.
func (b *builder) fieldsOfAll(t *Type) map[string]*Field {
	if fields, ok := b.shared[t]; ok {
		return fields
	}
	fields := map[string]*Field{}
	if types := b.objects(t); len(types) > 0 {
		for name, f := range types[0].Fields {
			b.step(len(types))
			if f.member() && !slices.ContainsFunc(types, func(other *Type) bool { return !same(types[0], other, name) }) {
				fields[name] = f
			}
		}
	}
	b.shared[t] = fields
	return fields
}

// member reports whether a field's value lies in its parent's JSON.
func (f *Field) member() bool { return f.Bound == nil && f.Resolve == nil }

// same reports whether two types have the same member under a name. One type's values are read in one way. Pictures' URLs are never the
// same: each type declares by itself what their arguments are when they are left out.
func same(t, u *Type, name string) bool {
	a, b := t.Fields[name], u.Fields[name]
	return a != nil && b != nil && b.member() && a.Image == "" && b.Image == "" && a.Each == b.Each && a.Empty == b.Empty &&
		a.Entries == nil && b.Entries == nil && a.Type.String() == b.Type.String() &&
		t.Shape.Pointer(a.Slot) == u.Shape.Pointer(b.Slot) && (a.Hint == nil) == (b.Hint == nil) && (a.Hint == nil || *a.Hint == *b.Hint)
}
