package forecast

import (
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
)

// unknown is the value of a variable that is not known. It has no text.
type unknown struct{}

// arguments are those of a field that its calls are made of.
func (c *counter) arguments(f *ast.Field, of *binding.Field) binding.Arguments {
	args := binding.Arguments{}
	add := func(name string) {
		if v, given := c.argument(f, name); given {
			args[name] = v
		}
	}
	for _, s := range of.Sources {
		if s.Argument != "" {
			add(s.Argument)
		}
	}
	if of.Part != nil {
		add(of.Part.First)
		add(of.Part.Skip)
	}
	return args
}

// argument is one argument's value, as the executors have it; false where neither the operation nor the schema gives it one.
func (c *counter) argument(f *ast.Field, name string) (v any, given bool) {
	if a := f.Arguments.ForName(name); a != nil {
		if a.Value.Kind != ast.Variable || c.variables == nil {
			return c.value(a.Value), true
		}
		if v, given = c.variables[a.Value.Raw]; given {
			return v, true
		}
	}
	def := f.Definition.Arguments.ForName(name)
	if def == nil || def.DefaultValue == nil {
		return nil, false
	}
	return c.value(def.DefaultValue), true
}

// value is what a literal stands for, with variables in it or none.
func (c *counter) value(v *ast.Value) any {
	switch {
	case c.variables != nil:
	case v.Kind == ast.Variable:
		return unknown{}
	case v.Kind == ast.ListValue:
		list := make([]any, len(v.Children))
		for i, e := range v.Children {
			list[i] = c.value(e.Value)
		}
		return list
	case v.Kind == ast.ObjectValue:
		object := make(map[string]any, len(v.Children))
		for _, m := range v.Children {
			object[m.Name] = c.value(m.Value)
		}
		return object
	}
	value, err := v.Value(c.variables)
	if err != nil { // no value of its type, which validation refuses
		return unknown{}
	}
	return value
}
