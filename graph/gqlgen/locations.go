package gqlgen

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// maxLocations is how many places an error names. A document may select one field as often as it is long, and an answer has many
// errors.
const maxLocations = 16

// Locations are where a document selects a field: in the first place, and in more that select the same.
func Locations(first *ast.Field, more []*ast.Field) []gqlerror.Location {
	var all []gqlerror.Location
	add := func(f *ast.Field) {
		if at := f.Position; at != nil && at.Line > 0 {
			all = append(all, gqlerror.Location{Line: at.Line, Column: at.Column})
		}
	}
	add(first)
	for _, f := range more[:min(len(more), maxLocations-1)] {
		add(f)
	}
	return all
}
