package cost

import "github.com/vektah/gqlparser/v2/ast"

// Schema is what @cost and @listSize say in a schema. The zero Schema says nothing. Nobody changes it.
type Schema struct {
	Types  map[string]float64 // weights of object types, scalars and enums
	Inputs map[string]float64 // weights of input types' fields: "Input.field"
	Fields map[string]*Field  // "Type.field"
}

// Field is what is said of a field.
type Field struct {
	Weight    *float64           // nil: 1 for a field with objects, 0 for any other
	Arguments map[string]float64 // their weights; without one 1 for an input object, 0 for any other
	Size      *Size              // nil: it is no list, or nobody says how long it is
}

// RequiresArguments reports whether some field wants exactly one of its slicing arguments: then every operation has to be looked at.
func (s *Schema) RequiresArguments() bool {
	for _, f := range s.Fields {
		if f.Size != nil && f.Size.One {
			return true
		}
	}
	return false
}

// Field returns what is said of a field; of one of which nothing is said, the zero Field.
func (s *Schema) Field(object, name string) *Field {
	if f := s.Fields[object+"."+name]; f != nil {
		return f
	}
	return new(Field)
}

// weightOf is the weight of a field without its arguments.
func (f *Field) weightOf(named *ast.Definition) float64 {
	if f.Weight != nil {
		return *f.Weight
	}
	return byDefault(named.IsCompositeType())
}

// weightOf is the weight of a type's values.
func (s *Schema) weightOf(def *ast.Definition) float64 {
	if w, ok := s.Types[def.Name]; ok {
		return w
	}
	return byDefault(def.IsCompositeType())
}

// byDefault is what weighs something of which nothing is said.
func byDefault(composite bool) float64 {
	if composite {
		return 1
	}
	return 0
}
