package plan

import "github.com/vektah/gqlparser/v2/ast"

// Fields counts the fields of an operation with fragments expanded, as the budget of Build does.
func Fields(doc *ast.QueryDocument, op *ast.OperationDefinition) int {
	return fields(doc, op.SelectionSet, map[string]int{})
}
