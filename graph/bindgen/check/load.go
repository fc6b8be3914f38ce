package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// load compiles a @load field: it has no call of its own, and says only where the values of its entity's key come from. nil
// when something is wrong, which has been reported.
func (c *compiler) load(f *field) *spec.Field {
	if f.stub() {
		return c.embedded(f)
	}
	u, args := f.bound, c.arguments(f.def)
	b := &binder{c: c, site: u.site, lookup: fieldLookup(f, args), failed: c.spoilt[f.def]}
	target := c.loadTarget(f, b)
	f.spoilt = f.spoilt || target == ""
	e := c.entities[target]
	if e == nil || !u.has("key") {
		return nil
	}
	if !u.missing("stub") {
		b.report(u.at("stub"), "stub is about an embedded object; say where it is by @json(at:), or remove stub")
	}
	keys := c.loadKey(f, b, e, target)
	part, args := c.loadPart(f, b, args)
	c.checkUsed(f, args, b)
	if b.failed || e.binding == nil {
		return nil
	}
	result := &spec.Field{Object: f.object.def.Name, Def: f.def, Binding: e.binding, Keys: f.byKeys(), Part: part, Lift: c.lifted[f.def]}
	for _, v := range keys {
		result.Sources = append(result.Sources, v.Source)
	}
	return result
}

// loadPart reads which of a list of keys are loaded, and returns the arguments that do not say that; nil: all of them are.
func (c *compiler) loadPart(f *field, b *binder, args []*argument) (*binding.Part, []*argument) {
	u := f.bound
	if u.missing("first") && u.missing("skip") {
		return nil, args
	}
	switch {
	case !f.byKeys():
		b.report(u.pos, "first and skip are for a list of keys, and the field is %s; remove them", f.def.Type)
		return nil, args
	case u.missing("first"):
		b.report(u.at("skip"), "skip without first leaves keys out that nothing brings back; add first")
		return nil, args
	case u.text("first") == u.text("skip"):
		b.report(u.at("skip"), "first and skip are both the argument %q; name two", u.text("skip"))
		return nil, args
	}
	rest := slices.Clone(args)
	for _, name := range []string{"first", "skip"} {
		if u.has(name) {
			rest = c.partArgument(f, b, name, rest)
		}
	}
	return &binding.Part{Field: f.name(), First: u.text("first"), Skip: u.text("skip")}, rest
}

// partArgument checks the argument that one of first and skip names, and returns the others.
func (c *compiler) partArgument(f *field, b *binder, of string, args []*argument) []*argument {
	name, pos := f.bound.text(of), f.bound.at(of)
	i := slices.IndexFunc(args, func(a *argument) bool { return a.def.Name == name })
	switch {
	case i < 0:
		b.report(pos, "%s: there is no other argument %q; add it: %[2]s: Int", of, name)
		return args
	case args[i].def.Type.NamedType != "Int":
		b.report(pos, "%s: the argument %q is %s, and it is a number of keys; make it Int", of, name, args[i].def.Type)
	}
	return slices.Delete(args, i, i+1)
}

// loadTarget returns the name of the type whose entity is loaded; "" when no type can be, which has been reported. The type
// it names may still have no entity.
func (c *compiler) loadTarget(f *field, b *binder) string {
	u := f.bound
	def := c.types[f.def.Type.Name()]
	switch {
	case def == nil:
		b.failed = true
		return ""
	case f.lifts():
		return c.liftTarget(f, b)
	case def.IsLeafType():
		b.report(u.pos, "the field is %s, and @load gives an object; make it an @entity type, or a member without @load", f.def.Type)
		return ""
	case depth(f.def.Type) > 1:
		b.report(u.pos, "the field is %s, a list of lists; @load gives one object or one list", f.def.Type)
		return ""
	case def.Kind == ast.Object && u.given["type"] != nil:
		b.report(u.given["type"], "type is for interfaces and unions, and the field is %s; remove it", def.Name)
		return ""
	case def.Kind == ast.Object:
		return c.entityNamed(b, def.Name, u.pos)
	}
	return c.loadVariant(b, u, def)
}

// loadVariant returns the entity that stands for an interface or union.
func (c *compiler) loadVariant(b *binder, u *usage, def *ast.Definition) string {
	var names []string
	for _, o := range c.variants(def.Name) {
		names = append(names, o.def.Name)
	}
	name := u.text("type")
	switch {
	case len(names) == 0:
		b.report(u.pos, "no object type is one of %s, so there is none to load; add one with @entity", def.Name)
		return ""
	case u.missing("type"):
		b.report(u.pos, "%s is %s; name the entity to load, such as type: %q", def.Name, aKind(def.Kind), names[0])
		return ""
	case !u.has("type"):
		b.failed = true
		return ""
	case !slices.Contains(names, name):
		b.report(u.at("type"), "%q is none of %s; %s", name, def.Name, use(name, names))
		return ""
	}
	return c.entityNamed(b, name, u.at("type"))
}

// entityNamed returns the name, and reports a type without @entity.
func (c *compiler) entityNamed(b *binder, name string, pos *ast.Position) string {
	if c.use(c.types[name], "entity") == nil && !c.spoilt[c.types[name]] {
		b.report(pos, "%s has no @entity, so nothing says how to load it; add @entity to %s, or answer this field by @http", name, name)
	}
	return name
}

// loadKey resolves the key's parts, in the order of the entity's key.
func (c *compiler) loadKey(f *field, b *binder, e *entity, target string) []*variable {
	value := f.bound.values["key"].value
	single := len(e.key) == 1
	if single && value.Kind != ast.StringValue {
		b.report(value.Position, "the key of %s has one part; write the name of a member or argument, such as key: %q, got %s", target, e.key[0], value)
		return nil
	}
	parts := map[string]*ast.Value{}
	if single {
		parts[e.key[0]] = value
	} else if len(e.key) > 1 {
		if parts = b.partsOf(value, "key", e.key, `"…"`); parts == nil {
			return nil
		}
	}
	var list []*variable
	for _, part := range e.key {
		if v := c.keyPart(f, b, parts[part], single); v != nil {
			list = append(list, v)
			b.vars = append(b.vars, v)
		}
	}
	return list
}

// keyPointerMistake says why a pointer is no key.
func keyPointerMistake(pointer string, list bool) string {
	switch mistake := keyPointer(pointer); {
	case mistake != "":
		return fmt.Sprintf("key %q %s", pointer, mistake)
	case !list:
		return fmt.Sprintf("key %q has a *, which stands for an element of a list, and there is one key here; write a pointer to that", pointer)
	}
	return fmt.Sprintf("key %q leads through more than one list, or none; one * stands for an element of one, as in /tags/*/id", pointer)
}

// keyPart resolves one part of a key, a member or argument or an input object's member, and checks that its type can be one.
// single says that it is the key's only part: then it may be a list, of which each element is a key.
func (c *compiler) keyPart(f *field, b *binder, value *ast.Value, single bool) *variable {
	name := value.Raw
	if trimmed := strings.Trim(name, "{}"); trimmed != name {
		b.report(value.Position, "key is a name, not a template; write %q", trimmed)
		return nil
	}
	if planted := c.planted[value]; planted != "" {
		name = planted
	} else if strings.HasPrefix(name, "/") && f.object.root == "" {
		b.report(value.Position, "%s", keyPointerMistake(name, f.byKeys() && single))
		return nil
	}
	path := strings.Split(name, ".")
	v := b.find(value.Position, path[0])
	if v == nil {
		return nil
	}
	t := c.inputPath(b.site, value.Position, v.Type, path)
	if t == nil || c.types[t.Name()] == nil {
		b.failed = true
		return nil
	}
	v.Type, v.Source.Path = t, path[1:]
	one, many := t, f.byKeys()
	switch {
	case t.Elem != nil && !single:
		b.report(value.Position, "%q is %s; a part of a key of several is single", name, t)
		return nil
	case t.Elem != nil && f.lifts():
		b.report(value.Position, "%q is the list %s, and with at the field is a member of one object; make the key single", name, t)
		return nil
	case t.Elem != nil && !many:
		b.report(value.Position, "%q is the list %s and the field is %s; make the field a list, or the key single", name, t, f.def.Type)
		return nil
	case t.Elem == nil && many:
		b.report(value.Position, "%q is %s and the field is the list %s; make the key a list, or the field single", name, t, f.def.Type)
		return nil
	case t.Elem != nil:
		one = t.Elem
	}
	if mistake := keyMistake(`"`+name+`"`, one); mistake != "" {
		b.report(value.Position, "%s", mistake)
		return nil
	}
	return v
}
