package check

import (
	"regexp"

	"github.com/vektah/gqlparser/v2/ast"
)

// variableName is a variable of a template: a varname of RFC 6570, section 2.3, without dots, which we give a meaning.
var variableName = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// checkJSON checks every @json, and what the names that it gives add up to.
func (c *compiler) checkJSON() {
	for _, def := range c.order {
		switch def.Kind {
		case ast.Object:
			for _, f := range c.objects[def.Name].fields {
				c.checkFieldJSON(f)
				c.checkArgumentNames(f)
			}
		case ast.InputObject:
			c.checkInputNames(def)
		case ast.Enum:
			c.checkSpellings(def)
		}
	}
}

// only refuses the arguments of @json that mean nothing where it stands, and a @json that has none of those that do: names.
func (c *compiler) only(u *usage, where string, names ...string) {
	allowed := map[string]bool{}
	any := false
	for _, n := range names {
		allowed[n] = true
		any = any || !u.missing(n)
	}
	for _, n := range []string{"at", "name", "value", "fallback", "each", "empty", "sparse", "expand", "entries"} {
		if u.given[n] != nil && !allowed[n] {
			any = true
			c.report(u.site, u.at(n), "%s means nothing on %s; use %s", n, where, choices(names))
		}
	}
	if !any {
		c.report(u.site, u.pos, "the directive says nothing; give %s or remove it", choices(names))
	}
}

// checkFieldJSON checks @json on a field, which must be a member of a view.
func (c *compiler) checkFieldJSON(f *field) {
	u := f.json
	switch {
	case u == nil:
		return
	case f.answer == byHTTP:
		c.report(u.site, u.pos, "the field is answered by @http; write at and each there and remove @json")
		return
	case f.bound != nil && !f.stub():
		c.report(u.site, u.pos, "the field has @%s and is no member of JSON; remove one of them", f.bound.directive)
		return
	case f.object.root != "":
		c.report(u.site, u.pos, "a root field has no parent to read from; remove @json")
		return
	case !f.object.view && !f.spoilt:
		c.reportPlain(u, f)
		return
	}
	if f.stub() {
		c.only(u, "a field with @load", "at", "each", "sparse", "expand")
	} else {
		c.only(u, "a field", "at", "each", "empty", "expand", "entries")
	}
	if _, header := headerPlace(u.text("at")); !header {
		c.pointer(u.site, u.literal, "", "at")
	} else if f.stub() {
		c.report(u.site, u.at("at"), "a header is a text, and no object of an entity; write a JSON pointer")
	} else {
		c.checkHeaderPlace(u, f.def.Type)
	}
	c.checkEach(u.site, u.literal, "", f.def.Type)
	c.checkExpand(f)
	c.checkEntries(f.json, f)
}

// checkEach checks the pointer into the elements of a list.
func (c *compiler) checkEach(s site, l *literal, path string, t *ast.Type) {
	if l.has("each") && t.Elem == nil {
		c.report(s, l.at("each"), "%seach is for lists, and the field is %s; remove it", path, t)
		l.wrong["each"] = true
		return
	}
	c.pointer(s, l, path, "each")
}

// argument is an argument of a field under its name in templates.
type argument struct {
	def  *ast.ArgumentDefinition
	name string // what @json(name:) says, else the argument's own
	json *usage // @json; nil: none
}

// arguments are a field's, in its order, under their names in templates.
func (c *compiler) arguments(f *ast.FieldDefinition) []*argument {
	list := make([]*argument, len(f.Arguments))
	for i, a := range f.Arguments {
		list[i] = &argument{a, a.Name, c.use(a, "json")}
		if u := list[i].json; u != nil && u.has("name") {
			list[i].name = u.text("name")
		}
	}
	return list
}

// checkArgumentNames checks @json on arguments: it renames what templates call them.
func (c *compiler) checkArgumentNames(f *field) {
	seen := map[string]*argument{}
	for _, a := range c.arguments(f.def) {
		if u := a.json; u != nil {
			c.only(u, "an argument", "name")
			switch {
			case f.answer != byHTTP && f.answer != byLoad && !f.spoilt:
				c.report(u.site, u.pos, "no template of %s could use the name; remove @json", f.name())
			case u.has("name") && !variableName.MatchString(a.name):
				c.report(u.site, u.at("name"), "the name %q cannot stand in a template; use letters, digits and _", a.name)
			}
		}
		if first := seen[a.name]; first != nil {
			u := a.json
			if u == nil {
				u = first.json
			}
			if u != nil { // else the argument is declared twice, which is reported
				c.report(u.site, u.at("name"), "two arguments of %s are called %q in templates; rename one", f.name(), a.name)
			}
		}
		seen[a.name] = a
	}
}

// checkInputNames checks @json on the fields of an input type: two of them must not be one member of a body.
func (c *compiler) checkInputNames(def *ast.Definition) {
	seen := map[string]string{}
	for _, f := range def.Fields {
		u := c.use(f, "json")
		if u != nil {
			c.only(u, "an input field", "name")
		}
		name := inputName(f, u)
		if first, twice := seen[name]; twice && first != f.Name {
			pos := f.Position
			if u != nil {
				pos = u.at("name")
			}
			c.report(site{"json", def.Name + "." + f.Name}, pos, "%s.%s is called %q in JSON already; rename one", def.Name, first, name)
		}
		seen[name] = f.Name
	}
}

// inputName is an input field's name in JSON.
func inputName(f *ast.FieldDefinition, u *usage) string {
	if u != nil && u.has("name") {
		return u.text("name")
	}
	return f.Name
}
