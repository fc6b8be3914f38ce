package gqlgen

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/selection"
)

// order knows where the fields of an operation stand. gqlgen's executor resolves fields and elements of lists at the same time, and
// reports their errors as they come.
type order struct {
	op        *graphql.OperationContext
	schema    *ast.Schema // nil: what a fragment is of does not count
	collector selection.Collector
	known     map[place]map[string]ranked // by the names in the answer
}

// place is where fields are selected: lists of selections that are the same have the same number.
type place struct {
	sets   int
	object string // the type that they are selected of; "": nobody knows
}

// ranked is a field, and which one it is in its place.
type ranked struct {
	*selection.Field
	rank int
}

func newOrder(op *graphql.OperationContext, schema *ast.Schema) *order {
	o := &order{op: op, schema: schema, known: map[place]map[string]ranked{}}
	o.collector = selection.Collector{Fragments: op.Doc.Fragments, Step: func() {}, Included: o.included}
	return o
}

// sort puts errors into the order in which their fields stand in the document and elements in their lists, and has each name all places
// that select its field.
func (o *order) sort(errs []added) {
	for i := range errs {
		e := &errs[i]
		var path ast.Path
		if err, ok := e.err.(*gqlerror.Error); ok {
			path = err.Path
		}
		var field *selection.Field
		if e.at, field = o.position(path, objects(e.ctx)); field != nil && len(field.More) > 0 {
			e.err = at(e.err.(*gqlerror.Error), field)
		}
	}
	slices.SortStableFunc(errs, func(a, b added) int { return slices.Compare(a.at, b.at) })
}

// at returns err with all locations of a field, if it has that of the first.
func at(err *gqlerror.Error, f *selection.Field) *gqlerror.Error {
	all := Locations(f.Field, f.More)
	if len(err.Locations) > 1 || len(err.Locations) == 1 && err.Locations[0] != all[0] {
		return err
	}
	located := *err
	located.Locations = all
	return &located
}

// position returns a path as numbers, ranks and indexes, and the field that it ends in; nil: none.
func (o *order) position(path ast.Path, objects []string) (at []int, last *selection.Field) {
	sets := []ast.SelectionSet{o.op.Operation.SelectionSet}
	for i, step := range path {
		index, ok := step.(ast.PathIndex)
		if ok {
			at = append(at, int(index))
			continue
		}
		name, _ := step.(ast.PathName)
		object := ""
		if i < len(objects) {
			object = objects[i]
		}
		field, ok := o.fields(sets, object)[string(name)]
		if !ok {
			return at, nil
		}
		at, sets, last = append(at, field.rank), field.Sets, field.Field
	}
	return at, last
}

func (o *order) fields(sets []ast.SelectionSet, object string) map[string]ranked {
	key := place{o.collector.ID(sets), object}
	if known, ok := o.known[key]; ok {
		return known
	}
	fields := map[string]ranked{}
	for i, f := range o.collector.Fields(sets, func(condition string) bool { return o.satisfies(object, condition) }) {
		fields[f.Alias] = ranked{f, i}
	}
	o.known[key] = fields
	return fields
}

func (o *order) satisfies(object, condition string) bool {
	return o.schema == nil || object == "" || object == condition ||
		slices.ContainsFunc(o.schema.Implements[object], func(d *ast.Definition) bool { return d.Name == condition })
}

func (o *order) included(list ast.DirectiveList) bool {
	for _, d := range list {
		if d.Name == "skip" || d.Name == "include" {
			if v, err := d.Arguments.ForName("if").Value.Value(o.op.Variables); err == nil && v == (d.Name == "skip") {
				return false
			}
		}
	}
	return true
}

// objects are the types that the fields of a context's path are selected of; "" for an index.
func objects(ctx context.Context) []string {
	var list []string
	for f := graphql.GetFieldContext(ctx); f != nil; f = f.Parent {
		if f.Index != nil {
			list = append(list, "")
		} else if f.Field.Field != nil {
			list = append(list, f.Object)
		}
	}
	slices.Reverse(list)
	return list
}
