package edge

import (
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// literalsFit is the rule that refuses a literal for an Int that 32 bits do not hold, and a number anywhere that 64
// bits do not hold, be it in a custom scalar: evaluating it would panic. gqlparser's rules have seen to the rest of
// what a literal may be. An argument, or a variable's default, has one error, however often its fragment is spread.
//
// In a document that is refused such a number becomes 0. ValuesOfCorrectType, which comes after this rule because
// rules run in the order of their names, would otherwise repeat all of the input object around it once for each
// level that it is deep: out of a request of 1 MB, an answer of 90 MB and minutes of work.
func literalsFit(events *core.Events, addError core.AddErrFunc) {
	found := overflows{}
	report := func(role, name string, v *ast.Value) {
		if len(found) == 0 || v == nil {
			return
		}
		if f := found.take(v); f != nil {
			path := f.in(ast.PathName(name)).path()
			addError(core.Message("%s%s: %s", role, path, f.text), core.At(f.at))
		}
	}
	arguments := func(list ast.ArgumentList) {
		for _, arg := range list {
			report("argument ", arg.Name, arg.Value)
		}
	}
	events.OnValue(func(_ *core.Walker, v *ast.Value) { found.add(v) })
	events.OnField(func(_ *core.Walker, field *ast.Field) { arguments(field.Arguments) })
	events.OnDirective(func(_ *core.Walker, directive *ast.Directive) { arguments(directive.Arguments) })
	events.OnOperation(func(_ *core.Walker, op *ast.OperationDefinition) {
		for _, v := range op.VariableDefinitions {
			report("the default of $", v.Variable, v.DefaultValue)
		}
	})
}

// overflows are literals that do not fit and are not reported yet, each with what is wrong with it.
type overflows map[*ast.Value]string

// add adds v if it is a number that does not fit, and makes it one that does.
func (o overflows) add(v *ast.Value) {
	if text := overflow(v); text != "" {
		o[v] = text
		v.Raw = "0"
	}
}

// take forgets what is in v, and returns the first of it.
func (o overflows) take(v *ast.Value) *fault {
	if text, ok := o[v]; ok {
		delete(o, v)
		return &fault{text: text, at: v.Position}
	}
	var first *fault
	for i, child := range v.Children {
		f := o.take(child.Value)
		switch {
		case f == nil || first != nil:
		case v.Kind == ast.ListValue:
			first = f.in(ast.PathIndex(i))
		default:
			first = f.in(ast.PathName(child.Name))
		}
	}
	return first
}

// overflow words what is wrong with v, and is "" if nothing is.
func overflow(v *ast.Value) string {
	switch v.Kind {
	case ast.IntValue:
		bits := 64
		if v.Definition != nil && v.Definition.Name == "Int" {
			bits = 32
		}
		if !fits(v.Raw, bits) {
			return fmt.Sprintf("expected an integer of at most %d bits, got one of more", bits)
		}
	case ast.FloatValue:
		if _, err := strconv.ParseFloat(v.Raw, 64); err != nil {
			return "expected a number that a 64-bit float holds, got one beyond"
		}
	}
	return ""
}
