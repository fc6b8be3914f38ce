package check

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// maxTags bounds the declared tags of a binding.
const maxTags = 16

// typeTags reads @cacheTag on a type. Its variables are members of the value, which must be one that a call answers by itself,
// because tags are those of whole values.
func (c *compiler) typeTags(o *object) {
	s := c.stored[o.def.Name]
	seen := map[string]bool{}
	for _, u := range c.uses[o.def] {
		if u.directive != "cacheTag" || !c.storable(o, u) {
			continue
		}
		if !s.whole {
			c.report(u.site, u.pos, "no call answers %s by itself: its values come inside other types, or as one of several; write @cacheTag on what holds them", o.def.Name)
			continue
		}
		t := &tagger{c, u.site, func(t *tagger, pos *ast.Position, name string) *spec.TagPart { return t.member(pos, o, name, name) }}
		s.tags = c.addTag(s.tags, t, u, seen)
	}
}

// fieldTags gives a field's binding its tags: those of the type it answers, and its own.
func (c *compiler) fieldTags(f *field) {
	if f.spoilt {
		return
	}
	var tags []spec.Tag
	if f.reads() {
		tags = c.answerTags(f)
	}
	seen := map[string]bool{}
	for _, u := range c.uses[f.def] {
		switch {
		case u.directive != "cacheTag":
		case f.object.root == ast.Mutation:
			c.report(u.site, u.pos, "what a mutation answers is not stored; remove @cacheTag, or say what it makes old with @invalidates")
		case !f.reads():
			c.report(u.site, u.pos, "only a field with @http has values of its own; write @cacheTag on the type that holds or answers it")
		default:
			tags = c.addTag(tags, &tagger{c, u.site, argumentOf(f)}, u, seen)
		}
	}
	if b := c.bound(f); b != nil && f.reads() {
		b.Binding.Tags = tags
	}
}

// answerTags are the tags of what a call answers: those of an object type, and for an interface or union the names of
// all its types, because only an object itself tells which it is.
func (c *compiler) answerTags(f *field) []spec.Tag {
	var tags []spec.Tag
	for _, o := range c.variants(c.answered(f)) {
		if o.def.Name == c.answered(f) {
			if f.def.Type.Name() != o.def.Name { // a connection's: the call is not known by its nodes' type otherwise
				tags = append(tags, spec.Tag{Kind: binding.TagType, Parts: []spec.TagPart{{TagPart: binding.TagPart{Text: o.def.Name}}}})
			}
			return append(tags, c.stored[o.def.Name].tags...)
		}
		tags = append(tags, spec.Tag{Kind: binding.TagType, Parts: []spec.TagPart{{TagPart: binding.TagPart{Text: o.def.Name}}}})
	}
	return tags
}

// addTag compiles one @cacheTag and adds it to a binding's tags. seen are the formats that the node has already, as written.
func (c *compiler) addTag(tags []spec.Tag, t *tagger, u *usage, seen map[string]bool) []spec.Tag {
	if !u.has("format") {
		return tags
	}
	text := u.text("format")
	tag := t.name(u.values["format"], "format")
	switch {
	case seen[text]:
		c.report(u.site, u.at("format"), "the tag %q stands here twice; keep one", text)
	case tag == nil:
	case countNames(tags) == maxTags:
		c.report(u.site, u.pos, "this is tag %d, and a value has at most %d, its type's included; remove some", maxTags+1, maxTags)
	default:
		tags = append(tags, *tag)
	}
	seen[text] = true
	return tags
}

// countNames is how many tags a schema declares: those of types come by themselves, and do not count towards maxTags.
func countNames(tags []spec.Tag) int {
	n := 0
	for _, t := range tags {
		if t.Kind == binding.TagName {
			n++
		}
	}
	return n
}

// argumentOf resolves the arguments of a field, and members of its input objects.
func argumentOf(f *field) func(*tagger, *ast.Position, string) *spec.TagPart {
	return func(t *tagger, pos *ast.Position, name string) *spec.TagPart {
		path := strings.Split(name, ".")
		args := t.c.arguments(f.def)
		a := findArgument(args, path[0])
		if a == nil {
			t.report(pos, "%s", noArgument(f, args, path[0]))
			return nil
		}
		typ := t.c.inputPath(t.site, pos, a.def.Type, path)
		if typ == nil || t.c.types[typ.Name()] == nil || !t.plain(pos, name, typ) {
			return nil
		}
		return &spec.TagPart{TagPart: binding.TagPart{Path: append([]string{a.def.Name}, path[1:]...)}}
	}
}

// noArgument is the message for a name that is no argument of a field.
func noArgument(f *field, args []*argument, name string) string {
	var names []string
	for _, a := range args {
		if a.def.Name == name {
			return fmt.Sprintf("the argument %q is called %q here by its @json(name:); write that", name, a.name)
		}
		names = append(names, a.name)
	}
	if len(names) == 0 {
		return fmt.Sprintf("there is no {%s}: %s has no arguments; remove it", name, f.name())
	}
	return fmt.Sprintf("there is no {%s}: %s has no such argument; %s", name, f.name(), use(name, names))
}
