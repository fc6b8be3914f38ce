package operation

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// constants returns an error where a variable stands in a directive on a variable, whose arguments are constants (GraphQL, section 2.10).
// gqlparser takes them for those of any other directive.
func constants(doc *ast.QueryDocument) *gqlerror.Error {
	for _, op := range doc.Operations {
		for _, v := range op.VariableDefinitions {
			for _, d := range v.Directives {
				for _, a := range d.Arguments {
					if inside := variableIn(a.Value); inside != nil {
						return gqlerror.ErrorPosf(inside.Position, "Unexpected variable %q in a constant value", "$"+inside.Raw)
					}
				}
			}
		}
	}
	return nil
}

// variableIn is the first variable in a value; nil: there is none.
func variableIn(v *ast.Value) *ast.Value {
	if v.Kind == ast.Variable {
		return v
	}
	for _, child := range v.Children {
		if inside := variableIn(child.Value); inside != nil {
			return inside
		}
	}
	return nil
}
