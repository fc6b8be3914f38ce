// Package resolver holds the service's hand-written fields and functions.
package resolver

import (
	"context"
	"errors"
	"strings"

	"weft/graph/binding/bindingtest/generated"
	"weft/graph/binding/bindingtest/model"
	"weft/loaders"
)

// Resolver answers the fields that say @resolver.
type Resolver struct{}

var _ generated.ResolverRoot = Resolver{}

// Query returns the hand-written fields of Query.
func (Resolver) Query() generated.QueryResolver { return query{} }

// Product returns the hand-written fields of Product.
func (Resolver) Product() generated.ProductResolver { return product{} }

type query struct{}

// Compare loads two products through the operation's loaders: one batch.
func (query) Compare(ctx context.Context, a, b string) (*string, error) {
	products, errs := loaders.For[*generated.Loaders](ctx).Product().LoadMany(ctx, []string{a, b})()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var names []string
	for _, p := range products {
		if p == nil {
			continue
		}
		name, err := p.Name()
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	text := strings.Join(names, " vs ")
	return &text, nil
}

// Choice loads a product.
func (query) Choice(ctx context.Context, id string) (*model.Product, error) {
	return loaders.For[*generated.Loaders](ctx).Product().Load(ctx, id)()
}

// Choices loads products.
func (query) Choices(ctx context.Context, ids []string) ([]*model.Product, error) {
	products, errs := loaders.For[*generated.Loaders](ctx).Product().LoadMany(ctx, ids)()
	return products, errors.Join(errs...)
}

type product struct{}

// Shout is the name, louder.
func (product) Shout(_ context.Context, p *model.Product) (string, error) {
	name, err := p.Name()
	return strings.ToUpper(name) + "!", err
}

// BadgesByID makes a badge for every id but "none"; "broken" fails.
func BadgesByID(_ context.Context, ids []string) ([]*model.Badge, []error) {
	badges, errs := make([]*model.Badge, len(ids)), make([]error, len(ids))
	for i, id := range ids {
		switch id {
		case "none":
		case "broken":
			errs[i] = errors.New("the badge printer is out of ink")
		default:
			badges[i] = model.NewBadge(model.BadgeFields{ID: id, Text: "badge of " + id})
		}
	}
	return badges, errs
}
