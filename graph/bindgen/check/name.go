package check

import (
	"slices"

	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

// reservedMethods are methods by which Go or gqlgen recognise values that encode themselves: a member must not look so.
var reservedMethods = map[string]bool{
	"MarshalGQL": true, "UnmarshalGQL": true, "MarshalGQLContext": true, "UnmarshalGQLContext": true,
	"MarshalJSON": true, "UnmarshalJSON": true, "MarshalText": true, "UnmarshalText": true,
}

// checkNames checks that the Go names of generated things are different. gqlgen and the templates make Go names of GraphQL
// names in the same way (templates.ToGo), which is not one to one: product_id and productID are one name in Go.
func (c *compiler) checkNames() {
	types, derived := map[string]string{}, map[string]string{}
	for _, def := range c.order {
		goName := templates.ToGo(def.Name)
		if first, twice := types[goName]; twice {
			c.report(site{owner: def.Name}, def.Position, "the types %s and %s are both %s in Go; rename one", first, def.Name, goName)
		}
		types[goName] = def.Name
		for _, name := range c.derivedNames(def, goName) {
			derived[name] = def.Name
		}
	}
	for _, def := range c.order {
		goName := templates.ToGo(def.Name)
		if from, taken := derived[goName]; taken {
			c.report(site{owner: def.Name}, def.Position, "the Go name %s is generated for %s; rename the type", goName, from)
		}
		if def.Kind == ast.Object || def.Kind == ast.InputObject || def.Kind == ast.Interface {
			c.checkFieldNames(def)
		}
	}
}

// derivedNames are the Go names that package model has for a type beside its own.
func (c *compiler) derivedNames(def *ast.Definition, goName string) []string {
	switch o := c.objects[def.Name]; {
	case o != nil && o.view:
		return []string{"Decode" + goName, "New" + goName, goName + "Shape", goName + "Fields"}
	case def.Kind == ast.Enum:
		names := []string{"Decode" + goName, goName + "JSON", "All" + goName}
		for _, v := range def.EnumValues {
			names = append(names, goName+templates.ToGo(v.Name))
		}
		return names
	case def.Kind == ast.Scalar && c.options.Parsers[goName]:
		return []string{"Decode" + goName, "Parse" + goName}
	case def.IsAbstractType():
		return []string{"Decode" + goName}
	}
	return nil
}

// checkFieldNames checks the Go names of a type's fields, which are methods of a view and members of a struct.
func (c *compiler) checkFieldNames(def *ast.Definition) {
	taken := map[string]string{}
	for _, name := range c.abstracts(def) {
		taken["Is"+templates.ToGo(name)] = "the method that makes it one of " + name
	}
	for _, f := range def.Fields {
		s, goName := site{owner: def.Name + "." + f.Name}, templates.ToGo(f.Name)
		first, twice := taken[goName]
		o := c.objects[def.Name]
		switch {
		case twice && first != "the field "+f.Name: // else the field is declared twice, which is reported
			c.report(s, f.Position, "%s is already the Go name of %s; rename the field", goName, first)
		case o != nil && o.view && reservedMethods[goName]:
			c.report(s, f.Position, "%s is a method that means something in Go; rename the field", goName)
		}
		taken[goName] = "the field " + f.Name
	}
}

// abstracts are the interfaces and unions that an object type belongs to, sorted.
func (c *compiler) abstracts(def *ast.Definition) []string {
	var names []string
	for name, impls := range c.impls {
		for _, d := range impls {
			if d.Name == def.Name && c.types[name] != nil {
				names = append(names, name)
				break
			}
		}
	}
	slices.Sort(names)
	return names
}
