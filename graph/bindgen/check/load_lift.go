package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// lifts reports whether a field is a member of a loaded object, and not that object: it has @load with at.
func (f *field) lifts() bool { return f.answer == byLoad && f.bound.given["at"] != nil }

// byKeys reports whether a field is loaded by a list of keys.
func (f *field) byKeys() bool { return f.answer == byLoad && f.def.Type.Elem != nil && !f.lifts() }

// plantLifts gives each place in a loaded object that @load names a member of the entity's type, hidden unless there is one of that type already.
func (c *compiler) plantLifts() {
	c.lifted = map[*ast.FieldDefinition]string{}
	for _, def := range c.order {
		for _, f := range def.Fields {
			load := f.Directives.ForName("load")
			if load == nil || load.Arguments.ForName("at") == nil || load.Arguments.ForName("type") == nil {
				continue
			}
			at, of := load.Arguments.ForName("at").Value, c.types[load.Arguments.ForName("type").Value.Raw]
			if of != nil && of.Kind == ast.Object && at.Kind == ast.StringValue && at.Raw != "" && pointerMistake(at.Raw) == "" {
				c.lifted[f] = plantLift(of, def.Name, f, at)
			}
		}
	}
}

// plantLift returns the name of the member of a type that a field of another one is.
func plantLift(of *ast.Definition, owner string, f *ast.FieldDefinition, at *ast.Value) string {
	t := *f.Type
	t.NonNull = false
	for _, m := range of.Fields {
		if isMemberAt(m, at.Raw, "") && strings.TrimSuffix(m.Type.String(), "!") == t.String() {
			return m.Name
		}
	}
	name := strings.ToLower(owner[:1]) + owner[1:] + strings.ToUpper(f.Name[:1]) + f.Name[1:]
	for n, taken := 2, name; of.Fields.ForName(name) != nil; n++ {
		name = taken + strconv.Itoa(n)
	}
	of.Fields = append(slices.Clip(of.Fields), hiddenMember(name, &t, at.Raw, "", at.Position))
	return name
}

// hiddenMember is a member as a schema would write it.
func hiddenMember(name string, t *ast.Type, at, each string, pos *ast.Position) *ast.FieldDefinition {
	text := func(name, raw string) *ast.Argument {
		return &ast.Argument{Name: name, Value: &ast.Value{Kind: ast.StringValue, Raw: raw, Position: pos}, Position: pos}
	}
	place := &ast.Directive{Name: "json", Arguments: ast.ArgumentList{text("at", at)}, Position: pos}
	if each != "" {
		place.Arguments = append(place.Arguments, text("each", each))
	}
	return &ast.FieldDefinition{Name: name, Type: t, Position: pos, Directives: ast.DirectiveList{place, {Name: "inaccessible", Position: pos}}}
}

// liftTarget returns the name of the entity that a field is a member of; "" when it can be of none, which has been reported.
func (c *compiler) liftTarget(f *field, b *binder) string {
	u := f.bound
	c.pointer(u.site, u.literal, "", "at")
	name := u.text("type")
	switch {
	case u.missing("type"):
		b.report(u.at("at"), "at is a place in a loaded object, and nothing says of which type that is; add type, the name of an @entity, or remove at")
	case !u.has("type") || !u.has("at") || u.wrong["at"]:
		b.failed = true
	case c.types[name] == nil || c.types[name].Kind != ast.Object:
		b.report(u.at("type"), "%q is no object type; name one with @entity%s", name, hint(name, c.typeNames(isObject)))
	default:
		return c.entityNamed(b, name, u.at("type"))
	}
	return ""
}
