package check

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/bindgen/spec"
	"weft/graph/binding"
)

// tagVariable is what stands between the braces of a tag: a name, or an input's member.
var tagVariable = regexp.MustCompile(`^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$`)

// readTag splits a tag into literal text and, in braces, the names of variables. A variable is a part that has its name as
// Member, until tag puts what it stands for in the place of that. mistake says what is wrong with the tag; "" nothing.
func readTag(text string) (parts []spec.TagPart, mistake string) {
	if text == "" {
		return nil, "is empty; write text, with {variables} in it"
	}
	for rest := text; rest != ""; {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			return append(parts, spec.TagPart{TagPart: binding.TagPart{Text: rest}}), ""
		}
		if rest[open] == '}' {
			return nil, "has a } without a { before it; remove it"
		}
		if open > 0 {
			parts = append(parts, spec.TagPart{TagPart: binding.TagPart{Text: rest[:open]}})
		}
		name, behind, closed := strings.Cut(rest[open+1:], "}")
		switch {
		case !closed || strings.Contains(name, "{"):
			return nil, "has a { without a } behind it; add it"
		case !tagVariable.MatchString(name):
			return nil, fmt.Sprintf("has {%s}, which is no variable; write a name, such as {id}", name)
		}
		parts = append(parts, spec.TagPart{Member: name})
		rest = behind
	}
	return parts, ""
}

// tagger compiles the tags of one directive. Which variables they may have depends on what it stands on: members of a type,
// arguments of a field (argumentOf), or these and what a mutation answers (resultOrArgument).
type tagger struct {
	c *compiler
	site
	resolve func(t *tagger, pos *ast.Position, name string) *spec.TagPart // nil for a mistake, which it has reported
}

func (t *tagger) report(pos *ast.Position, format string, args ...any) {
	t.c.report(t.site, pos, format, args...)
}

// name compiles a tag by name; nil: it is wrong, which has been reported. what is the argument that it stands in.
func (t *tagger) name(n *node, what string) *spec.Tag {
	text := n.value.Raw
	if i := strings.IndexFunc(text, notInTag); i >= 0 {
		t.report(n.pos, "%s %q has a %q, and tags go out in a header with commas between them; use ASCII letters, digits and signs", what, text, []rune(text[i:])[0])
		return nil
	}
	return t.tag(n.pos, binding.TagName, what, text, text)
}

// notInTag reports whether a character cannot stand in a tag: Cache-Tag is a header of ASCII, its elements end at a comma.
func notInTag(r rune) bool { return r <= ' ' || r > '~' || r == ',' }

// tag compiles the template of a tag, which is all of the text as written, or the end of it.
func (t *tagger) tag(pos *ast.Position, kind binding.TagKind, what, text, template string) *spec.Tag {
	parts, mistake := readTag(template)
	if mistake != "" {
		t.report(pos, "%s %q %s", what, text, mistake)
		return nil
	}
	right := true
	for i, p := range parts {
		if p.Member == "" {
			continue
		}
		if found := t.resolve(t, pos, p.Member); found != nil {
			parts[i] = *found
		} else {
			right = false
		}
	}
	if !right {
		return nil
	}
	return &spec.Tag{Kind: kind, Parts: parts}
}

// member resolves a member of an object type. written is how the tag calls it.
func (t *tagger) member(pos *ast.Position, o *object, name, written string) *spec.TagPart {
	m := o.field(name)
	var names []string
	for _, f := range o.fields {
		if f.answer == byMember && !f.spoilt {
			names = append(names, f.def.Name)
		}
	}
	switch {
	case m == nil:
		t.report(pos, "there is no {%s}: %s has no member %q; %s", written, o.def.Name, name, use(name, names))
		return nil
	case m.spoilt || t.c.types[m.def.Type.Name()] == nil:
		return nil // reported
	case m.bound != nil:
		t.report(pos, "{%s} is answered by @%s, and tags take members of JSON; %s", written, m.bound.directive, use(name, names))
		return nil
	case !t.plain(pos, written, m.def.Type):
		return nil
	}
	if def := t.c.types[m.def.Type.Name()]; slices.ContainsFunc(def.EnumValues, func(v *ast.EnumValueDefinition) bool { return t.c.spelling(v) != v.Name }) {
		t.report(pos, "{%s} is %s, whose values are spelt differently in JSON, so that an argument would never give the same tag; use another member", written, m.def.Type)
		return nil
	}
	return &spec.TagPart{TagPart: binding.TagPart{Slot: m.slot}, Member: name}
}

// plain checks that a value can stand in a tag.
func (t *tagger) plain(pos *ast.Position, written string, typ *ast.Type) bool {
	def := t.c.types[typ.Name()]
	switch {
	case typ.Elem != nil:
		t.report(pos, "{%s} is the list %s, and a tag takes one value; use another", written, typ)
	case !keyTypes[typ.NamedType] && def.Kind != ast.Enum:
		t.report(pos, "{%s} is %s, and a tag takes an ID, String, Int or enum; use another", written, typ)
	default:
		return true
	}
	return false
}
