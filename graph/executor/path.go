package executor

import "github.com/vektah/gqlparser/v2/ast"

// step is one step of the path to what is being written: a field, or, without one, an index of a list.
type step struct {
	field *ast.Field
	index int
}

// here is the path to what is being written.
func (w *writer) here() ast.Path {
	path := make(ast.Path, len(w.path))
	for i, s := range w.path {
		if s.field != nil {
			path[i] = ast.PathName(s.field.Alias)
		} else {
			path[i] = ast.PathIndex(s.index)
		}
	}
	return path
}
