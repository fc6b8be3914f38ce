package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// checkAbstracts checks that an interface or union whose values stand in JSON says which type a value is.
func (c *compiler) checkAbstracts() {
	for _, def := range c.order {
		if def.Kind != ast.Interface && def.Kind != ast.Union {
			continue
		}
		u := c.use(def, "discriminator")
		if u == nil {
			continue
		}
		c.pointer(u.site, u.literal, "", "at")
		c.checkTelling(u)
		c.checkVariants(u, def)
		if !c.someView(def.Name) {
			c.report(u.site, u.pos, "no upstream answers a type of %s, so nothing reads this; remove it", def.Name)
		}
	}
	// A @load field is left out: the key's entity is the one type that it can have.
	for _, def := range c.order {
		o := c.objects[def.Name]
		if o == nil {
			continue
		}
		for _, f := range o.fields {
			if f.answer == byHTTP || f.member() && o.root == "" || f.stub() {
				c.checkTold(f)
			}
		}
	}
}

// someView reports whether an interface or union has a type that is a view. Without one it is all Go's.
func (c *compiler) someView(abstract string) bool {
	for _, o := range c.variants(abstract) {
		if o.view {
			return true
		}
	}
	return false
}

// checkTold reports a field whose value's type nothing tells.
func (c *compiler) checkTold(f *field) {
	def := c.types[c.answered(f)]
	if def == nil || def.Kind != ast.Interface && def.Kind != ast.Union || c.spoilt[def] || c.use(def, "discriminator") != nil {
		return
	}
	c.report(f.site("discriminator"), f.def.Position,
		"JSON does not say which type of %s this is; add @discriminator to %s", def.Name, def.Name)
}

// checkTelling checks that either a member's values tell the type, or which members there are.
func (c *compiler) checkTelling(u *usage) {
	if u.missing("at") && u.missing("types") {
		c.report(u.site, u.pos, "the directive says nothing; give at, or types with has")
		return
	}
	var before []string // pointers that are looked at first
	list := u.list("types")
	for i, n := range list {
		l := n.fields
		has := l.text("has")
		c.pointer(u.site, l, fmt.Sprintf("types[%d].", i), "has")
		switch {
		case l.wrong["has"] || l.wrong["value"]:
		case u.has("at") && l.has("has"):
			c.report(u.site, l.at("has"), "has tells the type by which members there are, and at by the values of one; remove one of them")
		case u.has("at") && l.missing("value"):
			c.report(u.site, l.pos, "value is missing; add value: \"…\"")
		case u.has("at") || u.wrong["at"]:
		case l.has("value"):
			c.report(u.site, l.at("value"), "value is what the member at a pointer says; add at, or write has")
		case has == "" && i < len(list)-1:
			c.report(u.site, l.pos, "what has no has is the type of all others, so that nothing behind it is looked at; write it last")
		case has != "":
			switch first := within(has, before); first {
			case "":
			case has:
				c.report(u.site, l.at("has"), "%s is listed twice; keep one", has)
			default:
				c.report(u.site, l.at("has"), "an object that has %s has %s, which is looked at before; write %s first, or remove it", has, first, has)
			}
			before = append(before, has)
		}
	}
}

// within returns the first of some pointers that is on the way to another, or is it; "": none is.
func within(pointer string, before []string) string {
	for _, b := range before {
		if pointer == b || strings.HasPrefix(pointer, b+"/") {
			return b
		}
	}
	return ""
}

// checkVariants checks the types that a discriminator lists: each possible type, each value once.
func (c *compiler) checkVariants(u *usage, def *ast.Definition) {
	if !u.has("types") {
		return
	}
	var names []string
	for _, o := range c.variants(def.Name) {
		names = append(names, o.def.Name)
	}
	covered, values := map[string]bool{}, map[string]bool{}
	complete := true // no listed type is wrong: a misspelt one is most likely the one that would look forgotten
	for _, n := range u.list("types") {
		name, value := n.fields.text("type"), n.fields.text("value")
		if !u.has("at") {
			value = n.fields.text("has")
		}
		switch {
		case !n.fields.has("type"):
			complete = false
		case !slices.Contains(names, name):
			complete = false
			c.report(u.site, n.fields.at("type"), "%q has no type: %q is none of %s; %s", value, name, def.Name, use(name, names))
		}
		if n.fields.has("value") && values[value] {
			c.report(u.site, n.fields.at("value"), "the value %q is listed twice; keep one", value)
		}
		covered[name], values[value] = true, true
	}
	for _, name := range names {
		if complete && !covered[name] {
			by := "value"
			if !u.has("at") {
				by = "has"
			}
			c.report(u.site, u.at("types"), "no %s stands for %s; add {%s: …, type: %q}", by, name, by, name)
		}
	}
}
