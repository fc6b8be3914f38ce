package limit

import "github.com/vektah/gqlparser/v2/ast"

// DepthOf is how deep an operation is, as l.Depth bounds it. Its document has passed Check.
func (l Document) DepthOf(doc *ast.QueryDocument, op *ast.OperationDefinition) int {
	p := newPass(l.WithDefaults(), nil, doc)
	p.merge(scope{counts: true}, op.SelectionSet)
	return p.depth
}
