package check

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// checkDefaults refuses defaults of input fields that have themselves in them, as that of a in input A { a: A = {} } has: nobody could write
// them (GraphQL, September 2025, section 3.10).
func (c *compiler) checkDefaults() {
	for _, def := range c.order {
		if def.Kind != ast.InputObject {
			continue
		}
		for _, f := range def.Fields {
			if f.DefaultValue != nil && c.endless(f.Type, f.DefaultValue, []*ast.FieldDefinition{f}) {
				c.report(site{owner: def.Name + "." + f.Name}, f.Position, "its default has defaults of its members in it, and one of those is itself; say what ends it, or remove the default")
			}
		}
	}
}

// endless reports whether a value of a type with all defaults in it has one that is within itself.
func (c *compiler) endless(t *ast.Type, v *ast.Value, within []*ast.FieldDefinition) bool {
	if v.Kind == ast.ListValue {
		return slices.ContainsFunc(v.Children, func(e *ast.ChildValue) bool { return c.endless(elementOf(t), e.Value, within) })
	}
	def := c.types[t.Name()]
	if v.Kind != ast.ObjectValue || def == nil {
		return false
	}
	return slices.ContainsFunc(def.Fields, func(f *ast.FieldDefinition) bool {
		switch given := v.Children.ForName(f.Name); {
		case given != nil:
			return c.endless(f.Type, given, within)
		case f.DefaultValue == nil:
			return false
		}
		return slices.Contains(within, f) || c.endless(f.Type, f.DefaultValue, append(slices.Clip(within), f))
	})
}

// elementOf is the type of the elements of a list.
func elementOf(t *ast.Type) *ast.Type {
	if t.Elem != nil {
		return t.Elem
	}
	return t
}

// defaultJSON writes an input field's default as the JSON that a body gets for it: enum values and members of inputs in
// their spelling there, and members that are left out by their own defaults.
func (c *compiler) defaultJSON(t *ast.Type, v *ast.Value) string {
	if t.Elem != nil && v.Kind != ast.ListValue && v.Kind != ast.NullValue {
		return "[" + c.defaultJSON(t.Elem, v) + "]" // a single value stands for a list of one
	}
	switch v.Kind {
	case ast.StringValue, ast.BlockValue:
		if of, _ := c.shipped(c.types[t.Name()]); of.Number {
			return v.Raw
		}
		return quote(v.Raw)
	case ast.EnumValue:
		if def := c.types[t.Name()]; def != nil {
			if e := def.EnumValues.ForName(v.Raw); e != nil && c.numeric(def) {
				return c.spelling(e)
			} else if e != nil {
				return quote(c.spelling(e))
			}
		}
		return quote(v.Raw)
	case ast.ListValue:
		text := "["
		for i, item := range v.Children {
			if i > 0 {
				text += ","
			}
			text += c.defaultJSON(elementOf(t), item.Value)
		}
		return text + "]"
	case ast.ObjectValue:
		return c.defaultObject(t, v)
	case ast.IntValue:
		if t.Name() == "ID" {
			return quote(v.Raw)
		}
	}
	return v.Raw
}

// defaultObject writes an input object's members, or those of a custom scalar's value.
func (c *compiler) defaultObject(t *ast.Type, v *ast.Value) string {
	text := ""
	add := func(name string, t *ast.Type, v *ast.Value) { text += "," + quote(name) + ":" + c.defaultJSON(t, v) }
	def := c.types[t.Name()]
	if def == nil || def.Kind != ast.InputObject {
		for _, f := range v.Children {
			add(f.Name, t, f.Value)
		}
	} else {
		for _, f := range def.Fields {
			if given := v.Children.ForName(f.Name); given != nil {
				add(inputName(f, c.use(f, "json")), f.Type, given)
			} else if f.DefaultValue != nil {
				add(inputName(f, c.use(f, "json")), f.Type, f.DefaultValue)
			}
		}
	}
	return "{" + strings.TrimPrefix(text, ",") + "}"
}

func quote(text string) string { b, _ := json.Marshal(text); return string(b) }
