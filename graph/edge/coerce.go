package edge

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// This file refuses the variables that GraphQL (September 2025, sections 3.5 and 3.10) refuses and gqlparser lets
// pass, in every request, after gqlparser coerced them; literals.go does the same for literals.
//
//	Int      a string, or more than 32 bits
//	Float    a string
//	String   a number
//	ID       a number with a fraction or an exponent; 1.0, too: it would become the ID "1.0"
//	enum     a name in other letters than the schema's: gqlparser ignores case
//	@oneOf   no member, more than one, or null as the only one
//	input    the member __typename, the one unknown name that gqlparser ignores
//
// One value where a list is expected is the list of this value. What a custom scalar takes is its own business. An
// error says where, what is expected and which kind of value came, never the value.

// coercion is the extension that checks variables. It may be used by any number of goroutines at once, and
// allocates only when it refuses.
type coercion struct{ schema *ast.Schema }

var _ graphql.OperationContextMutator = coercion{}

// ExtensionName implements graphql.HandlerExtension.
func (coercion) ExtensionName() string { return "Coercion" }

// Validate implements graphql.HandlerExtension.
func (coercion) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator. Its error's path is that of gqlparser's own
// errors about variables: "variable", the name, and from there on into the value.
func (c coercion) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	for _, v := range op.Operation.VariableDefinitions {
		f := c.check(v.Type, op.Variables[v.Variable])
		if f == nil {
			continue
		}
		path := f.in(ast.PathName(v.Variable)).path()
		err := refused(v.Position, "variable $"+path.String()+": "+f.text)
		err.Path = append(ast.Path{ast.PathName("variable")}, path...)
		return err
	}
	return nil
}

// check returns what is wrong with v, as gqlparser coerced it, for t. Nulls are where they may be: gqlparser has
// seen to that.
func (c coercion) check(t *ast.Type, v any) *fault {
	if v == nil {
		return nil
	}
	if t.Elem != nil {
		return c.checkList(t.Elem, v)
	}
	switch def := c.schema.Types[t.NamedType]; def.Kind {
	case ast.Enum:
		name, ok := v.(string)
		if !ok || def.EnumValues.ForName(name) == nil {
			return mismatch("a value of the enum "+def.Name+", spelled as in the schema", v)
		}
	case ast.InputObject:
		return c.checkObject(def, v)
	default:
		if want, ok := scalar(def.Name, v); !ok {
			return mismatch(want, v)
		}
	}
	return nil
}

// scalar reports whether v is a value of the built-in scalar of this name, and how to word what is. Any value is
// one of a custom scalar.
func scalar(name string, v any) (want string, ok bool) {
	switch name {
	case "Int":
		return "a 32-bit integer", isInt32(v)
	case "Float":
		return "a number", isNumber(v)
	case "String":
		_, ok = v.(string)
		return "a string", ok
	case "ID":
		_, ok = v.(string)
		return "a string or an integer", ok || isInteger(v)
	case "Boolean":
		_, ok = v.(bool)
		return "true or false", ok
	}
	return "", true
}

// checkList checks a list's elements. Where gqlparser was given one value it made a slice of the value's own type,
// or left the value alone, two lists deep.
func (c coercion) checkList(elem *ast.Type, v any) *fault {
	switch v := v.(type) {
	case []any:
		return checkEach(c, elem, v)
	case []string:
		return checkEach(c, elem, v)
	case []json.Number:
		return checkEach(c, elem, v)
	case []bool:
		return checkEach(c, elem, v)
	case []int64:
		return checkEach(c, elem, v)
	case []float64:
		return checkEach(c, elem, v)
	case []map[string]any:
		return checkEach(c, elem, v)
	}
	return c.check(elem, v)
}

func checkEach[T any](c coercion, elem *ast.Type, list []T) *fault {
	for i, v := range list {
		if f := c.check(elem, v); f != nil {
			return f.in(ast.PathIndex(i))
		}
	}
	return nil
}

func (c coercion) checkObject(def *ast.Definition, v any) *fault {
	members, ok := v.(map[string]any)
	if !ok {
		return mismatch("an object", v)
	}
	if _, ok := members["__typename"]; ok {
		return faultf("%s has no such member", def.Name).in(ast.PathName("__typename"))
	}
	if def.Directives.ForName("oneOf") != nil {
		if f := checkOneOf(def, members); f != nil {
			return f
		}
	}
	for _, field := range def.Fields {
		if f := c.check(field.Type, members[field.Name]); f != nil {
			return f.in(ast.PathName(field.Name))
		}
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

func isInt32(v any) bool {
	switch v := v.(type) {
	case int64:
		return math.MinInt32 <= v && v <= math.MaxInt32
	case json.Number:
		return fits(string(v), 32)
	}
	return false
}

func isInteger(v any) bool {
	switch v := v.(type) {
	case int64:
		return true
	case json.Number:
		return !strings.ContainsAny(string(v), ".eE")
	}
	return false
}

// isNumber leaves range to gqlparser, which has parsed every number for a Float.
func isNumber(v any) bool {
	switch v.(type) {
	case int64, float64, json.Number:
		return true
	}
	return false
}

func fits(integer string, bits int) bool {
	_, err := strconv.ParseInt(integer, 10, bits)
	return err == nil
}

// fault is what is wrong with a value, and where in it.
type fault struct {
	text  string
	steps []ast.PathElement // into the value, the innermost first
	at    *ast.Position     // of a literal
}

func faultf(format string, args ...any) *fault { return &fault{text: fmt.Sprintf(format, args...)} }

func mismatch(want string, got any) *fault { return faultf("expected %s, got %s", want, kindName(got)) }

// in says that the fault's value is at step of another one.
func (f *fault) in(step ast.PathElement) *fault {
	f.steps = append(f.steps, step)
	return f
}

func (f *fault) path() ast.Path {
	path := slices.Clone(f.steps)
	slices.Reverse(path)
	return path
}

// kindName words what kind of value v is.
func kindName(v any) string {
	switch v := v.(type) {
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case map[string]any:
		return "an object"
	case json.Number:
		return numberName(string(v))
	case int64:
		return numberName(strconv.FormatInt(v, 10))
	case float64:
		return "a number"
	}
	return "a list"
}

func numberName(number string) string {
	switch {
	case strings.ContainsAny(number, ".eE"):
		return "a number with a fraction or an exponent"
	case fits(number, 32):
		return "an integer"
	}
	return "an integer of more than 32 bits"
}
