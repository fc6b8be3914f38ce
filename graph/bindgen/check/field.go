package check

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
	"weft/graph/view"
)

// answer says who answers a field.
type answer int

const (
	byMember   answer = iota // its parent's JSON, or, where the parent is no view, its parent's Go struct
	byLoad                   // an entity
	byHTTP                   // a call of its own
	byResolver               // Go
)

// object is an object type and its fields.
type object struct {
	def    *ast.Definition
	fields []*field
	root   ast.Operation // "" no root
	view   bool          // its values are JSON: see findViews
}

// field is a field of an object type.
type field struct {
	object *object
	def    *ast.FieldDefinition
	answer answer
	bound  *usage        // the @load, @http or @resolver; nil for a member
	json   *usage        // @json; nil: none
	hidden *usage        // @inaccessible; nil: clients see it
	image  *usage        // @imageURL; nil: none
	given  *usage        // @given; nil: none
	spoilt bool          // who answers it is not known, or it is reported as impossible: no check concludes anything from it
	slot   int           // of a view's member, from 1: as view.Shape counts, 0 is none
	hint   *binding.Hint // of a view's member
	empty  view.Empty    // of a view's member: what stands for an empty list, or for no object
}

func (f *field) name() string { return f.object.def.Name + "." + f.def.Name }

func (f *field) site(directive string) site { return site{directive, f.name()} }

// member reports whether the field is read from the parent's JSON.
func (f *field) member() bool { return f.object.view && f.answer == byMember && !f.spoilt }

// inBody reports whether the field is read from the parent's JSON as it was answered.
func (f *field) inBody() bool {
	if f.json != nil {
		if _, header := headerPlace(f.json.text("at")); header {
			return false
		}
	}
	return f.given == nil && (f.member() || f.stub())
}

// pointer is where a member stands in its parent's JSON.
func (f *field) pointer() string {
	if f.given != nil {
		return child("", binding.GivenName(f.given.text("by")))
	}
	if f.json != nil && f.json.has("at") {
		if name, ok := headerPlace(f.json.text("at")); ok {
			return child("", binding.HeaderMember(name))
		}
		return f.json.text("at")
	}
	return child("", f.def.Name)
}

func (o *object) field(name string) *field {
	for _, f := range o.fields {
		if f.def.Name == name {
			return f
		}
	}
	return nil
}

// classify decides who answers each field of each object type.
func (c *compiler) classify() {
	c.objects = map[string]*object{}
	for _, def := range c.order {
		if def.Kind != ast.Object {
			c.checkInterfaceFields(def)
			continue
		}
		o := &object{def: def, root: c.roots[def.Name]}
		for _, d := range def.Fields {
			o.fields = append(o.fields, c.classifyField(o, d))
		}
		c.objects[def.Name] = o
	}
}

// classifyField reports a field that two directives would answer; it is spoilt then, with the first of them as its answer.
func (c *compiler) classifyField(o *object, def *ast.FieldDefinition) *field {
	f := &field{object: o, def: def, json: c.use(def, "json"), hidden: c.use(def, "inaccessible"), image: c.use(def, "imageURL"), given: c.use(def, "given"), spoilt: c.spoilt[def]}
	for _, u := range c.uses[def] {
		by, ok := map[string]answer{"load": byLoad, "http": byHTTP, "resolver": byResolver}[u.directive]
		switch {
		case !ok:
		case f.bound != nil:
			c.report(u.site, u.pos, "the field has @%s already; keep one of them", f.bound.directive)
			f.spoilt = true
		default:
			f.bound, f.answer = u, by
		}
	}
	return f
}

// checkInterfaceFields refuses our directives where they could not act: an interface's field is answered by its types. Guards act there.
func (c *compiler) checkInterfaceFields(def *ast.Definition) {
	if def.Kind != ast.Interface {
		return
	}
	for _, f := range def.Fields {
		for _, u := range c.uses[f] {
			if slices.Contains(guarding, u.directive) {
				continue
			}
			c.report(u.site, u.pos, "an interface's field is answered by its types; write the directive on that field of each of them")
		}
	}
}

// checkFields checks that every field is answered, and by one thing only.
func (c *compiler) checkFields() {
	for _, def := range c.order {
		o := c.objects[def.Name]
		if o == nil {
			continue
		}
		visible := false
		for _, f := range o.fields {
			visible = visible || f.hidden == nil
			if f.hidden != nil {
				c.checkHidden(f)
			}
			if f.image != nil {
				c.checkImage(f)
			}
			if f.given != nil {
				c.checkGiven(f)
			}
			switch {
			case f.spoilt:
			case o.root != "":
				c.checkRootField(f)
			case o.view && f.answer == byMember:
				c.checkMember(f)
			}
		}
		if !visible && len(o.fields) > 0 && !c.spoilt[def] {
			c.report(site{"inaccessible", def.Name}, def.Position, "every field is @inaccessible, so clients would see an empty type; show one")
		}
	}
}

func (c *compiler) checkRootField(f *field) {
	switch {
	case f.bound == nil && f.object.root == ast.Subscription:
		c.report(f.site(""), f.def.Position, "nothing answers %s; add @resolver", f.name())
	case f.bound == nil:
		c.report(f.site(""), f.def.Position, "nothing answers %s; add @http, @load or @resolver", f.name())
	case f.object.root == ast.Subscription && f.answer != byResolver:
		c.report(f.bound.site, f.bound.pos, "one call cannot answer a subscription; use @resolver")
	}
}

// checkMember checks a field that is read from its parent's JSON. One that cannot be is spoilt, so that samples are not
// searched for it.
func (c *compiler) checkMember(f *field) {
	if len(f.def.Arguments) > 0 && f.image == nil {
		a := f.def.Arguments[0]
		c.report(f.site(""), a.Position, "no binding uses the argument %q: the field is a member of its parent's JSON; add @http, @load or @resolver, or remove the argument", a.Name)
		f.spoilt = true
	}
	if o := c.objects[f.def.Type.Name()]; o != nil && o.root != "" {
		c.report(f.site(""), f.def.Position, "the root type %s is no member of JSON; add @resolver", o.def.Name)
		f.spoilt = true
	}
}

// checkHidden checks an @inaccessible field: only a member can be one, and nothing public may promise it.
func (c *compiler) checkHidden(f *field) {
	u := f.hidden
	switch {
	case f.object.root != "":
		c.report(u.site, u.pos, "a root field is for clients; remove @inaccessible")
	case f.bound != nil:
		c.report(u.site, u.pos, "only a member of JSON is @inaccessible, and this field has @%s; remove one of them", f.bound.directive)
	case !f.object.view && !f.spoilt:
		c.reportPlain(u, f)
	}
	for _, name := range f.object.def.Interfaces {
		if i := c.types[name]; i != nil && i.Kind == ast.Interface && i.Fields.ForName(f.def.Name) != nil {
			c.report(u.site, u.pos, "clients see the field through the interface %s; remove @inaccessible, or the field from %s", name, name)
		}
	}
}

// reportPlain reports a directive about JSON on a type that is a plain Go struct.
func (c *compiler) reportPlain(u *usage, f *field) {
	c.report(u.site, u.pos, "no upstream answers %s, so its fields come from Go; remove @%s, or bind a field to an upstream that answers %s",
		f.object.def.Name, u.directive, f.object.def.Name)
}
