package executor_test

import (
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
	long     bool // ask for many keys, and write long ones into the text; variables have short ones
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

func newDocument(rng *rand.Rand, schema *ast.Schema, tables *plan.Schema, long bool) document {
	g := &documents{
		rng: rng, schema: schema, tables: tables, loose: rng.IntN(25) == 0, long: long,
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
	t := g.composite(f.Type)
	if t == nil {
		return text
	}
	text += " " + g.selection(t, depth)
	if g.long && takesKey(f) && g.chance(30) {
		text += g.others(parent, f)
	}
	return text
}

// takesKey reports whether a field has an argument that is one key.
func takesKey(f *ast.FieldDefinition) bool {
	return slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.Type.NamedType == "ID" })
}

// others asks many times for the same field, with arguments of their own.
func (g *documents) others(parent *ast.Definition, f *ast.FieldDefinition) string {
	text := ""
	for range 20 + g.rng.IntN(60) {
		delete(g.asked, parent.Name+"."+f.Name)
		args := g.arguments(parent, f)
		text += " " + g.key(f.Name, args, f.Type.String()) + f.Name + args + " { __typename }"
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
