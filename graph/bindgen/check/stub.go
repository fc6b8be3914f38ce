package check

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
)

// stub reports whether a field's objects are embedded in its parent's JSON and may lack members, which are then loaded by key: it has @json
// and @load.
func (f *field) stub() bool { return f.answer == byLoad && f.json != nil && f.object.root == "" }

// embedded compiles a field with @json and @load; nil when something is wrong, which has been reported.
func (c *compiler) embedded(f *field) *spec.Field {
	u := f.bound
	b := &binder{c: c, site: u.site, failed: c.spoilt[f.def]}
	if u.given["at"] != nil {
		b.report(u.given["at"], "with @json the field is the object that stands there, and at is about one that is loaded; remove one of them")
		return nil
	}
	if len(f.def.Arguments) > 0 {
		a := f.def.Arguments[0]
		b.report(a.Position, "no binding uses the argument %q: the field is a member of its parent's JSON; remove the argument", a.Name)
	}
	stub := &spec.Stub{Slot: f.slot, Each: f.json.text("each"), KeyOnly: u.text("stub") == "KEY"}
	if stub.KeyOnly && f.json.has("sparse") {
		b.report(f.json.at("sparse"), "with stub: KEY no member of the object but its key is used; remove sparse")
	}
	result := &spec.Field{Object: f.object.def.Name, Def: f.def, Stub: stub}
	if def := c.types[f.def.Type.Name()]; def != nil && def.IsAbstractType() {
		return c.embeddedAbstract(f, b, def, result)
	}
	e := c.entities[c.loadTarget(f, b)]
	if e == nil || !u.has("key") || f.json.wrong["at"] || f.json.wrong["each"] {
		return nil
	}
	stub.Sparse = c.sparse(b, f.json, c.objects[f.def.Type.Name()], e)
	stub.Keys = c.stubKeys(f, b, e, c.objects[f.def.Type.Name()])
	if b.failed || e.binding == nil {
		return nil
	}
	result.Binding = e.binding
	return result
}

// embeddedAbstract compiles a field whose objects are of several types: those that are entities are loaded by their own type's key.
func (c *compiler) embeddedAbstract(f *field, b *binder, def *ast.Definition, result *spec.Field) *spec.Field {
	u := f.bound
	switch {
	case u.given["type"] != nil:
		b.report(u.given["type"], "of an embedded object its own members tell the type; remove type")
	case f.json.given["sparse"] != nil:
		b.report(f.json.at("sparse"), "sparse names members of one type, and %s is %s; remove it", def.Name, aKind(def.Kind))
	case depth(f.def.Type) > 1:
		b.report(u.pos, "the field is %s, a list of lists; @load gives one object or one list", f.def.Type)
	}
	if !u.has("key") || f.json.wrong["at"] || f.json.wrong["each"] {
		return nil
	}
	none := true
	for _, o := range c.variants(def.Name) {
		if c.use(o.def, "entity") == nil {
			continue
		}
		none = false
		e := c.entities[o.def.Name]
		if e == nil || e.binding == nil {
			b.failed = true
			continue
		}
		result.Stub.Types = append(result.Stub.Types, spec.StubOf{Binding: e.binding, Keys: c.stubKeys(f, b, e, o)})
	}
	if none {
		b.report(u.pos, "no type of %s has @entity, so nothing says how to load one; add @entity to one of them, or remove @load", def.Name)
	}
	if b.failed || len(result.Stub.Types) == 0 {
		return nil
	}
	result.Binding = result.Stub.Types[0].Binding
	return result
}

// stubKeys returns where in an embedded object the parts of its key are; nil: where the entity has them.
func (c *compiler) stubKeys(f *field, b *binder, e *entity, target *object) []string {
	value := f.bound.values["key"].value
	parts := map[string]*ast.Value{}
	switch {
	case len(e.key) > 1:
		parts = b.partsOf(value, "key", e.key, `"/…"`)
	case value.Kind != ast.StringValue:
		b.report(value.Position, "the key of %s has one part; write where it is, such as key: %q, got %s", target.def.Name, f.inStub()+child("", e.key[0]), value)
		return nil
	default:
		parts[e.key[0]] = value
	}
	var keys []string
	same := true
	for _, name := range e.key {
		v, m := parts[name], target.field(name)
		if v == nil || m == nil {
			if v != nil {
				b.report(v.Position, "%s cannot be loaded for an embedded object: its key's part %q is no member of it; add it to %s, @inaccessible if clients should not see it",
					target.def.Name, name, target.def.Name)
			}
			b.failed = true
			continue
		}
		rest, inside := strings.CutPrefix(v.Raw, f.inStub())
		if !inside || rest == "" || pointerMistake(rest) != "" {
			b.report(v.Position, "the key of an embedded object stands in it; write a pointer from %s to it, such as %q", f.object.def.Name, f.inStub()+m.pointer())
			continue
		}
		keys = append(keys, rest)
		same = same && rest == m.pointer()
	}
	if same {
		return nil
	}
	return keys
}

// inStub is what the pointer to a key begins with that stands in an embedded object; of a list in each of them.
func (f *field) inStub() string {
	if f.def.Type.Elem == nil {
		return f.pointer()
	}
	return f.pointer() + "/*" + f.json.text("each")
}

// sparse reads the argument of that name: members of an entity that are null where an answer leaves them out.
func (c *compiler) sparse(b *binder, u *usage, of *object, e *entity) []string {
	if !u.has("sparse") {
		return nil
	}
	var names []string
	for _, n := range u.list("sparse") {
		name := n.value.Raw
		m := of.field(name)
		switch {
		case m == nil, !m.member() && !m.stub():
			b.c.report(u.site, n.pos, "%q is no member of %s; %s", name, of.def.Name, use(name, memberNames(of)))
		case slices.Contains(e.key, name):
			b.c.report(u.site, n.pos, "%q is the key of %s, by which it is loaded: it cannot be missing", name, of.def.Name)
		case slices.Contains(names, name):
			b.c.report(u.site, n.pos, "sparse has %q twice; keep one", name)
		default:
			names = append(names, name)
			continue
		}
		b.failed = true
	}
	return names
}

// memberNames are the names of a view's members.
func memberNames(o *object) []string {
	var names []string
	for _, f := range o.fields {
		if f.member() || f.stub() {
			names = append(names, f.def.Name)
		}
	}
	return names
}

// summaries are the members that the objects of an @http field may leave out: its sparse. They must be of an entity, whose key is a member.
func (c *compiler) summaries(f *field, b *binder, t *ast.Type) []string {
	u := f.bound
	if !u.has("sparse") {
		return nil
	}
	of, e := c.objects[t.Name()], c.entities[t.Name()]
	switch {
	case depth(t) > 1:
		b.report(u.at("sparse"), "the field is %s, a list of lists; sparse is for objects and lists of them", f.def.Type)
	case of == nil || e == nil:
		b.report(u.at("sparse"), "%s is no object type with @entity, so nothing says how to load what is missing; remove sparse", t.Name())
	case slices.ContainsFunc(e.key, func(part string) bool { return of.field(part) == nil }):
		b.report(u.at("sparse"), "the key of %s is no member of it, so that nothing can be loaded for its objects; add the member", t.Name())
	default:
		return c.sparse(b, u, of, e)
	}
	return nil
}
