package executor_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/plan"
)

// document is a random operation and the variables it is sent with.
type document struct {
	text      string
	variables map[string]any
	cursors   []string // the variables that are a page's after: a second round gives them cursors of the first
}

// documents writes random valid documents of a schema. A response key always means the same field with the same arguments
// and type, so that all selections can merge; few keys and few arguments make sure that they often do.
type documents struct {
	rng      *rand.Rand
	schema   *ast.Schema
	tables   *plan.Schema
	loose    bool // select also what plans refuse
	keys     map[string]string
	asked    map[string]string // by field: arguments that were written before
	spreads  []spread
	declared []string
	out      document
}

// spread is a named fragment.
type spread struct{ name, on, body string }

// maxDepth is how many composite fields an operation nests.
const maxDepth = 4

func newDocument(rng *rand.Rand, schema *ast.Schema, tables *plan.Schema) document {
	g := &documents{
		rng: rng, schema: schema, tables: tables, loose: rng.IntN(25) == 0,
		keys: map[string]string{}, asked: map[string]string{}, out: document{variables: map[string]any{}},
	}
	kind, root, body := "query", schema.Query, ""
	if schema.Mutation != nil && g.chance(15) {
		kind, root = "mutation", schema.Mutation
		body = g.mutation(root)
	} else {
		body = g.selection(root, maxDepth)
	}
	text := kind + " Q"
	if len(g.declared) > 0 {
		text += "(" + strings.Join(g.declared, ", ") + ")"
	}
	text += " " + body
	for _, s := range g.spreads {
		text += "\nfragment " + s.name + " on " + s.on + " " + s.body
	}
	g.out.text = text
	return g.out
}

func (g *documents) chance(percent int) bool { return g.rng.IntN(100) < percent }

func pick[T any](g *documents, list []T) T { return list[g.rng.IntN(len(list))] }

// mutation is a mutation with one root field, sometimes written twice, or with others beside it.
func (g *documents) mutation(root *ast.Definition) string {
	if g.chance(30) {
		return g.selection(root, 2)
	}
	field := g.field(root, pick(g, g.fields(root)), maxDepth-1)
	switch {
	case g.chance(10):
		return "{ ... { " + field + " } ... { " + field + " } }"
	case g.chance(10):
		return "{ __typename " + field + " }"
	}
	return "{ " + field + " }"
}

// selection is a selection set of a composite type, with at most depth composite fields below each other.
func (g *documents) selection(t *ast.Definition, depth int) string {
	var items []string
	for range 1 + g.rng.IntN(4) {
		if item := g.item(t, depth); item != "" {
			items = append(items, item)
		}
	}
	if forced := g.nodes(t); forced != "" {
		items = append(items, forced)
	}
	if len(items) == 0 {
		items = append(items, "__typename")
	}
	return "{ " + strings.Join(items, " ") + " }"
}

// nodes selects the nodes of a connection whose type an interface or union is. Stock reads all nodes, and fails where one's
// type is unknown; the planned executor does so only where they are selected.
func (g *documents) nodes(t *ast.Definition) string {
	known := g.tables.Types[t.Name]
	if known == nil || known.Kind != plan.Connection {
		return ""
	}
	if nodes := t.Fields.ForName("nodes"); nodes != nil {
		if g.composite(nodes.Type).IsAbstractType() {
			return "nodes { __typename }"
		}
		return ""
	}
	edge := g.composite(t.Fields.ForName("edges").Type)
	if g.composite(edge.Fields.ForName("node").Type).IsAbstractType() {
		return "edges { node { __typename } }"
	}
	return ""
}

func (g *documents) item(t *ast.Definition, depth int) string {
	switch n := g.rng.IntN(100); {
	case n < 10:
		return g.key("__typename", "", "String!") + "__typename" + g.directives()
	case n < 22 && depth > 0:
		return g.inline(t, depth)
	case n < 34 && depth > 0:
		return g.named(t, depth)
	}
	fields := g.fields(t)
	if depth == 0 {
		fields = slices.DeleteFunc(fields, func(f *ast.FieldDefinition) bool { return g.composite(f.Type) != nil })
	}
	if len(fields) == 0 {
		return ""
	}
	return g.field(t, pick(g, fields), depth-1)
}

// fields are the fields that may be selected of a type.
func (g *documents) fields(t *ast.Definition) []*ast.FieldDefinition {
	var list []*ast.FieldDefinition
	known := g.tables.Types[t.Name]
	for _, f := range t.Fields {
		planned := known != nil && (known.Fields[f.Name] != nil || t.IsAbstractType())
		if !strings.HasPrefix(f.Name, "__") && (planned || g.loose) {
			list = append(list, f)
		}
	}
	return list
}

func (g *documents) composite(t *ast.Type) *ast.Definition {
	if d := g.schema.Types[t.Name()]; d.IsCompositeType() {
		return d
	}
	return nil
}

func (g *documents) field(parent *ast.Definition, f *ast.FieldDefinition, depth int) string {
	args := g.arguments(parent, f)
	text := g.key(f.Name, args, f.Type.String()) + f.Name + args + g.directives()
	if t := g.composite(f.Type); t != nil {
		text += " " + g.selection(t, depth)
	}
	return text
}

// key returns an alias, or nothing where the field's own name can be its key.
func (g *documents) key(field, args, of string) string {
	meaning := field + args + of
	key := field
	if g.chance(15) {
		key = pick(g, []string{"a", "b", "c", "name", "id"})
	}
	for n := 1; ; n++ {
		if known, ok := g.keys[key]; !ok || known == meaning {
			break
		}
		key = field + strconv.Itoa(n)
	}
	g.keys[key] = meaning
	if key == field {
		return ""
	}
	return key + ": "
}

func (g *documents) directives() string {
	if !g.chance(10) {
		return ""
	}
	text := ""
	for _, name := range []string{"skip", "include"} {
		if g.chance(60) {
			text += " @" + name + "(if: " + g.condition() + ")"
		}
	}
	return text
}

func (g *documents) condition() string {
	if g.chance(40) {
		return strconv.FormatBool(g.chance(50))
	}
	return g.variable(ast.NonNullNamedType("Boolean", nil), "", false)
}

// conditions are the types that a fragment within a type may be on: those that have an object type in common with it.
func (g *documents) conditions(t *ast.Definition) []*ast.Definition {
	var list []*ast.Definition
	for _, name := range g.names() {
		d := g.schema.Types[name]
		if d.IsCompositeType() && slices.ContainsFunc(g.schema.GetPossibleTypes(d), func(o *ast.Definition) bool {
			return slices.Contains(g.schema.GetPossibleTypes(t), o)
		}) {
			list = append(list, d)
		}
	}
	return list
}

func (g *documents) names() []string {
	var names []string
	for name := range g.schema.Types {
		if !strings.HasPrefix(name, "__") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (g *documents) inline(t *ast.Definition, depth int) string {
	if g.chance(25) {
		return "..." + g.directives() + " " + g.selection(t, depth)
	}
	on := pick(g, g.conditions(t))
	return "... on " + on.Name + g.directives() + " " + g.selection(on, depth)
}

func (g *documents) named(t *ast.Definition, depth int) string {
	conditions := g.conditions(t)
	var usable []string
	for _, s := range g.spreads {
		if slices.ContainsFunc(conditions, func(d *ast.Definition) bool { return d.Name == s.on }) {
			usable = append(usable, s.name)
		}
	}
	if len(usable) > 0 && g.chance(60) {
		return "..." + pick(g, usable) + g.directives()
	}
	on := pick(g, conditions)
	body := g.selection(on, min(depth, 2))
	s := spread{fmt.Sprintf("F%d", len(g.spreads)), on.Name, body}
	g.spreads = append(g.spreads, s)
	return "..." + s.name + g.directives()
}

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
	case t.NonNull && hasDefault && n < 85: // absent: the argument's default counts
		v = g.declare(nullable.String(), "")
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
		for range g.rng.IntN(5) {
			list = append(list, g.part(t.Elem, name, depth-1, variables))
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
				o = append(o, member{f.Name, g.part(f.Type, f.Name, depth-1, variables)})
			}
		}
		return o
	}
	return g.scalar(t.NamedType, name)
}

func (g *documents) part(t *ast.Type, name string, depth int, variables bool) any {
	if variables && g.chance(20) {
		return variableName(strings.TrimPrefix(g.variable(t, name, false), "$"))
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
	case name == "Float":
		return json.Number(pick(g, []string{"1", "2.50", "-1e2"}))
	case name == "ID" && g.chance(20):
		return number(1 + g.rng.IntN(6))
	case g.chance(4):
		return pick(g, []string{"", ".", "..", "none", "broken", "unknown"})
	}
	return keyText(g.rng.IntN(keys))
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
