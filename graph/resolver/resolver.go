// Package resolver is the storefront's hand-written Go: the few fields and the one entity that no service answers.
package resolver

import (
	"context"

	"weft/graph/generated"
	"weft/graph/model"
)

// Resolver answers the fields that say @resolver.
type Resolver struct{}

var _ generated.ResolverRoot = Resolver{}

// Order returns the hand-written fields of Order.
func (Resolver) Order() generated.OrderResolver { return order{} }

// OrderLine returns the hand-written fields of OrderLine.
func (Resolver) OrderLine() generated.OrderLineResolver { return orderLine{} }

// Cart returns the hand-written fields of Cart.
func (Resolver) Cart() generated.CartResolver { return cart{} }

type (
	order     struct{}
	orderLine struct{}
	cart      struct{}
)

// Total is what an order cost; its service counts in cents.
func (order) Total(_ context.Context, o *model.Order) (model.Decimal, error) {
	return amount(o.TotalCents())
}

// Shipping is what sending an order cost.
func (order) Shipping(_ context.Context, o *model.Order) (model.Decimal, error) {
	return amount(o.ShippingCents())
}

// UnitPrice is what one piece costs.
func (orderLine) UnitPrice(_ context.Context, l *model.OrderLine) (model.Decimal, error) {
	return amount(l.UnitCents())
}

// Total is what all pieces of a line cost.
func (orderLine) Total(_ context.Context, l *model.OrderLine) (model.Decimal, error) {
	return amount(l.TotalCents())
}

// Total is what a cart would cost.
func (cart) Total(_ context.Context, c *model.Cart) (model.Decimal, error) {
	return amount(c.TotalCents())
}

func amount(cents int, err error) (model.Decimal, error) { return model.Cents(cents), err }
