package cost

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// state is how a slicing argument comes to its value.
type state int

const (
	absent    state = iota // it has none, or null
	given                  // by the operation
	defaulted              // by the schema
	unknown                // by a variable, whose value is not known
)

// slice is a slicing argument.
type slice struct {
	path  string
	state state
	n     int // how many elements it asks for
}

// explicit reports whether the operation gives it.
func (s slice) explicit() bool { return s.state == given || s.state == unknown }

// argument reads values of arguments and of members of input objects.
type argument struct {
	schema    *ast.Schema
	variables map[string]any // nil: they are not known
}

// read reads the argument of a field at a path.
func (a argument) read(f *ast.Field, path []string) slice {
	s := slice{path: strings.Join(path, ".")}
	def := f.Definition.Arguments.ForName(path[0])
	if def == nil {
		return s
	}
	if written := f.Arguments.ForName(path[0]); written != nil {
		if s.n, s.state = a.literal(written.Value, def.Type, path[1:]); s.state != absent || written.Value.Kind != ast.Variable {
			return s
		}
		if _, ok := a.variables[written.Value.Raw]; ok {
			return s
		}
	}
	s.n, s.state = a.fallback(def.DefaultValue, def.Type, path[1:])
	return s
}

// fallback reads the value that the schema gives.
func (a argument) fallback(v *ast.Value, t *ast.Type, path []string) (n int, s state) {
	if v == nil {
		return 0, absent
	}
	if n, s = a.literal(v, t, path); s == given {
		s = defaulted
	}
	return n, s
}

// literal reads what stands at a path below a literal.
func (a argument) literal(v *ast.Value, t *ast.Type, path []string) (int, state) {
	switch {
	case v.Kind == ast.Variable && a.variables == nil:
		return 0, unknown
	case v.Kind == ast.Variable:
		return a.value(a.variables[v.Raw], t, path)
	case v.Kind == ast.NullValue:
		return 0, absent
	case len(path) > 0:
		child, def := v.Children.ForName(path[0]), a.member(t, path[0])
		switch {
		case def == nil:
			return 0, absent
		case child == nil:
			return a.fallback(def.DefaultValue, def.Type, path[1:])
		}
		return a.literal(child, def.Type, path[1:])
	case v.Kind == ast.ListValue:
		return len(v.Children), given
	case t.Elem != nil: // a single value stands for a list of one
		return 1, given
	}
	return number(v.Raw), given
}

// value reads what stands at a path below a variable's value.
func (a argument) value(v any, t *ast.Type, path []string) (int, state) {
	switch list := reflect.ValueOf(v); {
	case v == nil:
		return 0, absent
	case len(path) > 0:
		members, _ := v.(map[string]any)
		def := a.member(t, path[0])
		if def == nil {
			return 0, absent
		}
		member, ok := members[path[0]]
		if !ok {
			return a.fallback(def.DefaultValue, def.Type, path[1:])
		}
		return a.value(member, def.Type, path[1:])
	case list.Kind() == reflect.Slice:
		return list.Len(), given
	case t.Elem != nil:
		return 1, given
	}
	return number(fmt.Sprint(v)), given
}

// member is a field of an input type.
func (a argument) member(t *ast.Type, name string) *ast.FieldDefinition {
	if def := a.schema.Types[t.Name()]; def != nil {
		return def.Fields.ForName(name)
	}
	return nil
}

// number is how many elements a text asks for: none, where it is no number, and less than none.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return max(n, 0)
}
