package stock

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/view"
)

// ImageURL answers a member that is a picture's URL: as an image service has it for the field's arguments.
func ImageURL[T any](
	ctx context.Context, service string, parent view.Object, slot int, decode func(view.Value) (T, error),
) (T, error) {
	var none T
	images := operationOf(ctx).images[service]
	wanted, err := images.Wanted(graphql.GetFieldContext(ctx).Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables))
	if err != nil {
		return none, err
	}
	v, err := images.Value(parent.Member(slot), wanted)
	if err != nil {
		return none, err
	}
	made, err := decode(v)
	return made, parent.Located(slot, err)
}
