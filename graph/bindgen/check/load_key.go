package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// plantKeys gives the keys of @load that are JSON pointers a member of their own, as a schema would write it: hidden, and read at that pointer.
// Where a type has the member already, it is that one. In an embedded object ([field.stub]) keys stand as they are written.
func (c *compiler) plantKeys() {
	c.planted = map[*ast.Value]string{}
	for _, def := range c.order {
		if _, root := c.roots[def.Name]; root || def.Kind != ast.Object {
			continue
		}
		def.Fields = slices.Clone(def.Fields)
		for _, f := range def.Fields {
			load := f.Directives.ForName("load")
			if load == nil || f.Directives.ForName("json") != nil || load.Arguments.ForName("key") == nil {
				continue
			}
			key := load.Arguments.ForName("key").Value
			c.plantKey(def, f, key, f.Name+"Key", f.Type.Elem != nil && load.Arguments.ForName("at") == nil)
			for _, part := range key.Children {
				c.plantKey(def, f, part.Value, f.Name+"Key"+strings.ToUpper(part.Name[:min(1, len(part.Name))])+part.Name[min(1, len(part.Name)):], false)
			}
		}
	}
}

// plantKey gives one key, or part of one, its member. list says that the field is loaded by a list of keys, in which * stands for an element.
func (c *compiler) plantKey(def *ast.Definition, f *ast.FieldDefinition, key *ast.Value, name string, list bool) {
	if key.Kind != ast.StringValue || !strings.HasPrefix(key.Raw, "/") || keyPointer(key.Raw) != "" {
		return
	}
	at, each, found := strings.Cut(key.Raw, "/*")
	if found && (!list || at == "" || each != "" && each[0] != '/' || strings.Contains(each, "/*")) {
		return
	}
	for _, m := range def.Fields {
		if isMemberAt(m, at, each) {
			c.planted[key] = m.Name
			return
		}
	}
	for n, taken := 2, name; def.Fields.ForName(name) != nil; n++ {
		name = taken + strconv.Itoa(n)
	}
	c.planted[key] = name
	t := ast.NamedType("ID", key.Position)
	if list {
		t = ast.ListType(t, key.Position)
	}
	def.Fields = append(def.Fields, hiddenMember(name, t, at, each, key.Position))
}

// keyPointer says why a text is no pointer, in which * stands for an element of a list; "" when it is one.
func keyPointer(text string) string { return pointerMistake(strings.ReplaceAll(text, "/*", "/0")) }

// isMemberAt reports whether a field is a member that stands at a pointer, of a list with another one into each element.
func isMemberAt(f *ast.FieldDefinition, at, each string) bool {
	for _, by := range []string{"load", "http", "resolver", "given"} {
		if f.Directives.ForName(by) != nil {
			return false
		}
	}
	text := func(argument, otherwise string) string {
		if place := f.Directives.ForName("json"); place != nil {
			if a := place.Arguments.ForName(argument); a != nil {
				return a.Value.Raw
			}
		}
		return otherwise
	}
	return text("at", child("", f.Name)) == at && text("each", "") == each
}
