package operation

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// aboutTypes is a rule about the types of variables whose errors are where the type is, which has to be corrected; gqlparser's are where the
// variable is. Named says that they are about the named type within lists. Where a list begins gqlparser does not know, so errors about one
// stay where the variable is.
func aboutTypes(rule core.RuleFunc, named bool) core.RuleFunc {
	return func(events *core.Events, addError core.AddErrFunc) {
		types := map[gqlerror.Location]gqlerror.Location{} // by where the variable is
		events.OnVariable(func(_ *core.Walker, v *ast.VariableDefinition) {
			t := v.Type
			for named && t.Elem != nil {
				t = t.Elem
			}
			if t.Elem == nil {
				types[locationOf(v.Position)] = locationOf(t.Position)
			}
		})
		rule(events, func(options ...core.ErrorOption) {
			addError(append(options, func(err *gqlerror.Error) {
				for i, at := range err.Locations {
					if of, ok := types[at]; ok {
						err.Locations[i] = of
					}
				}
			})...)
		})
	}
}

func locationOf(p *ast.Position) gqlerror.Location {
	return gqlerror.Location{Line: p.Line, Column: p.Column}
}
