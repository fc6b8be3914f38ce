package check

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// gather puts what the checks found into the plain data that the templates print. Definitions in it are those of the
// validated schema, which is printed: the compiler's own are copies with extensions merged in.
func (c *compiler) gather(schema *ast.Schema) *spec.Service {
	s := &spec.Service{Schema: schema, Fields: c.fields, Said: c.Said}
	for _, name := range c.upstreamNames() {
		s.Upstreams = append(s.Upstreams, c.upstreams[name].Upstream)
	}
	for _, def := range c.order {
		switch def.Kind {
		case ast.Object:
			c.gatherObject(s, def)
		case ast.Interface, ast.Union:
			if c.someView(def.Name) {
				s.Abstracts = append(s.Abstracts, c.gatherAbstract(schema, def))
			}
		case ast.Enum:
			if slices.ContainsFunc(def.EnumValues, func(v *ast.EnumValueDefinition) bool { return c.use(v, "json") != nil }) {
				s.Enums = append(s.Enums, c.gatherEnum(schema, def))
			}
		case ast.InputObject:
			s.Inputs = append(s.Inputs, c.gatherInput(schema, def))
		case ast.Scalar:
			s.Scalars = append(s.Scalars, def.Name)
			if _, ok := c.shipped(def); ok {
				s.Shipped = append(s.Shipped, def.Name)
			}
		}
	}
	slices.Sort(s.Scalars)
	slices.Sort(s.Shipped)
	slices.Sort(s.Images)
	s.Images = slices.Compact(s.Images)
	s.Connections = c.gatherConnections(schema)
	s.Bindings = append(s.Bindings, c.bindings...)
	for _, f := range s.Fields {
		if f.Selects != nil {
			f.Selects.Always = c.alwaysSelected(f)
		}
	}
	for _, u := range s.Upstreams {
		u.Headers = setHeaders(s.Bindings, u)
	}
	for _, b := range s.Bindings { // last: a fingerprint looks at all types that a binding's values may hold
		b.Fingerprint = spec.Fingerprint(s, b)
	}
	return s
}

// setHeaders are the request headers that calls to an upstream set, sorted.
func setHeaders(bindings []*spec.Binding, u *spec.Upstream) (names []string) {
	for _, h := range u.Claims.Headers {
		names = append(names, h.Name)
	}
	for _, b := range bindings {
		if b.Upstream != u.Name {
			continue
		}
		calls := []*binding.Call{b.Single}
		if b.Batch != nil {
			calls = append(calls, &b.Batch.Call)
		}
		for _, call := range calls {
			if call != nil {
				for _, h := range call.Headers {
					names = append(names, h.Name)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// gatherObject adds a type's view, its entity and its hand-written fields.
func (c *compiler) gatherObject(s *spec.Service, def *ast.Definition) {
	o := c.objects[def.Name]
	for _, f := range o.fields {
		if f.answer == byResolver {
			s.Resolvers = append(s.Resolvers, spec.Resolver{Name: f.name(), At: c.at(f.bound.pos)})
		}
	}
	if !o.view {
		return
	}
	v := &spec.View{Name: def.Name, Def: s.Schema.Types[def.Name], Implements: c.abstracts(def)}
	for _, f := range o.fields {
		if f.member() || f.stub() {
			m := &spec.Member{Def: f.def, Slot: f.slot, Pointer: f.pointer(), Empty: f.empty, Hidden: f.hidden != nil, Hint: f.hint, Entries: c.entriesOf(f)}
			if f.json != nil {
				m.Each = f.json.text("each")
			}
			if f.given != nil {
				m.Given = f.given.text("by")
			}
			if f.image != nil {
				m.Image = f.image.text("service")
				s.Images = append(s.Images, m.Image)
			}
			v.Members = append(v.Members, m)
		}
	}
	if e := c.entities[def.Name]; e != nil {
		v.Entity = e.binding
		s.Bindings = append(s.Bindings, e.binding)
	}
	s.Views = append(s.Views, v)
}

func (c *compiler) gatherAbstract(schema *ast.Schema, def *ast.Definition) *spec.Abstract {
	a := &spec.Abstract{Def: schema.Types[def.Name]}
	if u := c.use(def, "discriminator"); u != nil {
		if u.has("at") {
			a.At, a.Values = u.text("at"), c.discriminatorValues(u, def)
		} else {
			a.Having = discriminatorMembers(u)
		}
	}
	return a
}

// discriminatorMembers are the members that tell the types of objects, in the order in which they are looked at.
func discriminatorMembers(u *usage) (list []spec.DiscriminatorMember) {
	for _, n := range u.list("types") {
		list = append(list, spec.DiscriminatorMember{Has: n.fields.text("has"), Type: n.fields.text("type")})
	}
	return list
}

// discriminatorValues are the values of a discriminator, which by default are the names of the types.
func (c *compiler) discriminatorValues(u *usage, def *ast.Definition) []spec.DiscriminatorValue {
	var list []spec.DiscriminatorValue
	for _, n := range u.list("types") {
		list = append(list, spec.DiscriminatorValue{Value: n.fields.text("value"), Type: n.fields.text("type")})
	}
	if u.has("types") {
		return list
	}
	for _, o := range c.variants(def.Name) {
		list = append(list, spec.DiscriminatorValue{Value: o.def.Name, Type: o.def.Name})
	}
	return list
}

func (c *compiler) gatherInput(schema *ast.Schema, def *ast.Definition) *spec.Input {
	in := &spec.Input{Def: schema.Types[def.Name]}
	for _, f := range def.Fields {
		field := spec.InputField{Name: f.Name, JSON: inputName(f, c.use(f, "json")), Type: f.Type}
		if f.DefaultValue != nil {
			field.Default = c.defaultJSON(f.Type, f.DefaultValue)
		}
		in.Fields = append(in.Fields, field)
	}
	return in
}
