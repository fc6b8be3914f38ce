package check

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// selectedName is the variable that has the names of the members that are selected.
const selectedName = "members"

// members compiles the parameter that names the members which are selected. It is a list like any other that is an argument.
func (p *queryParam) members(q binding.QueryParam) binding.QueryParam {
	for _, name := range []string{"value", "each", "all", "style", "quote", "around"} {
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
	switch {
	case p.directive == "entity":
		p.report(p.at("members"), "%s.members: objects that are loaded by key are shared by all who need them, whatever they select; write it on a field with @http", p.path)
	case strings.HasPrefix(p.path, "batch."):
		p.report(p.at("members"), "%s.members: a batch is shared by all who need one of its keys, whatever they select; write get in the place of batch", p.path)
	case p.uses(selectedName):
		p.report(p.at("members"), "%s.members: the members are sent already, or another variable is called %q; keep one", p.path, selectedName)
	default:
		p.selects = new(binding.Selects)
		p.selectedAt, p.within = p.at("members"), texts(p.list("within"))
		list := ast.NonNullListType(ast.NonNullNamedType("String", p.pos), p.pos)
		p.add(&variable{Var: spec.Var{Name: selectedName, Type: list}, Source: spec.Source{Source: binding.Source{Argument: binding.Selected}}})
	}
	return binding.QueryParam{Name: q.Name, Each: "{" + selectedName + "}", Join: q.Join}
}

func texts(nodes []*node) (list []string) {
	for _, n := range nodes {
		list = append(list, n.value.Raw)
	}
	return list
}

// checkSelects finds how the members of a field's objects are called where only selected ones are asked for.
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
	s.Object, s.Names = o.def.Name, []string{""}
	for _, m := range o.fields {
		if m.slot > 0 {
			s.Names = append(s.Names, wireName(m, b.within))
		}
	}
	if strings.Join(s.Names, "") == "" {
		b.report(b.selectedAt, "no member of %s is within %s, so none would be named; correct within", s.Object, strings.Join(b.within, " or "))
	}
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
	if e := c.entities[f.Selects.Object]; e != nil {
		for _, name := range e.key {
			if m := c.objects[f.Selects.Object].field(name); m != nil {
				slots = append(slots, m.slot)
			}
		}
	}
	slices.Sort(slots)
	return slices.DeleteFunc(slices.Compact(slots), func(slot int) bool { return slot == 0 })
}
