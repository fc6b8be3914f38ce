package check

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// invalidates reads every @invalidates of a field and gives its binding what they say.
func (c *compiler) invalidates(f *field) {
	if f.spoilt {
		return
	}
	var tags []spec.Tag
	seen := map[string]bool{}
	for _, u := range c.uses[f.def] {
		switch {
		case u.directive != "invalidates":
		case f.object.root != ast.Mutation || f.answer != byHTTP:
			c.report(u.site, u.pos, "only a field of Mutation with @http changes something at an upstream; remove @invalidates")
		default:
			tags = append(tags, c.invalidated(f, u, seen)...)
		}
	}
	if b := c.bound(f); b != nil {
		b.Binding.Invalidates = tags
	}
}

// invalidated compiles one @invalidates. seen is what the field's others have named.
func (c *compiler) invalidated(f *field, u *usage, seen map[string]bool) []spec.Tag {
	if len(u.given) == 0 && len(u.wrong) == 0 {
		c.report(u.site, u.pos, "the directive says nothing; give tags, types or keys")
	}
	var tags []spec.Tag
	t := &tagger{c, u.site, resultOrArgument(f)}
	for _, list := range []struct {
		name    string
		compile func(*node) *spec.Tag
	}{
		{"tags", func(n *node) *spec.Tag { return t.name(n, "tag") }},
		{"types", t.typeName},
		{"keys", t.key},
	} {
		if u.has(list.name) && len(u.list(list.name)) == 0 {
			c.report(u.site, u.at(list.name), "%s is empty; name one, or leave it out", list.name)
		}
		for _, n := range u.list(list.name) {
			id := list.name + ":" + n.value.Raw
			if seen[id] {
				c.report(u.site, n.pos, "%s names %q twice; keep one", list.name, n.value.Raw)
				continue
			}
			seen[id] = true
			if tag := list.compile(n); tag != nil {
				tags = append(tags, *tag)
			}
		}
	}
	return tags
}

// resultOrArgument resolves the variables of a mutation: {result.member}, arguments, and members of its input objects.
func resultOrArgument(f *field) func(*tagger, *ast.Position, string) *spec.TagPart {
	argument := argumentOf(f)
	return func(t *tagger, pos *ast.Position, name string) *spec.TagPart {
		path := strings.Split(name, ".")
		if path[0] != "result" {
			return argument(t, pos, name)
		}
		if findArgument(t.c.arguments(f.def), "result") != nil {
			t.report(pos, `"result" is both an argument of %s and what it answers; rename the argument with @json(name:)`, f.name())
			return nil
		}
		return t.result(pos, f, path)
	}
}

// result resolves a member of the object that a mutation answers. path is {"result", member}.
func (t *tagger) result(pos *ast.Position, f *field, path []string) *spec.TagPart {
	typ := f.def.Type
	o := t.c.objects[typ.Name()]
	switch written := strings.Join(path, "."); {
	case t.c.types[typ.Name()] == nil:
		return nil // reported
	case typ.Elem != nil || o == nil:
		t.report(pos, "{%s} is no member: %s answers %s, which is not one object of a known type; use arguments", written, f.name(), typ)
		return nil
	case len(path) != 2:
		t.report(pos, "{%s} is no member of %s itself; write one, such as {result.%s}", written, typ.Name(), o.def.Fields[0].Name)
		return nil
	default:
		return t.member(pos, o, path[1], written)
	}
}

// typeName compiles an element of types: an object type whose values calls give.
func (t *tagger) typeName(n *node) *spec.Tag {
	name := n.value.Raw
	var names []string
	for _, def := range t.c.order {
		if s := t.c.stored[def.Name]; s != nil && (s.whole || s.variant) {
			names = append(names, def.Name)
		}
	}
	def := t.c.types[name]
	switch {
	case slices.Contains(names, name):
		return &spec.Tag{Kind: binding.TagType, Parts: []spec.TagPart{{TagPart: binding.TagPart{Text: name}}}}
	case def == nil:
		t.report(n.pos, "unknown type %q; %s", name, use(name, names))
	case def.Kind != ast.Object:
		t.report(n.pos, "%s is %s; name object types, such as all that it stands for", name, aKind(def.Kind))
	default:
		t.report(n.pos, "no call that reads answers %s, so none of its values are stored; %s", name, use(name, names))
	}
	return nil
}

// key compiles an element of keys: "Type:key". The type's name becomes literal text at the front of the tag's template.
func (t *tagger) key(n *node) *spec.Tag {
	name, key, found := strings.Cut(n.value.Raw, ":")
	if !found {
		t.report(n.pos, `key %q names no type; write "Type:{…}"`, n.value.Raw)
		return nil
	}
	e := t.c.entities[name]
	if e == nil {
		var names []string
		for _, def := range t.c.order {
			if t.c.entities[def.Name] != nil {
				names = append(names, def.Name)
			}
		}
		if def := t.c.types[name]; def == nil || !t.c.spoilt[def] {
			t.report(n.pos, "key %q: there is no entity %q; %s", n.value.Raw, name, use(name, names))
		}
		return nil
	}
	if len(e.key) > 1 {
		t.report(n.pos, "key %q: the key of %s has %d parts, which cannot be written here; use types, or tags with @cacheTag on %s", n.value.Raw, name, len(e.key), name)
		return nil
	}
	if key == "" {
		t.report(n.pos, `key %q has no key behind the colon; write "%s:{…}"`, n.value.Raw, name)
		return nil
	}
	tag := t.tag(n.pos, binding.TagKey, "key", n.value.Raw, key)
	if tag == nil {
		return nil
	}
	if first := &tag.Parts[0]; first.Text != "" {
		first.Text = name + ":" + first.Text
		return tag
	}
	tag.Parts = slices.Insert(tag.Parts, 0, spec.TagPart{TagPart: binding.TagPart{Text: name + ":"}})
	return tag
}
