package cost

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
	"weft/graph/selection"
)

// maxSteps bounds an analysis, in selections that are looked at. One takes about 300 ns (BenchmarkOf).
const maxSteps = 50_000

// Cost is what an operation costs at most.
type Cost struct {
	Field float64 `json:"field"` // weights of the fields that are answered, and of their arguments
	Type  float64 `json:"type"`  // weights of the types of the values in the answer
}

// Most is the greater of the two.
func (c Cost) Most() float64 { return max(c.Field, c.Type) }

// endless is what nothing exceeds: lists inside each other come to it soon.
const endless = 1e18

// times is what n of them cost.
func (c Cost) times(n int) Cost {
	return Cost{min(c.Field*float64(n), endless), min(c.Type*float64(n), endless)}
}

func (c Cost) plus(o Cost) Cost {
	return Cost{min(c.Field+o.Field, endless), min(c.Type+o.Type, endless)}
}

// greater has the greater of each of the two costs: they need not be of the same object.
func (c Cost) greater(o Cost) Cost { return Cost{max(c.Field, o.Field), max(c.Type, o.Type)} }

// Of returns what an operation of a valid document costs at most. Variables are coerced ones; nil: they are not known, and may
// have any value. The error is about a field that wants exactly one of its slicing arguments, or about a document whose cost
// takes too much to find out.
func (s *Schema) Of(
	schema *ast.Schema, doc *ast.QueryDocument, op *ast.OperationDefinition, variables map[string]any,
) (Cost, *gqlerror.Error) {
	return s.analysis(schema, doc, variables).of(op)
}

// Complete reports whether all fields that want exactly one of their slicing arguments have it, whatever the variables are.
func (s *Schema) Complete(schema *ast.Schema, doc *ast.QueryDocument, op *ast.OperationDefinition) bool {
	a := s.analysis(schema, doc, nil)
	_, err := a.of(op)
	return err == nil && !a.unsure
}

func (s *Schema) analysis(schema *ast.Schema, doc *ast.QueryDocument, variables map[string]any) *analysis {
	a := &analysis{costs: s, schema: schema, variables: variables, known: map[place]Cost{}}
	a.collector = selection.Collector{Fragments: doc.Fragments, Step: a.step, Included: a.included}
	return a
}

// of returns the cost of an operation.
func (a *analysis) of(op *ast.OperationDefinition) (cost Cost, err *gqlerror.Error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *gqlerror.Error:
			cost, err = Cost{}, v
		default:
			panic(v)
		}
	}()
	root := map[ast.Operation]*ast.Definition{
		ast.Query: a.schema.Query, ast.Mutation: a.schema.Mutation, ast.Subscription: a.schema.Subscription,
	}[op.Operation]
	return a.objects(root, []ast.SelectionSet{op.SelectionSet}, sized{}), nil
}

// analysis is one run of Of. It panics with a *gqlerror.Error.
type analysis struct {
	costs     *Schema
	schema    *ast.Schema
	variables map[string]any
	collector selection.Collector
	known     map[place]Cost
	steps     int
	unsure    bool // a variable gives a slicing argument that is wanted, and may give none
}

// place is where objects of a type are selected in one way.
type place struct {
	of    *ast.Definition
	sets  int
	sized sized
}

// sized is what the field above says of lists that are selected below it.
type sized struct {
	by   *Size // nil: nothing
	each int
}

func (a *analysis) step() {
	if a.steps++; a.steps > maxSteps {
		panic(refusal(nil, protocol.CodeTooCostly,
			"What the operation costs takes more than %d steps to find out: select less of interfaces inside each other", maxSteps))
	}
}

func refusal(at *ast.Position, code, format string, args ...any) *gqlerror.Error {
	err := &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": code}}
	if at != nil {
		err.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
	return err
}

// included reports whether something is selected, as far as that is known.
func (a *analysis) included(list ast.DirectiveList) bool {
	for _, d := range list {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		condition := d.Arguments.ForName("if").Value
		if condition.Kind == ast.Variable && a.variables == nil {
			continue
		}
		if v, err := condition.Value(a.variables); err == nil && v == (d.Name == "skip") {
			return false
		}
	}
	return true
}

// objects is what one object of a type costs, with all that is selected of it.
func (a *analysis) objects(def *ast.Definition, sets []ast.SelectionSet, in sized) Cost {
	key := place{def, a.collector.ID(sets), in}
	if c, ok := a.known[key]; ok {
		return c
	}
	var c Cost
	if def.IsAbstractType() {
		for _, object := range a.schema.GetPossibleTypes(def) {
			c = c.greater(a.objects(object, sets, in))
		}
	} else {
		c.Type = a.costs.weightOf(def)
		for _, f := range a.collector.Fields(sets, func(condition string) bool { return a.satisfies(def, condition) }) {
			if !strings.HasPrefix(f.Name, "__") {
				c = c.plus(a.field(def, f, in))
			}
		}
	}
	a.known[key] = c
	return c
}

// satisfies reports whether a fragment's type condition applies to all objects of a type.
func (a *analysis) satisfies(def *ast.Definition, condition string) bool {
	if def.Name == condition {
		return true
	}
	for _, t := range a.schema.GetImplements(def) {
		if t.Name == condition {
			return true
		}
	}
	return false
}

// field is what a field costs for one object.
func (a *analysis) field(of *ast.Definition, f *selection.Field, in sized) Cost {
	def, said := f.Definition, a.costs.Field(of.Name, f.Name)
	if f.ObjectDefinition != of { // its type may be narrower
		def = of.Fields.ForName(f.Name)
	}
	named := a.schema.Types[def.Type.Name()]
	n, below := a.elements(f.Field, def, said.Size, in)
	var c Cost
	if len(f.Sets) > 0 {
		c = a.objects(named, f.Sets, below).times(n)
	} else {
		c.Type = a.costs.weightOf(named) * float64(n)
	}
	own := said.weightOf(named) + a.arguments(f.Field, def, said)
	c.Field += max(own, 0)
	return c
}

// elements is how many values a field has, and what it says of lists below it.
func (a *analysis) elements(f *ast.Field, def *ast.FieldDefinition, size *Size, in sized) (n int, below sized) {
	n = 1
	for t := def.Type.Elem; t != nil && t.Elem != nil; t = t.Elem { // of a list of lists only the outer one is sized
		n *= Unsized
	}
	if size != nil && size.One {
		given, unsure, ok := size.checkOne(a.schema, f, a.variables)
		a.unsure = a.unsure || unsure
		if !ok {
			panic(refusal(f.Position, protocol.CodeValidation, "%s wants exactly one of %s, and has %d of them", f.Name, names(size.Slicing), given))
		}
	}
	var own Elements
	switch {
	case in.by != nil && slices.Contains(in.by.Sized, f.Name):
		own.Most = in.each
	default:
		if own = size.Of(a.schema, f, a.variables); own.Unknown {
			own.Most = Unsized
		}
	}
	if size != nil && len(size.Sized) > 0 {
		below = sized{size, own.Most}
	}
	if def.Type.Elem != nil {
		n *= own.Most
	}
	return n, below
}

func names(paths [][]string) string {
	list := make([]string, len(paths))
	for i, path := range paths {
		list[i] = strings.Join(path, ".")
	}
	return strings.Join(list, ", ")
}
