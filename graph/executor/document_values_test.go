package executor_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

func (g *documents) arguments(parent *ast.Definition, f *ast.FieldDefinition) string {
	if len(f.Arguments) == 0 {
		return ""
	}
	name := parent.Name + "." + f.Name
	if known, ok := g.asked[name]; ok && g.chance(60) {
		return known
	}
	var list []string
	for _, a := range f.Arguments {
		required := a.Type.NonNull && a.DefaultValue == nil
		if !required && g.chance(40) {
			continue
		}
		if a.Name == "after" {
			list = append(list, "after: "+g.cursor())
			continue
		}
		list = append(list, a.Name+": "+g.value(a.Type, a.Name, a.DefaultValue != nil, 2))
	}
	g.rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	text := ""
	if len(list) > 0 {
		text = "(" + strings.Join(list, ", ") + ")"
	}
	g.asked[name] = text
	return text
}

// cursor is a variable that has no value until somebody knows a cursor, or none at all.
func (g *documents) cursor() string {
	switch n := g.rng.IntN(10); {
	case n == 0:
		return "null"
	case n == 1:
		return `"no cursor"`
	}
	name := g.declare("String", "")
	g.out.cursors = append(g.out.cursors, name)
	return "$" + name
}

func (g *documents) declare(of, fallback string) string {
	name := fmt.Sprintf("v%d", len(g.declared))
	text := "$" + name + ": " + of
	if fallback != "" {
		text += " = " + fallback
	}
	g.declared = append(g.declared, text)
	return name
}

// value is an argument's value: a literal, a variable, or a literal with variables in it.
func (g *documents) value(t *ast.Type, name string, hasDefault bool, depth int) string {
	if g.chance(35) {
		return g.variable(t, name, hasDefault)
	}
	return literal(g.literal(t, name, depth, true))
}

// variable declares a variable for a place of a type: one of the ways to get a value, no value, or null there.
func (g *documents) variable(t *ast.Type, name string, hasDefault bool) string {
	defer func(long bool) { g.long = long }(g.long)
	g.long = false
	nullable := *t
	nullable.NonNull = false
	value := func() any { return jsonOf(g.literal(&nullable, name, 2, false)) }
	some := func() any {
		required := nullable
		required.NonNull = true
		return jsonOf(g.literal(&required, name, 2, false))
	}
	fallback := func() string {
		required := nullable
		required.NonNull = true
		return literal(g.literal(&required, name, 2, false))
	}
	var v string
	switch n := g.rng.IntN(100); {
	case n < 40: // as it must be
		v = g.declare(nullable.String()+"!", "")
		g.out.variables[v] = some()
	case n < 55: // a default that counts
		v = g.declare(nullable.String(), fallback())
	case n < 70: // a default that does not
		v = g.declare(nullable.String(), fallback())
		g.out.variables[v] = some()
	case t.NonNull && hasDefault && n < 82: // absent: the default counts
		v = g.declare(nullable.String(), "")
	case t.NonNull && hasDefault && n < 88: // null, for which no default counts
		v = g.declare(nullable.String(), "")
		g.out.variables[v] = nil
	case t.NonNull && n < 74 && name != "": // null where none may be; gqlgen panics on a condition that is
		v = g.declare(nullable.String(), fallback())
		g.out.variables[v] = nil
	case t.NonNull:
		v = g.declare(nullable.String()+"!", fallback())
		if g.chance(50) {
			g.out.variables[v] = some()
		}
	case n < 80: // absent
		v = g.declare(nullable.String(), "")
	default:
		v = g.declare(nullable.String(), "")
		g.out.variables[v] = value()
	}
	return "$" + v
}

// A literal is null, an enumValue, a variableName, a string, json.Number or bool, a []any or an object.
type (
	enumValue    string
	variableName string
	object       []member
	member       struct {
		name  string
		value any
	}
)

func (g *documents) literal(t *ast.Type, name string, depth int, variables bool) any {
	if !t.NonNull && g.chance(12) {
		return nil
	}
	if t.Elem != nil {
		if g.chance(10) && t.Elem.Elem == nil { // one value is a list of one
			elem := *t.Elem
			elem.NonNull = true
			return g.literal(&elem, name, depth-1, false)
		}
		list := []any{}
		most := 5
		if g.long && t.Elem.NamedType == "ID" && g.chance(50) {
			most = 100
		}
		for range g.rng.IntN(most) {
			list = append(list, g.part(t.Elem, name, false, depth-1, variables))
		}
		return list
	}
	d := g.schema.Types[t.NamedType]
	switch d.Kind {
	case ast.Enum:
		return enumValue(pick(g, d.EnumValues).Name)
	case ast.InputObject:
		o := object{}
		for _, f := range d.Fields {
			if required := f.Type.NonNull && f.DefaultValue == nil; required || depth > 0 && g.chance(60) {
				o = append(o, member{f.Name, g.part(f.Type, f.Name, f.DefaultValue != nil, depth-1, variables)})
			}
		}
		return o
	}
	return g.scalar(t.NamedType, name)
}

func (g *documents) part(t *ast.Type, name string, hasDefault bool, depth int, variables bool) any {
	if variables && g.chance(20) {
		return variableName(strings.TrimPrefix(g.variable(t, name, hasDefault), "$"))
	}
	return g.literal(t, name, depth, variables)
}

func (g *documents) scalar(name, argument string) any {
	number := func(n int) any { return json.Number(strconv.Itoa(n)) }
	switch {
	case name == "Boolean":
		return g.chance(50)
	case name == "Int" && argument == "first":
		return number(pick(g, []int{0, 1, 1, 2, 2, 3, 3, 4, 5, 7, -1, 1000}))
	case name == "Int":
		return number(g.rng.IntN(8))
	case g.long && name == "ID" && g.chance(70):
		return g.longKey()
	case name == "Float":
		return json.Number(pick(g, []string{"1", "2.50", "-1e2"}))
	case name == "ID" && g.chance(20):
		return number(1 + g.rng.IntN(6))
	case g.chance(4):
		return pick(g, []string{"", ".", "..", "none", "broken", "unknown"})
	}
	return keyText(g.rng.IntN(keys))
}

// longKey is a key of 1 to 300 bytes, which may take three times as many in a URL.
func (g *documents) longKey() string {
	alphabet := pick(g, []string{"ab12-", "a /,&", "aé", "é漢"})
	text := ""
	for n := 1 + g.rng.IntN(300); ; {
		next := text + string(pick(g, []rune(alphabet)))
		if len(next) > n {
			return text + strings.Repeat("z", n-len(text))
		}
		text = next
	}
}

// literal writes a value as documents have it.
func literal(v any) string {
	switch v := v.(type) {
	case variableName:
		return "$" + string(v)
	case enumValue:
		return string(v)
	case []any:
		list := make([]string, len(v))
		for i, e := range v {
			list[i] = literal(e)
		}
		return "[" + strings.Join(list, ", ") + "]"
	case object:
		list := make([]string, len(v))
		for i, m := range v {
			list[i] = m.name + ": " + literal(m.value)
		}
		return "{" + strings.Join(list, ", ") + "}"
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// jsonOf is a value as variables have it.
func jsonOf(v any) any {
	switch v := v.(type) {
	case enumValue:
		return string(v)
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = jsonOf(e)
		}
		return list
	case object:
		m := map[string]any{}
		for _, e := range v {
			m[e.name] = jsonOf(e.value)
		}
		return m
	}
	return v
}
