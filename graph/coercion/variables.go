package coercion

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Schema is a schema to whose input types values are coerced.
type Schema struct {
	*ast.Schema
	Shipped   []string          // those of its scalars that are package scalar's
	Fallbacks map[string]string // values of enums that are only answered, by the enum
}

// Variables returns the values that an operation's variables have, nil where it has none, where raw is what the client gave as JSON, with numbers
// as json.Number (GraphQL, September 2025, section 6.1.2). It decides as graphql-js 16 does; scalars.go says what a scalar takes,
// and what one of the schema's own takes is its own business. Members of input objects that are absent have their defaults.
//
// It changes lists and objects in raw, and allocates only for its result and for values that are other ones than the client wrote. Its
// errors, at most one a variable, say where in the value, what is expected and which kind of value came, never the value.
func (s Schema) Variables(op *ast.OperationDefinition, raw map[string]any) (map[string]any, gqlerror.List) {
	if len(op.VariableDefinitions) == 0 {
		return nil, nil
	}
	values := make(map[string]any, len(op.VariableDefinitions))
	var errs gqlerror.List
	for _, def := range op.VariableDefinitions {
		value, given := raw[def.Variable]
		if !given && def.DefaultValue != nil {
			value, given = literal(def.DefaultValue), true
		}
		if !given && !def.Type.NonNull {
			continue
		}
		var f *fault
		if given {
			values[def.Variable], f = s.coerce(def.Type, value)
		} else {
			f = missing(def.Type)
		}
		if f != nil {
			errs = append(errs, variableError(def, f))
		}
	}
	return values, errs
}

// literal evaluates a default, a literal that validation has seen.
func literal(v *ast.Value) any {
	value, err := v.Value(nil)
	if err != nil {
		panic(err)
	}
	return value
}

func variableError(def *ast.VariableDefinition, f *fault) *gqlerror.Error {
	path := f.in(ast.PathName(def.Variable)).path()
	return gqlerror.ErrorPosf(def.Position, "variable $%s: %s", path.String(), f.text)
}

func missing(t *ast.Type) *fault { return faultf("expected a value of the type %s, got none", t) }

// coerce returns v as a value of t.
func (s Schema) coerce(t *ast.Type, v any) (any, *fault) {
	switch {
	case v == nil && t.NonNull:
		return nil, faultf("expected a value of the type %s, got null", t)
	case v == nil:
		return nil, nil
	case t.Elem != nil:
		return s.coerceList(t.Elem, asJSON(v))
	}
	switch def := s.Types[t.NamedType]; def.Kind {
	case ast.Enum:
		name, ok := v.(string)
		switch {
		case ok && name == s.Fallbacks[def.Name]:
			return nil, faultf("%s", onlyAnswered(def.Name, name))
		case !ok || def.EnumValues.ForName(name) == nil:
			return nil, mismatch("a value of the enum "+def.Name+", spelled as in the schema", asJSON(v))
		}
		return v, nil
	case ast.InputObject:
		return s.coerceObject(def, asJSON(v))
	default:
		return s.coerceScalar(def.Name, v)
	}
}

// coerceList returns a list; one value is the list of this value.
func (s Schema) coerceList(elem *ast.Type, v any) (any, *fault) {
	if _, ok := v.([]any); !ok {
		v = []any{v}
	}
	list := v.([]any)
	for i, e := range list {
		value, f := s.coerce(elem, e)
		if f != nil {
			return nil, f.in(ast.PathIndex(i))
		}
		list[i] = value
	}
	return v, nil
}

func (s Schema) coerceObject(def *ast.Definition, v any) (any, *fault) {
	members, ok := v.(map[string]any)
	if !ok {
		return nil, mismatch("an object", v)
	}
	known := 0
	for _, field := range def.Fields {
		v, given := members[field.Name]
		switch {
		case given:
		case field.DefaultValue != nil:
			v = literal(field.DefaultValue)
		case field.Type.NonNull:
			return nil, missing(field.Type).in(ast.PathName(field.Name))
		default:
			continue
		}
		known++
		value, f := s.coerce(field.Type, v)
		if f != nil {
			return nil, f.in(ast.PathName(field.Name))
		}
		members[field.Name] = value
	}
	if known < len(members) {
		return nil, unknownMember(def, members)
	}
	if def.Directives.ForName("oneOf") != nil {
		return v, checkOneOf(def, members)
	}
	return v, nil
}

// maxName is how much of a name that the client made up an error repeats, in bytes.
const maxName = 64

// unknownMember names the first member that def does not have.
func unknownMember(def *ast.Definition, members map[string]any) *fault {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if def.Fields.ForName(name) != nil {
			continue
		}
		if len(name) > maxName {
			name = strings.ToValidUTF8(name[:maxName], "") + "…"
		}
		return faultf("%s has no such member", def.Name).in(ast.PathName(name))
	}
	return nil
}

func checkOneOf(def *ast.Definition, members map[string]any) *fault {
	if len(members) != 1 {
		return faultf("expected exactly one member of %s, got %d", def.Name, len(members))
	}
	for name, member := range members {
		if member == nil {
			return faultf("expected a value for the one member of %s, got null", def.Name).in(ast.PathName(name))
		}
	}
	return nil
}

// asJSON returns a value as JSON has it, if it is one that an extension has made.
func asJSON(v any) any {
	switch v.(type) {
	case nil, string, bool, json.Number, int64, float64, []any, map[string]any:
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		return v
	}
	var out any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if dec.Decode(&out) != nil {
		return v
	}
	return out
}
