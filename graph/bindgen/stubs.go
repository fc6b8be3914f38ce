package bindgen

import (
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/codegen/templates"

	"weft/graph/bindgen/spec"
)

// stubVar is the variable of a field whose objects are stubs that its parent embeds.
func stubVar(f *spec.Field) string { return "stub" + goPath(f.Object+"."+f.Def.Name) }

// hasStubs reports whether objects of an entity's type may be stubs.
func (p *Plugin) hasStubs(v *spec.View) bool {
	if v.Entity == nil {
		return false
	}
	embedded := func(f *spec.Field) bool { _, ok := f.Of(v.Entity); return ok }
	return slices.ContainsFunc(p.service.Fields, embedded) ||
		slices.ContainsFunc(p.service.Bindings, func(b *spec.Binding) bool { return !b.Entity && b.Type.Name() == v.Name })
}

// stubLiteral are the members of a stock.Stub.
func (p *Plugin) stubLiteral(f *spec.Field, g *goTypes) string {
	s, tell := f.Stub, ""
	stub := p.stubOf(f, spec.StubOf{Binding: f.Binding, Keys: s.Keys}, g)
	if s.Types != nil {
		types := make([]string, len(s.Types))
		for i, of := range s.Types {
			types[i] = strconv.Quote(of.Binding.Type.Name()) + ": " + p.stubOf(f, of, g)
		}
		stub = "binding.NewStubs(map[string]*binding.Stub{" + strings.Join(types, ", ") + "})"
		tell = p.tellLiteral(f.Def.Type.Name())
	}
	return structLiteral("Stub", stub, "Slot", g.slot(f.Object, f.Def.Name), "Each", strconv.Quote(s.Each), "Tell", tell)
}

// stubOf is the expression of the objects of one entity that a field has.
func (p *Plugin) stubOf(f *spec.Field, of spec.StubOf, g *goTypes) string {
	keys := ""
	if of.Keys != nil {
		keys = stringsLiteral(of.Keys)
	}
	members := structLiteral("Entity", bindingVar(of.Binding), "Embedded", "true", "Keys", keys, "Sparse", slotsLiteral(of.Binding.Type.Name(), f.Stub.Sparse, g),
		"KeyOnly", strconv.FormatBool(f.Stub.KeyOnly))
	return "binding.NewStub(binding.StubSpec{" + members + "})"
}

// tellLiteral is the expression of what tells the type of an interface's or union's objects.
func (p *Plugin) tellLiteral(abstract string) string {
	at := slices.IndexFunc(p.service.Abstracts, func(a *spec.Abstract) bool { return a.Def.Name == abstract })
	a := p.service.Abstracts[at]
	if len(a.Having) > 0 {
		return "stock.TellHaving(" + strconv.Quote(abstract) + ", " + havingLiteral(a) + ")"
	}
	return "stock.TellAt(" + strconv.Quote(abstract) + ", " + strconv.Quote(a.At) + ", " + variantsLiteral(a) + ")"
}

// stubCall is the expression that answers a field of embedded stubs on gqlgen's executor.
func (p *Plugin) stubCall(f *spec.Field, g *goTypes) string {
	name := "Embedded"
	if f.Def.Type.Elem != nil {
		name = "EmbeddedList"
	}
	list := func(decode string) string { return g.decoderOf(decode, f.Def.Type, f.Stub.Each) }
	args := "(ctx, " + stubVar(f) + ", view.ObjectOf(b.obj), "
	model := func(name string) string { return g.model + templates.ToGoModelName(name) }
	if f.Stub.Types == nil {
		return "stock." + name + args + list("stock.Stubs["+model(f.Def.Type.Name())+"]("+stubVar(f)+".Stub)") + ")"
	}
	want := model(f.Def.Type.Name())
	var shapes, as []string
	for _, v := range p.service.Views {
		if !slices.Contains(p.possible(f.Def.Type.Name()), v.Name) {
			continue
		}
		as = append(as, strconv.Quote(v.Name)+": stock.As["+want+", "+model(v.Name)+"]")
		shapes = append(shapes, strconv.Quote(v.Name)+": "+model(v.Name)+"Shape")
	}
	decode := "stock.StubsOf(" + stubVar(f) + ", map[string]*view.Shape{" + strings.Join(shapes, ", ") + "})"
	return "stock." + name + "As" + args + list(decode) + ", map[string]func(view.Object) " + want + "{" + strings.Join(as, ", ") + "})"
}

// possible are the object types of an interface or union.
func (p *Plugin) possible(abstract string) (names []string) {
	for _, def := range p.service.Schema.PossibleTypes[abstract] {
		names = append(names, def.Name)
	}
	return names
}

// slotsLiteral are the slots of members; "" without any.
func slotsLiteral(object string, members []string, g *goTypes) string {
	if len(members) == 0 {
		return ""
	}
	slots := make([]string, len(members))
	for i, m := range members {
		slots[i] = g.slot(object, m)
	}
	return "[]int{" + strings.Join(slots, ", ") + "}"
}

// requiredSlots are those of the members of a view that may not be null; "" without any.
func requiredSlots(v *spec.View, g *goTypes) string {
	var names []string
	for _, m := range v.Members {
		if m.Def.Type.NonNull {
			names = append(names, m.Def.Name)
		}
	}
	return slotsLiteral(v.Name, names, g)
}

// embedsLiteral are the stubs in the values of a binding that reads; "" without any.
func (p *Plugin) embedsLiteral(b *spec.Binding) string {
	v := p.viewOf(b.Type)
	if v == nil || !b.Read && !b.Entity {
		return ""
	}
	list := p.embeds(v, "", 1)
	if len(list) == 0 {
		return ""
	}
	return "[]binding.Embed{" + strings.Join(list, ", ") + "}"
}

// deepest is how many objects deep embedded ones are looked for, since types may be nested in themselves.
const deepest = 4

// embeds are the stubs in a view's objects, which stand at a pointer, and in the objects that are nested in them.
func (p *Plugin) embeds(v *spec.View, at string, depth int) []string {
	if depth > deepest {
		return nil
	}
	var list []string
	for _, m := range v.Members {
		pointer := at + m.Pointer
		if m.Def.Type.Elem != nil {
			pointer += "/*" + m.Each
		}
		inner := p.viewOf(m.Def.Type)
		if f := p.fields[v.Name+"."+m.Def.Name]; f != nil {
			for _, entity := range p.service.Views {
				if of, ok := f.Of(entity.Entity); ok && entity.Entity != nil {
					list = append(list, "{"+structLiteral("At", strconv.Quote(pointer), "Object", strconv.Quote(entity.Name), "Keys", stringsLiteral(stubKeys(of, entity)))+"}")
				}
			}
		}
		if inner != nil {
			list = append(list, p.embeds(inner, pointer, depth+1)...)
		}
	}
	return list
}

// mapsLiteral are the objects whose names are data in a view's objects; "" without any.
func (p *Plugin) mapsLiteral(v *spec.View) string {
	if v == nil {
		return ""
	}
	return namesLiteral(p.maps(v, "", 1))
}

// maps are the objects whose names are data in a view's objects, which stand at a pointer, and in the objects that are nested in them.
func (p *Plugin) maps(v *spec.View, at string, depth int) (list []string) {
	if depth > deepest {
		return nil
	}
	for _, m := range v.Members {
		pointer := at + m.Pointer
		if m.Entries != nil {
			list = append(list, pointer)
		}
		if m.Def.Type.Elem != nil {
			pointer += "/*" + m.Each
		}
		if inner := p.viewOf(m.Def.Type); inner != nil {
			list = append(list, p.maps(inner, pointer, depth+1)...)
		}
	}
	return list
}

// stubKeys are where an embedded object has the parts of its key.
func stubKeys(of spec.StubOf, v *spec.View) []string {
	if of.Keys != nil {
		return of.Keys
	}
	var keys []string
	for _, part := range of.Binding.Vars {
		for _, m := range v.Members {
			if m.Def.Name == part.Name {
				keys = append(keys, m.Pointer)
			}
		}
	}
	return keys
}
