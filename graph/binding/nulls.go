package binding

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
)

// CheckNulls returns an error if a variable in a field's arguments is null where null may not be. A document may have a nullable
// variable there when there is a default: it counts when the variable is absent, but not when it is null (GraphQL, section 6.4.1).
// Whatever asks for the field then must not be called.
func CheckNulls(args ast.ArgumentList, variables map[string]any) error {
	for _, arg := range args {
		if at := nullIn(arg.Value, variables); at != nil {
			path := append(ast.Path{ast.PathName(arg.Name)}, at.path...)
			err := gqlerror.ErrorPosf(arg.Value.Position, "Argument \"%s\" of non-null type \"%s\" must not be null.", path, at.of)
			err.Extensions = map[string]any{"code": protocol.CodeBadInput}
			return err
		}
	}
	return nil
}

// nullAt is where in a value null is, though of is not nullable.
type nullAt struct {
	path ast.Path
	of   *ast.Type
}

// nullIn finds the first null in v that may not be there; nil: there is none. Literals are as they must be: validation has seen to it.
func nullIn(v *ast.Value, variables map[string]any) *nullAt {
	if v.Kind == ast.Variable {
		value, given := variables[v.Raw]
		if given && value == nil && v.ExpectedType != nil && v.ExpectedType.NonNull {
			return &nullAt{of: v.ExpectedType}
		}
		return nil
	}
	for i, child := range v.Children {
		at := nullIn(child.Value, variables)
		if at == nil {
			continue
		}
		var step ast.PathElement = ast.PathName(child.Name)
		if v.Kind == ast.ListValue {
			step = ast.PathIndex(i)
		}
		at.path = slices.Insert(at.path, 0, step)
		return at
	}
	return nil
}
