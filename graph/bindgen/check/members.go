package check

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// selecting is what a binding sends of what is selected.
type selecting struct {
	selects    *binding.Selects // nil: nothing
	selectedAt *ast.Position    // where a schema says the first of it
	within     []string         // in which objects members have the names that are sent
}

// The variables that have what is selected. They are lists like any others that are arguments.
const (
	selectedName = "members"
	expandedName = "expanded"
)

// members compiles the parameter that names the members which are selected, or those of them that are to be expanded.
func (p *queryParam) members(q binding.QueryParam) binding.QueryParam {
	keys := p.text("members") == "KEYS"
	others := []string{"value", "all", "style", "quote", "around"}
	if keys {
		others = append(others, "each")
	}
	for _, name := range others {
		if p.given[name] != nil {
			p.report(p.at(name), "%s.%s stands beside members, which says what is sent; remove one", p.path, name)
		}
	}
	if p.has("join") && q.Join == "" {
		p.report(p.at("join"), "%s.join is empty; write what stands between the names, or remove it", p.path)
	}
	for _, n := range p.list("within") {
		if mistake := pointerMistake(n.value.Raw); mistake != "" {
			p.report(n.pos, "%s.within %q %s", p.path, n.value.Raw, mistake)
		}
	}
	name := expandedName
	if keys {
		name = selectedName
	}
	switch {
	case p.directive == "entity":
		p.report(p.at("members"), "%s.members: objects that are loaded by key are shared by all who need them, whatever they select; write it on a field with @http", p.path)
	case strings.HasPrefix(p.path, "batch."):
		p.report(p.at("members"), "%s.members: a batch is shared by all who need one of its keys, whatever they select; write get in the place of batch", p.path)
	case p.uses(name):
		p.report(p.at("members"), "%s.members: the members are sent already, or another variable is called %q; keep one", p.path, name)
	default:
		if p.selects == nil {
			p.selects, p.selectedAt = new(binding.Selects), p.at("members")
		}
		if !keys {
			return p.expanded(q)
		}
		p.selects.Names, p.within = []string{""}, texts(p.list("within"))
		p.addSelected(name, binding.SelectedMembers, true)
	}
	return binding.QueryParam{Name: q.Name, Each: "{" + name + "}", Join: q.Join}
}

// addSelected adds the variable of what is selected.
func (p *queryParam) addSelected(name, argument string, list bool) {
	t := ast.NonNullNamedType("String", p.pos)
	if list {
		t = ast.NonNullListType(t, p.pos)
	}
	p.add(&variable{Var: spec.Var{Name: name, Type: t}, Source: spec.Source{Source: binding.Source{Argument: argument}}})
}

func texts(nodes []*node) (list []string) {
	for _, n := range nodes {
		list = append(list, n.value.Raw)
	}
	return list
}

// checkSelects finds how the members of a field's objects are called where selected ones are asked for.
func (c *compiler) checkSelects(b *binder, of *spec.Binding) {
	s := b.selects
	if s == nil {
		return
	}
	variants := c.variants(of.Type.Name())
	if len(variants) != 1 || c.types[of.Type.Name()].Kind != ast.Object || !variants[0].view || depth(of.Type) > 1 {
		b.report(b.selectedAt, "members are those of one object type, and the field is %s; remove members", of.Type)
		return
	}
	o := variants[0]
	s.Object = o.def.Name
	if s.Names != nil {
		if s.Names = memberNamesWithin(o, b.within); strings.Join(s.Names, "") == "" {
			b.report(b.selectedAt, "no member of %s is within %s, so none would be named; correct within", s.Object, strings.Join(b.within, " or "))
		}
	}
	if s.Expands != nil {
		c.nest(s)
		if s.Expands.Types == nil {
			b.report(b.selectedAt, "no member of %s, or of the objects in it, says @json(expand:), so none is asked for; write it on one, or remove the parameter", s.Object)
		}
	}
}

// memberNamesWithin are how members are called in their object, or in those within it, by slot.
func memberNamesWithin(o *object, within []string) []string {
	names := []string{""}
	for _, m := range o.fields {
		if m.slot > 0 {
			names = append(names, wireName(m, within))
		}
	}
	return names
}

// wireName is how a member is called in the object, or in those within it; "" where it is in none of these.
func wireName(m *field, within []string) string {
	if len(within) == 0 {
		within = []string{""}
	}
	for _, outer := range within {
		if rest, ok := below(m.pointer(), outer); ok && m.given == nil {
			return tokens(rest)[0]
		}
	}
	return ""
}

// alwaysSelected are the slots of the members that whoever keeps objects looks at, whatever is selected: keys, cursors, and parts of tags.
func (c *compiler) alwaysSelected(f *spec.Field) (slots []int) {
	b := f.Binding
	for _, tag := range slices.Concat(b.Tags, b.Invalidates) {
		for _, part := range tag.Parts {
			slots = append(slots, part.Slot)
		}
	}
	if b.Page != nil {
		slots = append(slots, b.Page.KeySlot)
	}
	slots = append(slots, c.keySlots(f.Selects.Object)...)
	slices.Sort(slots)
	return slices.DeleteFunc(slices.Compact(slots), func(slot int) bool { return slot == 0 })
}

// keySlots are the slots of the members that are an entity's key; none of a type that is no entity.
func (c *compiler) keySlots(object string) (slots []int) {
	e := c.entities[object]
	if e == nil {
		return nil
	}
	for _, name := range e.key {
		if m := c.objects[object].field(name); m != nil {
			slots = append(slots, m.slot)
		}
	}
	return slots
}
