package check

import "weft/graph/binding"

// included compiles where a call's answer has objects that stand apart: those that it asks for by name.
func (c *compiler) included(f *field, b *binder, call *binding.Call) {
	u := f.bound
	call.Included = c.pointer(u.site, u.literal, "", "included")
	asks := b.selects != nil && b.selects.Expands != nil
	switch {
	case !u.has("included"):
	case u.wrong["included"]:
		b.failed = true
	case !asks:
		b.report(u.at("included"), "a call asks for the objects that stand apart, and this one does not; add a parameter with members: EXPANDED, or remove included")
	case b.selects.Expands.Options:
		b.report(u.at("included"), "with EXPANDED_KEYS objects stand where they belong; remove included")
	case u.given["entries"] != nil:
		b.report(u.at("included"), "included is about answers whose objects are known by type and id, and entries have no such names; remove one")
	default:
		b.selects.Expands.Included = true
	}
}

// nestIncluded says how a member is asked for, and where it stands, in answers whose objects stand apart: a path is made of names alone.
func (c *compiler) nestIncluded(f *field, m *binding.NestedMember) {
	m.Path = ""
	if m.At = f.pointer(); f.def.Type.Elem != nil {
		m.At += "/*" + f.each()
	}
	if !f.expands() {
		return
	}
	m.Path = m.Name + "."
	if !f.stub() {
		c.report(f.json.site, f.json.at("expand"), "what an answer does not include has its name there, and is loaded by that; add @load(key:)")
	}
}
