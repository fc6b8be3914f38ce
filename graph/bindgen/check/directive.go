package check

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// notYet are the directives that the binding language knows and the compiler does not act on. They are errors, so that
// nobody takes a guard that does nothing for one that works.
var notYet = map[string]bool{
	"events": true,
}

// aside are the directives that do not say who answers a type or field: what they stand on is known without them, and
// stays so when they cannot be read.
var aside = map[string]bool{
	"cacheControl": true, "cacheTag": true, "invalidates": true, "cost": true, "listSize": true,
	"prefetch": true, "authenticated": true, "requiresScopes": true, "policy": true, "scopes": true,
}

// usage is one of our directives as written, with its arguments read.
type usage struct {
	site
	pos *ast.Position
	*literal
}

// use returns the first usage of a directive on a node; nil: none.
func (c *compiler) use(node any, name string) *usage {
	for _, u := range c.uses[node] {
		if u.directive == name {
			return u
		}
	}
	return nil
}

// checkDirectives reads every directive of the schema: its name, its place, its arguments.
func (c *compiler) checkDirectives() {
	c.uses = map[any][]*usage{}
	c.spoilt = map[any]bool{}
	for _, list := range []ast.SchemaDefinitionList{c.user.Schema, c.user.SchemaExtension} {
		for _, s := range list {
			c.readDirectives(c.user, "", s.Directives, ast.LocationSchema)
		}
	}
	for _, def := range c.order {
		c.readDirectives(def, def.Name, def.Directives, ast.DirectiveLocation(def.Kind))
		location := ast.LocationFieldDefinition
		if def.Kind == ast.InputObject {
			location = ast.LocationInputFieldDefinition
		}
		for _, f := range def.Fields {
			owner := def.Name + "." + f.Name
			c.readDirectives(f, owner, f.Directives, location)
			for _, a := range f.Arguments {
				c.readDirectives(a, owner+"("+a.Name+":)", a.Directives, ast.LocationArgumentDefinition)
			}
		}
		for _, v := range def.EnumValues {
			c.readDirectives(v, def.Name+"."+v.Name, v.Directives, ast.LocationEnumValue)
		}
	}
	for _, d := range c.user.Directives {
		for _, a := range d.Arguments {
			c.readDirectives(a, "@"+d.Name+"("+a.Name+":)", a.Directives, ast.LocationArgumentDefinition)
		}
	}
}

// readDirectives reads the directives of one node. The node is spoilt by one that cannot be read, unless it is aside.
func (c *compiler) readDirectives(node any, owner string, list ast.DirectiveList, at ast.DirectiveLocation) {
	for _, d := range list {
		before := len(c.problems)
		if u := c.readDirective(node, owner, d, at); u != nil {
			c.uses[node] = append(c.uses[node], u)
		}
		if len(c.problems) > before && !aside[d.Name] {
			c.spoilt[node] = true
		}
	}
}

// readDirective returns nil for a directive that is not ours, or that cannot be read.
func (c *compiler) readDirective(node any, owner string, d *ast.Directive, at ast.DirectiveLocation) *usage {
	s := site{d.Name, owner}
	def := c.decls[d.Name]
	switch {
	case notYet[d.Name]:
		c.report(s, d.Position, "the directive is not supported yet; remove it")
		return nil
	case def == nil:
		c.report(s, d.Position, "unknown directive; declare it or remove it%s", directiveHint(d.Name, slices.Collect(maps.Keys(c.decls))))
		return nil
	case !def.ours:
		return nil // the user's own, or the specification's: gqlgen's and gqlparser's business
	case !slices.Contains(def.Locations, at):
		c.report(s, d.Position, "the directive cannot stand on %s; it belongs on %s", place(at), places(def.Locations))
		return nil
	case !def.IsRepeatable && c.use(node, d.Name) != nil:
		c.report(s, d.Position, "the directive stands here twice; keep one")
		return nil
	}
	r := reader{c, s}
	given := make([]written, len(d.Arguments))
	for i, a := range d.Arguments {
		given[i] = written{a.Name, a.Value, a.Position}
	}
	params := make([]param, len(def.Arguments))
	for i, a := range def.Arguments {
		params[i] = param{a.Name, a.Type, a.DefaultValue}
	}
	return &usage{s, d.Position, r.literal("", params, given, d.Position)}
}

func directiveHint(name string, names []string) string {
	if best := closest(name, names); best != "" {
		return ` (did you mean "@` + best + `"?)`
	}
	return ""
}

// place names a location in a sentence.
func place(l ast.DirectiveLocation) string {
	return map[ast.DirectiveLocation]string{
		ast.LocationSchema: "the schema", ast.LocationScalar: "a scalar", ast.LocationObject: "an object type",
		ast.LocationFieldDefinition: "a field", ast.LocationArgumentDefinition: "an argument",
		ast.LocationInterface: "an interface", ast.LocationUnion: "a union", ast.LocationEnum: "an enum",
		ast.LocationEnumValue: "an enum value", ast.LocationInputObject: "an input type",
		ast.LocationInputFieldDefinition: "an input field",
	}[l]
}

func places(list []ast.DirectiveLocation) string {
	text := place(list[0])
	for i, l := range list[1:] {
		if i == len(list)-2 {
			text += " or " + place(l)
		} else {
			text += ", " + place(l)
		}
	}
	return text
}
