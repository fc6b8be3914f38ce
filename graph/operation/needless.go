package operation

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// needless says at which places of a document a rule has nothing to say, since another one has said what is wrong.
type needless func(events *core.Events, at func(*ast.Position))

// without is a rule that has no errors there.
func (n needless) without(rule core.RuleFunc) core.RuleFunc {
	return func(events *core.Events, addError core.AddErrFunc) {
		left := map[gqlerror.Location]bool{}
		n(events, func(p *ast.Position) { left[locationOf(p)] = true })
		rule(events, func(options ...core.ErrorOption) {
			var err gqlerror.Error
			for _, option := range options {
				option(&err)
			}
			if len(err.Locations) == 0 || !left[err.Locations[0]] {
				addError(options...)
			}
		})
	}
}

// ofUnknownTypes are variables whose type there is not.
func ofUnknownTypes(events *core.Events, at func(*ast.Position)) {
	events.OnValue(func(w *core.Walker, v *ast.Value) {
		if v.Kind == ast.Variable && v.VariableDefinition != nil && w.Schema.Types[v.VariableDefinition.Type.Name()] == nil {
			at(v.Position)
		}
	})
}

// ofOutputTypes are values where there can be none, such as defaults of variables whose type is an object.
func ofOutputTypes(events *core.Events, at func(*ast.Position)) {
	events.OnValue(func(_ *core.Walker, v *ast.Value) {
		if v.Definition != nil && !v.Definition.IsInputType() {
			at(v.Position)
		}
	})
}

// ofLeaves are fields of what has none: of fragments on scalars, enums and input types.
func ofLeaves(events *core.Events, at func(*ast.Position)) {
	events.OnField(func(_ *core.Walker, f *ast.Field) {
		if f.ObjectDefinition != nil && !f.ObjectDefinition.IsCompositeType() {
			at(f.Position)
		}
	})
}
