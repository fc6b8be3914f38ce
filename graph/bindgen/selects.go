package bindgen

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// selected reports whether some field asks for those members of a type that are selected.
func (p *Plugin) selected(v *spec.View) bool {
	return slices.ContainsFunc(p.service.Fields, func(f *spec.Field) bool {
		return f.Selects != nil && (f.Selects.Object == v.Name || nests(f.Selects.Expands, v.Name))
	})
}

// nests reports whether members of a type's objects, or of those in them, may be expanded.
func nests(e *binding.Expands, object string) bool {
	if e == nil {
		return false
	}
	if _, ok := e.Types[object]; ok {
		return true
	}
	for _, n := range e.Types {
		if slices.ContainsFunc(n.Members, func(m binding.NestedMember) bool { return m.Object == object }) {
			return true
		}
	}
	return false
}

// selectsLiteral says how selected members are called; "" where all are asked for.
func (p *Plugin) selectsLiteral(s *binding.Selects, g *goTypes) string {
	if s == nil {
		return ""
	}
	return "&binding.Selects{" + structLiteral("Object", strconv.Quote(s.Object), "Names", namesLiteral(s.Names), "Always", numbersLiteral(s.Always), "Expands", p.expandsLiteral(s.Expands, g)) + "}"
}

// namesLiteral is a list of texts; "" for none.
func namesLiteral(names []string) string {
	if names == nil {
		return ""
	}
	return stringsLiteral(names)
}

// numbersLiteral is a list of numbers; "" for none.
func numbersLiteral(numbers []int) string {
	if numbers == nil {
		return ""
	}
	return fmt.Sprintf("%#v", numbers)
}

// slotLiteral is the slot of a member of a view.
func (p *Plugin) slotLiteral(view string, slot int, g *goTypes) string {
	v := p.service.Views[slices.IndexFunc(p.service.Views, func(v *spec.View) bool { return v.Name == view })]
	return g.slot(view, v.Members[slices.IndexFunc(v.Members, func(m *spec.Member) bool { return m.Slot == slot })].Def.Name)
}

// expandsLiteral says what is expanded; "" where nothing is.
func (p *Plugin) expandsLiteral(e *binding.Expands, g *goTypes) string {
	if e == nil {
		return ""
	}
	var types []string
	for _, name := range slices.Sorted(maps.Keys(e.Types)) {
		n, members := e.Types[name], ""
		for _, m := range n.Members {
			members += "{" + structLiteral("Slot", p.slotLiteral(name, m.Slot, g), "Name", strconv.Quote(m.Name), "Path", strconv.Quote(m.Path), "Object", strconv.Quote(m.Object), "At", strconv.Quote(m.At)) + "}, "
		}
		if members != "" {
			members = "[]binding.NestedMember{" + strings.TrimSuffix(members, ", ") + "}"
		}
		types = append(types, strconv.Quote(name)+": {"+structLiteral("Names", namesLiteral(n.Names), "Always", numbersLiteral(n.Always), "Members", members)+"}")
	}
	return "&binding.Expands{" + structLiteral("Types", "map[string]binding.Nested{"+strings.Join(types, ", ")+"}", "Options", strconv.FormatBool(e.Options),
		"Before", strconv.Quote(e.Before), "Included", strconv.FormatBool(e.Included)) + "}"
}
