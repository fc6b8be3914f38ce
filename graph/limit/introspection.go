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

// introspection is how much a document asks about its schema.
type introspection struct {
	lists  map[string]float64 // how long the lists that a field answers are, on average
	values float64            // in the answer, as far as the pass has come
	most   float64            // 0 while it is not known
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
	if p.answer == nil {
		p.answer = newIntrospection(p.schema)
	}
	a := p.answer
	if n, ok := a.lists[f.Name]; ok {
		at.values *= n
	}
	a.values += at.values
	if a.most == 0 {
		a.most = a.size(p.schema) * float64(p.limits.Introspections)
	}
	if a.values > a.most {
		p.refuse(f.Position, "introspections", p.limits.Introspections,
			"The document asks too much about the schema: this is how many times as large as the whole schema the answer would be")
	}
	return at.values
}

// newIntrospection measures a schema.
func newIntrospection(schema *ast.Schema) *introspection {
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
	return &introspection{lists: map[string]float64{
		"types":         float64(max(1, types)),
		"directives":    float64(max(1, len(schema.Directives))),
		"fields":        over(fields, types),
		"args":          over(args, fields),
		"inputFields":   over(inputs, types),
		"enumValues":    over(values, types),
		"interfaces":    over(interfaces, types),
		"possibleTypes": over(possible, types),
	}}
}

// size returns the values in an answer of the whole schema.
func (a *introspection) size(schema *ast.Schema) float64 {
	doc, err := parser.ParseQuery(&ast.Source{Input: whole})
	if err != nil {
		return math.Inf(1)
	}
	measure := &introspection{lists: a.lists, most: math.Inf(1)}
	p := newPass(Document{}.WithDefaults(), schema, doc)
	p.answer = measure
	p.walk(doc)
	return measure.values
}
