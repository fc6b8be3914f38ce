package check

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

var (
	// expandable is what a call may ask for: a name, or names with dots between them. What separates these, in any language, is none.
	expandable = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	// expandedText is text before what is asked for.
	expandedText = regexp.MustCompile(`^([A-Za-z0-9_.-]*)\{members\}$`)
)

// expanded compiles the parameter that names the members which are to be expanded.
func (p *queryParam) expanded(q binding.QueryParam) binding.QueryParam {
	options := p.text("members") == "EXPANDED_KEYS"
	p.selects.Expands = &binding.Expands{Options: options}
	if p.given["within"] != nil {
		p.report(p.at("within"), "%s.within is about members: KEYS; remove it", p.path)
	}
	text := expandedText.FindStringSubmatch(q.Each)
	switch {
	case options && p.given["each"] != nil:
		p.report(p.at("each"), "%s.each: with EXPANDED_KEYS names stand as OData has them; remove each", p.path)
	case options && p.given["join"] != nil:
		p.report(p.at("join"), "%s.join: with EXPANDED_KEYS there are commas between names, as OData has them; remove join", p.path)
	case p.given["each"] != nil && text == nil:
		p.report(p.at("each"), `%s.each %q is text before {members}, such as "data.{members}", of letters, digits and ._-`, p.path, q.Each)
	case text != nil:
		p.selects.Expands.Before = text[1]
	}
	p.addSelected(expandedName, binding.ExpandedMembers, !options)
	if options {
		return binding.QueryParam{Name: q.Name, Value: "{" + expandedName + "}"}
	}
	return binding.QueryParam{Name: q.Name, Each: "{" + expandedName + "}", Join: q.Join}
}

// expands reports whether calls ask for a member's objects by name.
func (f *field) expands() bool { return f.json != nil && f.json.has("expand") && f.slot > 0 }

// checkExpand checks a member that calls ask for by name: it has objects of one type.
func (c *compiler) checkExpand(f *field) {
	u := f.json
	if u.missing("expand") {
		return
	}
	o, name := c.objects[f.def.Type.Name()], u.text("expand")
	switch {
	case !expandable.MatchString(name):
		c.report(u.site, u.at("expand"), "expand %q is what a call asks for: a name, or several with dots between them, of letters, digits, _ and -", name)
	case c.types[f.def.Type.Name()] != nil && (o == nil || !o.view || depth(f.def.Type) > 1):
		c.report(u.site, u.at("expand"), "the field is %s, and objects are expanded, of one type, or a list of these; remove expand", f.def.Type)
	}
}

// nested are the fields of a type whose objects stand in its own, and their types.
func (c *compiler) nested(o *object) map[*field]*object {
	all := map[*field]*object{}
	for _, f := range o.fields {
		if inner := c.objects[f.def.Type.Name()]; inner != nil && inner.view && f.inBody() && depth(f.def.Type) < 2 && c.entriesOf(f) == nil {
			all[f] = inner
		}
	}
	return all
}

// expanding are the types of which something may be expanded, or of what is nested in them, among o and those that are nested in it.
func (c *compiler) expanding(o *object) map[*object]bool {
	all := []*object{o}
	for i := 0; i < len(all); i++ {
		for _, inner := range c.nested(all[i]) {
			if !slices.Contains(all, inner) {
				all = append(all, inner)
			}
		}
	}
	found := map[*object]bool{}
	for before := -1; before < len(found); {
		before = len(found)
		for _, o := range all {
			for f, inner := range c.nested(o) {
				if f.expands() || found[inner] {
					found[o] = true
				}
			}
		}
	}
	return found
}

// nest finds what may be expanded of a field's objects, and of those in them.
func (c *compiler) nest(s *binding.Selects) {
	found := c.expanding(c.objects[s.Object])
	separator := "."
	if s.Expands.Options {
		separator = "/"
	}
	for o := range found {
		inner := c.nested(o)
		n := c.nestedType(o, s.Expands)
		for _, f := range slices.SortedFunc(maps.Keys(inner), func(a, b *field) int { return a.slot - b.slot }) {
			if !f.expands() && !found[inner[f]] {
				continue
			}
			m := binding.NestedMember{Slot: f.slot, Object: inner[f].def.Name, Path: strings.Join(tokens(f.pointer()+f.each()), separator) + separator}
			if f.expands() {
				m.Name = f.json.text("expand")
			}
			if s.Expands.Included {
				c.nestIncluded(f, &m)
			}
			if !found[inner[f]] && s.Expands.Options {
				s.Expands.Types = with(s.Expands.Types, m.Object, c.nestedType(inner[f], s.Expands))
			}
			n.Members = append(n.Members, m)
		}
		s.Expands.Types = with(s.Expands.Types, o.def.Name, n)
	}
}

func with(types map[string]binding.Nested, name string, n binding.Nested) map[string]binding.Nested {
	if types == nil {
		types = map[string]binding.Nested{}
	}
	types[name] = n
	return types
}

// nestedType is what calls may ask for of a type's own members. What begins with an @ says of OData's objects what they are: it is there anyhow.
func (c *compiler) nestedType(o *object, e *binding.Expands) (n binding.Nested) {
	if !e.Options {
		return n
	}
	n.Names, n.Always = memberNamesWithin(o, nil), c.keySlots(o.def.Name)
	for i, name := range n.Names {
		if strings.HasPrefix(name, "@") {
			n.Names[i] = ""
		}
	}
	return n
}

// each is the pointer into the elements of a member that is a list.
func (f *field) each() string {
	if f.json == nil {
		return ""
	}
	return f.json.text("each")
}

// checkExpanded checks that what is only there where a call asks for it is asked for by every call that brings it, and by one at least.
func (c *compiler) checkExpanded() {
	asking := map[*spec.Binding]*binding.Expands{}
	for _, f := range c.fields {
		if f.Selects != nil {
			asking[f.Binding] = f.Selects.Expands
		}
	}
	bindings := slices.Clone(c.bindings)
	for _, def := range c.order {
		if e := c.entities[def.Name]; e != nil && e.binding != nil {
			bindings = append(bindings, e.binding)
		}
		if o := c.objects[def.Name]; o != nil {
			for _, f := range o.fields {
				if f.answer == byHTTP && !slices.ContainsFunc(c.fields, func(of *spec.Field) bool { return of.Object+"."+of.Def.Name == f.name() }) {
					return // it may be the one, and has a mistake that is reported
				}
			}
		}
	}
	for _, def := range c.order {
		o := c.objects[def.Name]
		if o == nil {
			continue
		}
		for _, f := range o.fields {
			if f.expands() {
				c.checkAsked(f, bindings, asking)
			}
		}
	}
}

// checkAsked checks one member that is asked for.
func (c *compiler) checkAsked(f *field, bindings []*spec.Binding, asking map[*spec.Binding]*binding.Expands) {
	u, asked := f.json, false
	for _, b := range bindings {
		if !c.brings(b, f.object) {
			continue
		}
		e := asking[b]
		if e != nil {
			if _, ok := e.Types[f.object.def.Name]; ok {
				asked = true
				continue
			}
		}
		if !f.stub() {
			c.report(u.site, u.at("expand"), "%s brings %s and does not ask for the member, which then is never there; write members: EXPANDED there, or @load here, or use another type there",
				b.Name, f.object.def.Name)
			return
		}
	}
	if !asked {
		c.report(u.site, u.at("expand"), "no call that brings %s says members: EXPANDED, so nothing asks for the member; write it, or remove expand", f.object.def.Name)
	}
}

// brings reports whether a binding's answers have objects of a type, or have them nested in others.
func (c *compiler) brings(b *spec.Binding, o *object) bool {
	all := c.variants(b.Type.Name())
	for i := 0; i < len(all); i++ {
		if all[i] == o {
			return true
		}
		for _, f := range all[i].fields {
			if !f.inBody() {
				continue
			}
			for _, inner := range c.variants(f.def.Type.Name()) {
				if !slices.Contains(all, inner) {
					all = append(all, inner)
				}
			}
		}
	}
	return false
}
