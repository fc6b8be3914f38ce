package coercion

import (
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"

	"weft/graph/scalar"
)

// LiteralsFit is the rule that refuses what gqlparser's rules let pass, or fail at: what is no value of a scalar of package scalar, a value of an enum that is only answered, an Int that 32 bits do not hold, a number that
// a 64-bit float does not hold, and an object for a built-in scalar or an enum. An integer beyond 64 bits is a Float, and as
// an ID its digits; evaluated as it is, it would panic. An argument, or a variable's default, has one error, however often its
// fragment is spread.
//
// In a document that is refused such a number becomes 0, and such an object loses its members. ValuesOfCorrectType, which comes
// after this rule because rules run in the order of their names, would otherwise repeat all of the input object around it once
// for each level that it is deep: out of a request of 1 MB, an answer of 90 MB and minutes of work.
func (s Schema) LiteralsFit(events *core.Events, addError core.AddErrFunc) {
	found := misfits{s, map[*ast.Value]string{}, map[*ast.Value]bool{}}
	report := func(role, name string, v *ast.Value) {
		if len(found.texts) == 0 || v == nil {
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

// misfits are literals that do not fit.
type misfits struct {
	schema  Schema
	texts   map[*ast.Value]string // what is wrong with those that are not reported yet
	objects map[*ast.Value]bool   // those that are objects
}

// add adds v if it does not fit, and makes it something that does. Integers beyond 64 bits become what they stand for.
func (m *misfits) add(v *ast.Value) {
	if v.Definition != nil {
		if of, ok := m.schema.shipped(v.Definition.Name); ok && of.Is != nil {
			m.addShipped(of, v)
			return
		}
	}
	switch v.Kind {
	case ast.EnumValue:
		if v.Definition != nil && v.Definition.Kind == ast.Enum && v.Raw == m.schema.Fallbacks[v.Definition.Name] {
			m.texts[v] = onlyAnswered(v.Definition.Name, v.Raw)
		}
	case ast.IntValue:
		widen(v)
		if v.Kind == ast.IntValue && !fits(v.Raw, bitsOf(v.Definition)) {
			m.texts[v], v.Raw = "expected an integer of at most 32 bits, got one of more", "0"
		}
	case ast.ObjectValue:
		if m.objects[v] || takesObjects(v.Definition) {
			return
		}
		m.objects[v], v.Children = true, nil
		m.texts[v] = fmt.Sprintf("expected a value of the type %s, got an object", v.Definition.Name)
	}
	if v.Kind == ast.FloatValue {
		if _, err := strconv.ParseFloat(v.Raw, 64); err != nil {
			m.texts[v], v.Raw = "expected a number that a 64-bit float holds, got one beyond", "0"
		}
	}
}

// addShipped adds v if it is none of a scalar of package scalar. A Decimal becomes its text, since a number would be a float.
func (m *misfits) addShipped(of scalar.Scalar, v *ast.Value) {
	switch {
	case v.Kind == ast.Variable, v.Kind == ast.NullValue, v.Kind == ast.ListValue && v.ExpectedType != nil && v.ExpectedType.Elem != nil:
	case !of.Takes(v):
		m.texts[v] = "expected " + wanted(v.Definition.Name, of) + ", got another"
		v.Kind, v.Raw, v.Children = ast.StringValue, "", nil
	case v.Kind == ast.FloatValue || v.Kind == ast.IntValue && v.Definition.Name == "Decimal":
		v.Kind = ast.StringValue
	}
}

// onlyAnswered says what is wrong with an enum's fallback.
func onlyAnswered(enum, value string) string {
	return "expected a value of the enum " + enum + " that can be asked for, got " + value + ", which stands for those that nobody knows"
}

// widen makes an integer beyond 64 bits a number that has more, or an ID.
func widen(v *ast.Value) {
	of := ""
	if v.Definition != nil {
		of = v.Definition.Name
	}
	switch {
	case of == "ID" && (v.Raw == "-0" || !fits(v.Raw, 64)):
		v.Kind = ast.StringValue
	case of != "Int" && !fits(v.Raw, 64):
		v.Kind = ast.FloatValue
	}
}

func bitsOf(def *ast.Definition) int {
	if def != nil && def.Name == "Int" {
		return 32
	}
	return 64
}

// takesObjects reports whether an object may be a value of def: it is not known, an input object, or a custom scalar.
func takesObjects(def *ast.Definition) bool {
	return def == nil || def.Kind == ast.InputObject || def.Kind == ast.Scalar && !def.OneOf("Int", "Float", "String", "Boolean", "ID")
}

// take forgets what is in v, and returns the first of it.
func (m *misfits) take(v *ast.Value) *fault {
	if text, ok := m.texts[v]; ok {
		delete(m.texts, v)
		return &fault{text: text, at: v.Position}
	}
	var first *fault
	for i, child := range v.Children {
		f := m.take(child.Value)
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
