package cost

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// arguments is what the arguments of a field weigh that the operation gives.
func (a *analysis) arguments(f *ast.Field, def *ast.FieldDefinition, said *Field) float64 {
	var sum float64
	for _, written := range f.Arguments {
		argument := def.Arguments.ForName(written.Name)
		named := a.schema.Types[argument.Type.Name()]
		own, ok := said.Arguments[written.Name]
		if !ok {
			own = byDefault(named.Kind == ast.InputObject)
		}
		sum += own
		if named.Kind == ast.InputObject {
			sum += a.literal(written.Value, named)
		}
	}
	return sum
}

// literal is what the members of an input object weigh, or of several in a list.
func (a *analysis) literal(v *ast.Value, def *ast.Definition) (sum float64) {
	switch v.Kind {
	case ast.Variable:
		if a.variables == nil {
			return a.most(def, map[*ast.Definition]bool{})
		}
		return a.value(a.variables[v.Raw], def)
	case ast.ListValue:
		for _, child := range v.Children {
			sum += a.literal(child.Value, def)
		}
	case ast.ObjectValue:
		for _, child := range v.Children {
			own, inner := a.member(def, child.Name)
			if sum += own; inner != nil {
				sum += a.literal(child.Value, inner)
			}
		}
	}
	return sum
}

// value is literal for a variable's value.
func (a *analysis) value(v any, def *ast.Definition) (sum float64) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			sum += a.value(element, def)
		}
	case map[string]any:
		for name, member := range v {
			own, inner := a.member(def, name)
			if sum += own; inner != nil {
				sum += a.value(member, inner)
			}
		}
	}
	return sum
}

// most is what the members of an input object weigh together, and of those inside of it, each type's once.
func (a *analysis) most(def *ast.Definition, seen map[*ast.Definition]bool) (sum float64) {
	if seen[def] {
		return 0
	}
	seen[def] = true
	for _, f := range def.Fields {
		own, inner := a.member(def, f.Name)
		if inner != nil {
			own += a.most(inner, seen)
		}
		sum += max(own, 0)
	}
	return sum
}

// member is what a field of an input type weighs by itself, and the input type that it has; nil: none.
func (a *analysis) member(def *ast.Definition, name string) (own float64, inner *ast.Definition) {
	f := def.Fields.ForName(name)
	if f == nil {
		return 0, nil
	}
	if named := a.schema.Types[f.Type.Name()]; named.Kind == ast.InputObject {
		inner = named
	}
	own, ok := a.costs.Inputs[def.Name+"."+name]
	if !ok {
		own = byDefault(inner != nil)
	}
	return own, inner
}
