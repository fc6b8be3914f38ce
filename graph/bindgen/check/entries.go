package check

import (
	"maps"
	"slices"

	"weft/graph/view"
)

// entriesOf says how an object is read as a list; nil where a field is what it is, or wrong.
func (c *compiler) entriesOf(f *field) *view.Entries {
	u := f.json
	if f.answer == byHTTP {
		u = f.bound
	}
	inner := c.objects[f.def.Type.Name()]
	if u == nil || u.object("entries") == nil || inner == nil {
		return nil
	}
	name := func(argument string) string {
		m := inner.field(u.object("entries").text(argument))
		if m == nil || m.pointer() == "" {
			return ""
		}
		return tokens(m.pointer())[0]
	}
	if e := (view.Entries{Key: name("key"), Value: name("value")}); e.Key != "" {
		return &e
	}
	return nil
}

// checkEntries checks a list of objects that are the members of one object.
func (c *compiler) checkEntries(u *usage, f *field) {
	entries := u.object("entries")
	if entries == nil {
		return
	}
	inner, t := c.objects[f.def.Type.Name()], f.def.Type
	if t.Elem == nil || depth(t) > 1 || inner == nil || !inner.view {
		if t.Elem == nil || depth(t) > 1 || c.types[t.Name()] != nil {
			c.report(u.site, u.at("entries"), "the field is %s, and entries are a list of objects of one type; remove entries, or make it a list", t)
		}
		return
	}
	for _, name := range []string{"each", "page", "batch"} {
		if u.given[name] != nil {
			c.report(u.site, u.at(name), "%s is about a list, and entries are the members of an object; remove one", name)
		}
	}
	before, key, value := len(c.problems), entries.text("key"), entries.text("value")
	c.checkEntry(u, entries, inner, "key")
	c.checkEntry(u, entries, inner, "value")
	if value == "" || len(c.problems) > before {
		return
	}
	if key == value {
		c.report(u.site, entries.at("value"), "entries.value is the member %q, which has the key; name another", value)
		return
	}
	for _, m := range inner.fields {
		if m.inBody() && m.def.Name != key && m.def.Name != value {
			c.report(m.site(""), m.def.Position, "an entry of %s has %q and %q, and no other members; remove the field, or entries.value there, so that values are objects", f.name(), key, value)
		}
	}
}

// checkEntry checks the member of an entry that has its key, or its value.
func (c *compiler) checkEntry(u *usage, entries *literal, inner *object, name string) {
	if entries.text(name) == "" {
		return // nothing, or a mistake that is reported
	}
	m := inner.field(entries.text(name))
	switch {
	case m == nil || !m.inBody():
		c.report(u.site, entries.at(name), "entries.%s: %q is no member of %s; %s", name, entries.text(name), inner.def.Name, use(entries.text(name), memberNames(inner)))
	case name == "key" && m.def.Type.Elem != nil || c.types[m.def.Type.Name()] != nil && !c.leaf(m.def.Type.Name()):
		c.report(u.site, entries.at(name), "entries.%s: %s is %s, and it has a text; use an ID, String, Int, enum or scalar", name, m.name(), m.def.Type)
	case len(tokens(m.pointer())) != 1:
		c.report(u.site, entries.at(name), "entries.%s: %s stands at %s, and an entry has it as a member of its own; write one name, or remove @json(at:)", name, m.name(), m.pointer())
	}
}

// asEntries is a sample's object as the list that it is read as.
func asEntries(v any, e *view.Entries) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	list := []any{}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		entry := map[string]any{e.Key: name}
		inner, isObject := object[name].(map[string]any)
		switch {
		case e.Value != "":
			entry[e.Value] = object[name]
		case !isObject:
			list = append(list, object[name])
			continue
		}
		for member, v := range inner {
			if _, ours := entry[member]; !ours && e.Value == "" {
				entry[member] = v
			}
		}
		list = append(list, entry)
	}
	return list
}
