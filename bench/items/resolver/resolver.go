// Package resolver holds the hand-written field of the items service.
package resolver

import (
	"context"

	"weft/bench/items/generated"
	"weft/bench/items/model"
)

// Resolver answers the fields that say @resolver.
type Resolver struct{}

var _ generated.ResolverRoot = Resolver{}

// Item returns the hand-written fields of Item.
func (r Resolver) Item() generated.ItemResolver { return r }

// Label is an item's name in brackets.
func (Resolver) Label(_ context.Context, i *model.Item) (string, error) {
	name, err := i.Name()
	return "[" + name + "]", err
}
