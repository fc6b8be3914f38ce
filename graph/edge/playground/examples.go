package playground

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
)

const maxExamples = 6 // queries

// room is how many fields an object has in an example, by how many objects are around it: leaves, and objects. What a page is made of
// counts as none.
var room = []struct{ leaves, objects int }{{6, 3}, {3, 1}, {2, 0}}

// Examples returns operations to begin with, made from a schema: one for each of its first queries, those before others that need no
// argument, and one for its first mutation. Each is valid, and says with variables what has to be given; their values are of the
// right types, and made up. calls says whether a service is called for a field of a type: such fields are preferred. It may be nil.
func Examples(schema *ast.Schema, calls func(typeName, field string) bool) []Tab {
	if calls == nil {
		calls = func(string, string) bool { return false }
	}
	m := exampleMaker{schema, calls}
	queries := fieldsOf(schema.Query)
	rank := func(f *ast.FieldDefinition) int {
		switch {
		case leaf(schema, f):
			return 2
		case len(required(f)) > 0:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(queries, func(a, b *ast.FieldDefinition) int { return rank(a) - rank(b) })
	var tabs []Tab
	for _, f := range queries[:min(len(queries), maxExamples)] {
		tabs = append(tabs, m.example("query", f))
	}
	if mutations := fieldsOf(schema.Mutation); len(mutations) > 0 {
		change := m.example("mutation", mutations[0])
		if !slices.ContainsFunc(tabs, func(t Tab) bool { return t.Name == change.Name }) {
			tabs = append(tabs, change)
		}
	}
	return tabs
}

// fieldsOf are a type's, without those of introspection; none of no type.
func fieldsOf(def *ast.Definition) (fields []*ast.FieldDefinition) {
	if def == nil {
		return nil
	}
	for _, f := range def.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			fields = append(fields, f)
		}
	}
	return fields
}

// required are the arguments that a field cannot do without.
func required(f *ast.FieldDefinition) (arguments []*ast.ArgumentDefinition) {
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil {
			arguments = append(arguments, a)
		}
	}
	return arguments
}

func leaf(schema *ast.Schema, f *ast.FieldDefinition) bool {
	return schema.Types[f.Type.Name()].IsLeafType()
}

// exampleMaker is what examples are made of.
type exampleMaker struct {
	schema *ast.Schema
	calls  func(typeName, field string) bool
}

// example is the operation that asks for one field of the root.
func (m exampleMaker) example(kind string, f *ast.FieldDefinition) Tab {
	first, size := utf8.DecodeRuneInString(f.Name)
	name := string(unicode.ToUpper(first)) + f.Name[size:]
	var declared, passed []string
	values := map[string]any{}
	for _, a := range required(f) {
		declared = append(declared, "$"+a.Name+": "+a.Type.String())
		passed = append(passed, a.Name+": $"+a.Name)
		values[a.Name] = sample(m.schema, a.Type)
	}
	if bounded(f) && values["first"] == nil {
		passed = append(passed, "first: 5")
	}
	e := example{exampleMaker: m}
	e.text.WriteString("# Made from the schema: change it as you like.")
	if len(values) > 0 {
		e.text.WriteString(" So are the variables, whose values are made up.")
	}
	fmt.Fprintf(&e.text, "\n%s %s%s {\n  %s%s", kind, name, parenthesized(declared), f.Name, parenthesized(passed))
	e.selection(m.schema.Types[f.Type.Name()], 1, nil)
	e.text.WriteString("\n}\n")
	tab := Tab{Name: name, Query: e.text.String()}
	if len(values) > 0 {
		variables, err := json.MarshalIndent(values, "", "  ")
		if err != nil {
			panic("playground: " + err.Error()) // it is made of strings, numbers, maps and lists
		}
		tab.Variables = string(variables)
	}
	return tab
}

// bounded reports whether a field's argument says how many there are to be.
func bounded(f *ast.FieldDefinition) bool {
	a := f.Arguments.ForName("first")
	return a != nil && a.Type.Elem == nil && a.Type.Name() == "Int"
}

func parenthesized(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "(" + strings.Join(list, ", ") + ")"
}

// example writes an operation.
type example struct {
	exampleMaker

	text strings.Builder
}

// selection writes what is selected of a type below types, at a depth: nothing of a leaf.
func (e *example) selection(def *ast.Definition, depth int, below []string) {
	if def.IsLeafType() {
		return
	}
	leaves, objects := e.choose(def, below)
	if len(objects) == 0 && def.Kind != ast.Union {
		e.text.WriteString(" { " + strings.Join(names(leaves), " ") + " }")
		return
	}
	indent := "\n" + strings.Repeat("  ", depth+1)
	e.text.WriteString(" {")
	for _, name := range names(leaves) {
		e.text.WriteString(indent + name)
	}
	for _, f := range objects {
		e.text.WriteString(indent + f.Name)
		if bounded(f) {
			e.text.WriteString("(first: 2)")
		}
		e.selection(e.schema.Types[f.Type.Name()], depth+1, append(slices.Clone(below), def.Name))
	}
	if def.Kind == ast.Union {
		e.fragments(def, indent)
	}
	e.text.WriteString("\n" + strings.Repeat("  ", depth) + "}")
}

// choose chooses fields that need no argument: leaves, of which there may be none, and objects, those first that a service is called
// for. No type is inside of itself.
func (e *example) choose(def *ast.Definition, below []string) (leaves, objects []*ast.FieldDefinition) {
	for _, f := range fieldsOf(def) {
		of := e.schema.Types[f.Type.Name()]
		switch {
		case len(required(f)) > 0:
		case f.Name == "edges" && def.Fields.ForName("nodes") != nil: // the same, with more around it
		case of.IsLeafType():
			leaves = append(leaves, f)
		case of.Name != def.Name && !slices.Contains(below, of.Name):
			objects = append(objects, f)
		}
	}
	rank := map[bool]int{true: 0, false: 1}
	slices.SortStableFunc(objects, func(a, b *ast.FieldDefinition) int {
		return rank[e.calls(def.Name, a.Name)] - rank[e.calls(def.Name, b.Name)]
	})
	most := room[min(deep(below), len(room)-1)]
	return leaves[:min(len(leaves), most.leaves)], objects[:min(len(objects), most.objects)]
}

// deep counts types that are not parts of a page.
func deep(types []string) (n int) {
	for _, name := range types {
		if !strings.HasSuffix(name, "Connection") && !strings.HasSuffix(name, "Edge") {
			n++
		}
	}
	return n
}

// names are fields' names; of none, that of the type.
func names(fields []*ast.FieldDefinition) (list []string) {
	for _, f := range fields {
		list = append(list, f.Name)
	}
	if len(list) == 0 {
		return []string{"__typename"}
	}
	return list
}

// fragments writes leaves of a union's types. A name stands in one of them only: fields of one name may not differ in type.
func (e *example) fragments(union *ast.Definition, indent string) {
	taken := map[string]bool{}
	for _, of := range e.schema.GetPossibleTypes(union)[:min(len(union.Types), 3)] {
		leaves, _ := e.choose(of, nil)
		leaves = slices.DeleteFunc(leaves, func(f *ast.FieldDefinition) bool { return taken[f.Name] })
		for _, f := range leaves {
			taken[f.Name] = true
		}
		fmt.Fprintf(&e.text, "%s... on %s { %s }", indent, of.Name, strings.Join(names(leaves), " "))
	}
}

// sample is a value of a type, as JSON has it: of an input object, all that it cannot do without.
func sample(schema *ast.Schema, t *ast.Type) any {
	if t.Elem != nil {
		return []any{sample(schema, t.Elem)}
	}
	def := schema.Types[t.Name()]
	switch def.Kind {
	case ast.Enum:
		return def.EnumValues[0].Name
	case ast.InputObject:
		return sampleObject(schema, def)
	}
	return sampleScalar(def.Name)
}

func sampleObject(schema *ast.Schema, def *ast.Definition) any {
	object := map[string]any{}
	oneOf := def.Directives.ForName("oneOf") != nil
	for _, f := range def.Fields {
		if oneOf || f.Type.NonNull && f.DefaultValue == nil {
			object[f.Name] = sample(schema, f.Type)
		}
		if oneOf {
			return object
		}
	}
	return object
}

// sampleScalar is a value of a scalar type; of one that nobody but its service knows, a text that is a number.
func sampleScalar(name string) any {
	known := map[string]any{
		"ID": "1", "String": "text", "Int": 1, "Float": 1.5, "Boolean": true,
		"Date": "2026-01-31", "DateTime": "2026-01-31T12:00:00Z", "Time": "12:00:00Z",
	}
	if v, ok := known[name]; ok {
		return v
	}
	for _, ending := range slices.Sorted(maps.Keys(known)) {
		if strings.HasSuffix(name, ending) {
			return known[ending]
		}
	}
	return "1"
}
