package check

import (
	"slices"

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
			if f.answer == byHTTP || f.member() && o.root == "" {
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
		"JSON does not say which type of %s this is; add @discriminator(at:) to %s", def.Name, def.Name)
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
		switch {
		case !n.fields.has("type"):
			complete = false
		case !slices.Contains(names, name):
			complete = false
			c.report(u.site, n.fields.at("type"), "the value %q has no type: %q is none of %s; %s", value, name, def.Name, use(name, names))
		}
		if n.fields.has("value") && values[value] {
			c.report(u.site, n.fields.at("value"), "the value %q is listed twice; keep one", value)
		}
		covered[name], values[value] = true, true
	}
	for _, name := range names {
		if complete && !covered[name] {
			c.report(u.site, u.at("types"), "no value stands for %s; add {value: …, type: %q}", name, name)
		}
	}
}
