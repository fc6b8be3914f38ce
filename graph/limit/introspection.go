package limit

import (
	_ "embed"
	"math"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// whole is the query by which tools ask for all of a schema: getIntrospectionQuery of graphql-js with all its options on.
//
//go:embed introspection.graphql
var whole string

// Schema is what Check knows of a schema: how long an answer about it is. It is made once, and any number of goroutines may use it.
type Schema struct {
	lists map[string]float64 // how long the lists that a field answers are, on average
	whole float64            // values in an answer of the whole schema
}

// NewSchema measures a schema. It takes as long as checking one document that asks for all of it.
func NewSchema(schema *ast.Schema) *Schema {
	s := &Schema{lists: lists(schema), whole: math.Inf(1)}
	doc, err := parser.ParseQuery(&ast.Source{Input: whole})
	if err != nil {
		return s
	}
	p := newPass(Document{}.WithDefaults(), s, doc)
	p.walk(doc)
	s.whole = p.asked
	return s
}

// introspect returns how many objects of the fields' kind an answer about the schema has, for which at has as many as
// it says; 0 outside of introspection.
func (p *pass) introspect(at scope, f *ast.Field) float64 {
	if !at.counts || p.schema == nil {
		return 0
	}
	if f.Name == "__schema" || f.Name == "__type" {
		at.values = max(at.values, 1)
	}
	if at.values == 0 {
		return 0
	}
	if n, ok := p.schema.lists[f.Name]; ok {
		at.values *= n
	}
	p.asked += at.values
	if p.asked > p.schema.whole*float64(p.limits.Introspections) {
		p.refuse(f.Position, "introspections", p.limits.Introspections,
			"The document asks too much about the schema: this is how many times as large as the whole schema the answer would be")
	}
	return at.values
}

// lists measures the lists in what a schema says of itself.
func lists(schema *ast.Schema) map[string]float64 {
	types, fields, args, inputs, values, interfaces, possible := 0, 0, 0, 0, 0, 0, 0
	for _, t := range schema.Types {
		types++
		interfaces += len(t.Interfaces)
		values += len(t.EnumValues)
		if t.Kind == ast.InputObject {
			inputs += len(t.Fields)
			continue
		}
		fields += len(t.Fields)
		for _, f := range t.Fields {
			args += len(f.Arguments)
		}
	}
	for _, list := range schema.PossibleTypes {
		possible += len(list)
	}
	over := func(sum, of int) float64 { return max(1, float64(sum)/max(1, float64(of))) }
	return map[string]float64{
		"types":         float64(max(1, types)),
		"directives":    float64(max(1, len(schema.Directives))),
		"fields":        over(fields, types),
		"args":          over(args, fields),
		"inputFields":   over(inputs, types),
		"enumValues":    over(values, types),
		"interfaces":    over(interfaces, types),
		"possibleTypes": over(possible, types),
	}
}
