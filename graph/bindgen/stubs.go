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
	return v.Entity != nil && (slices.ContainsFunc(p.service.Fields, func(f *spec.Field) bool { return f.Stub != nil && f.Binding == v.Entity }) ||
		slices.ContainsFunc(p.service.Bindings, func(b *spec.Binding) bool { return !b.Entity && b.Type.Name() == v.Name }))
}

// stubLiteral are the members of a stock.Stub.
func (p *Plugin) stubLiteral(f *spec.Field, g *goTypes) string {
	s, entity := f.Stub, f.Binding.Type.Name()
	keys := ""
	if s.Keys != nil {
		keys = stringsLiteral(s.Keys)
	}
	members := structLiteral("Entity", bindingVar(f.Binding), "Embedded", "true", "Keys", keys, "Sparse", slotsLiteral(entity, s.Sparse, g),
		"KeyOnly", strconv.FormatBool(s.KeyOnly))
	return structLiteral("Stub", "binding.NewStub(binding.StubSpec{"+members+"})", "Slot", g.slot(f.Object, f.Def.Name), "Each", strconv.Quote(s.Each))
}

// stubCall is the expression that answers a field of embedded stubs on gqlgen's executor.
func (p *Plugin) stubCall(f *spec.Field, g *goTypes) string {
	model := g.model + templates.ToGoModelName(f.Def.Type.Name())
	name := "Embedded"
	if f.Def.Type.Elem != nil {
		name = "EmbeddedList"
	}
	decode := g.decoderOf("stock.Stubs["+model+"]("+stubVar(f)+".Stub)", f.Def.Type, f.Stub.Each)
	return "stock." + name + "(ctx, " + stubVar(f) + ", view.ObjectOf(b.obj), " + decode + ")"
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
			list = append(list, "{"+structLiteral("At", strconv.Quote(pointer), "Object", strconv.Quote(inner.Name), "Keys", stringsLiteral(stubKeys(f, inner)))+"}")
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
func stubKeys(f *spec.Field, v *spec.View) []string {
	if f.Stub.Keys != nil {
		return f.Stub.Keys
	}
	var keys []string
	for _, part := range f.Binding.Vars {
		for _, m := range v.Members {
			if m.Def.Name == part.Name {
				keys = append(keys, m.Pointer)
			}
		}
	}
	return keys
}
