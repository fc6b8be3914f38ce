package check

import (
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/scalar"
)

// shipped returns which scalar of package scalar a type is: one of that name, unless the schema's Go has its own.
func (c *compiler) shipped(def *ast.Definition) (of scalar.Scalar, ok bool) {
	if def == nil || def.Kind != ast.Scalar || c.options.Parsers[templates.ToGo(def.Name)] || c.options.Models != nil && c.options.Models(def.Name) {
		return of, false
	}
	of, ok = scalar.Shipped[def.Name]
	return of, ok
}

// checkLeafDefaults checks the defaults of arguments and input fields that are scalars of package scalar, or enums. A Decimal that is written as a
// number would be a float where gqlgen reads it.
func (c *compiler) checkLeafDefaults() {
	for _, def := range c.order {
		for _, f := range def.Fields {
			c.checkLeafDefault(site{owner: def.Name + "." + f.Name}, f.Type, f.DefaultValue)
			for _, a := range f.Arguments {
				c.checkLeafDefault(site{owner: def.Name + "." + f.Name + "(" + a.Name + ":)"}, a.Type, a.DefaultValue)
			}
		}
	}
}

func (c *compiler) checkLeafDefault(s site, t *ast.Type, v *ast.Value) {
	if v == nil || v.Kind == ast.NullValue {
		return
	}
	def := c.types[t.Name()]
	if t.Elem != nil && v.Kind == ast.ListValue {
		for _, child := range v.Children {
			c.checkLeafDefault(s, t.Elem, child.Value)
		}
		return
	}
	if def != nil && def.Kind == ast.InputObject {
		for _, child := range v.Children {
			if f := def.Fields.ForName(child.Name); f != nil {
				c.checkLeafDefault(s, f.Type, child.Value)
			}
		}
		return
	}
	switch of, ok := c.shipped(def); {
	case def != nil && def.Kind == ast.Enum && v.Raw == c.fallback(def) && v.Kind == ast.EnumValue:
		c.report(s, v.Position, "the default %s is the fallback of %s, which is never sent; write another value, or none", v, def.Name)
	case !ok:
	case !of.Takes(v):
		c.report(s, v.Position, "the default %s is no %s; write one such as %s", v, def.Name, of.Example)
	case def.Name == "Decimal" && v.Kind != ast.StringValue && v.Kind != ast.BlockValue:
		c.report(s, v.Position, "the default %s would be a float, which holds fewer digits; write it as text: %q", v, v.Raw)
	}
}
