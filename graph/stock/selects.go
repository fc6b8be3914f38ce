package stock

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/binding"
)

// selected is what the operation selects of the objects of the field that is being resolved.
func (o *operation) selected(ctx context.Context, f *binding.Field) binding.Selected {
	var set ast.SelectionSet
	for _, one := range o.setsOf(*selectionOf(ctx, f)) {
		set = append(set, one...)
	}
	return o.selectedOf(ctx, f.Selects.Expands, f.Selects.Object, set, nil, 0)
}

// selectedOf is what a set selects of objects of a type, which are stubs, or whole ones, and so many objects deep in an answer.
func (o *operation) selectedOf(
	ctx context.Context, expands *binding.Expands, object string, set ast.SelectionSet, stub *Stub, depth int,
) binding.Selected {
	s := binding.Selected{Slots: o.needs(ctx, object, []ast.SelectionSet{set})}
	s.Bare = stub != nil && !stub.MayLack(s.Slots)
	if expands == nil || depth == binding.MaxExpanded {
		return s
	}
	t := o.types[object]
	below, stubs := map[int]ast.SelectionSet{}, map[int]*Stub{}
	for _, selected := range o.collect(graphql.GetOperationContext(ctx), set, t.Satisfies) {
		slot := t.Members[selected.Name]
		below[slot], stubs[slot] = append(below[slot], selected.Selections...), t.Stubs[selected.Name]
	}
	for _, m := range expands.Types[object].Members {
		if set := below[m.Slot]; set != nil {
			if s.Below == nil {
				s.Below = map[int]binding.Selected{}
			}
			s.Below[m.Slot] = o.selectedOf(ctx, expands, m.Object, set, stubs[m.Slot], depth+1)
		}
	}
	return s
}
