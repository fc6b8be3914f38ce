package check

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
)

// checkGiven checks a member that calls give: one value, which stands nowhere in the data.
func (c *compiler) checkGiven(f *field) {
	u := f.given
	before := len(c.problems)
	switch t := f.def.Type; {
	case f.object.root != "":
		c.report(u.site, u.pos, "no call brings a root; remove @given")
	case f.bound != nil:
		c.report(u.site, u.pos, "the field has @%s, and is no member; remove one of them", f.bound.directive)
	case !f.object.view && !f.spoilt:
		c.reportPlain(u, f)
	case f.json != nil:
		c.report(f.json.site, f.json.pos, "the member is given by the call, and stands nowhere in JSON; remove @json or @given")
	case t.Elem != nil || c.types[t.Name()] != nil && !c.leaf(t.Name()):
		c.report(u.site, u.pos, "the field is %s, and a variable that is given has one value; use an ID, String, Int or an enum", t)
	}
	f.spoilt = f.spoilt || len(c.problems) > before
}

// givens are the members of an object that calls give.
func (o *object) givens() (list []*field) {
	for _, f := range o.fields {
		if f.given != nil && f.given.has("by") && f.member() {
			list = append(list, f)
		}
	}
	return list
}

// checkGiving checks that every call which brings an object has the variables that its members are given by, and that objects with such
// members are brought by calls only: nobody gives anything to what is nested in something else.
func (c *compiler) checkGiving() {
	for _, def := range c.order {
		if e := c.entities[def.Name]; e != nil && e.binding != nil {
			c.giving(e.binding)
		}
	}
	for _, b := range c.bindings {
		c.giving(b)
	}
	for _, def := range c.order {
		o := c.objects[def.Name]
		if o == nil {
			continue
		}
		for _, f := range o.fields {
			if !f.member() && !f.stub() {
				continue
			}
			for _, nested := range c.variants(f.def.Type.Name()) {
				for _, m := range nested.givens() {
					c.report(m.given.site, m.given.pos, "%s has objects of %s within its own, which no call gives anything; remove @given, or use another type there",
						f.name(), nested.def.Name)
				}
			}
		}
	}
}

// giving checks one binding, and notes what it gives.
func (c *compiler) giving(b *spec.Binding) {
	for _, o := range c.variants(b.Type.Name()) {
		for _, f := range o.givens() {
			if c.gives(b, f) && !slices.Contains(b.Given, f.given.text("by")) {
				b.Given = append(b.Given, f.given.text("by"))
			}
		}
	}
}

// gives checks that a binding can give a member its value.
func (c *compiler) gives(b *spec.Binding, f *field) bool {
	u, by := f.given, f.given.text("by")
	if b.Func != "" {
		return false // Go makes the member
	}
	var names []string
	i := slices.IndexFunc(b.Vars, func(v spec.Var) bool { names = append(names, v.Name); return v.Name == by })
	before := len(c.problems)
	switch {
	case b.Batch != nil:
		c.report(u.site, u.at("by"), "%s is brought by the batch of %s too, which is one call for many keys; remove the batch, or @given", f.object.def.Name, b.Name)
	case i < 0:
		advice := "use another type there"
		if len(names) > 0 {
			advice = use(by, names)
		}
		c.report(u.site, u.at("by"), "%s is brought by %s too, whose call has no variable %q; %s", f.object.def.Name, b.Name, by, advice)
	case b.Page != nil && (by == b.Page.Size || by == b.Page.Start):
		c.report(u.site, u.at("by"), "%q of %s is a variable of page, which differs from page to page; give another", by, b.Name)
	case !givable(b.Vars[i].Type, f.def.Type):
		c.report(u.site, u.at("by"), "the variable %q of %s is %s, and the member is %s; make them the same type", by, b.Name, b.Vars[i].Type, f.def.Type)
	}
	return len(c.problems) == before
}

// givable reports whether a variable's value is always one of the member's type.
func givable(v, member *ast.Type) bool {
	if v.Elem != nil || member.NonNull && !v.NonNull {
		return false
	}
	text := func(name string) bool { return name == "ID" || name == "String" }
	return v.NamedType == member.NamedType || text(v.NamedType) && text(member.NamedType) || v.NamedType == "Int" && member.NamedType == "ID"
}
