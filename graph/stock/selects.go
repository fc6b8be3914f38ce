package stock

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/binding"
)

// selected are the slots of the members that the operation selects of the objects of the field that is being resolved, or that something
// below them is loaded by. Go may look at any.
func (o *operation) selected(ctx context.Context, f *binding.Field) (slots []int) {
	op, t := graphql.GetOperationContext(ctx), o.types[f.Selects.Object]
	for _, set := range o.setsOf(*selectionOf(ctx, f)) {
		for _, selected := range o.collect(op, set, t.Satisfies) {
			slot, member := t.Members[selected.Name]
			switch below := t.Fields[selected.Name]; {
			case member:
				slots = append(slots, slot)
			case below != nil:
				slots = append(slots, below.Members()...)
			case selected.Name != "__typename":
				for slot := range f.Selects.Names {
					slots = append(slots, slot)
				}
			}
		}
	}
	return slots
}
