// Package resolver holds the one hand-written field of the posts service.
package resolver

import (
	"context"

	"weft/bench/posts/generated"
)

// Resolver answers the fields that say @resolver.
type Resolver struct{}

var _ generated.ResolverRoot = Resolver{}

// Query returns the hand-written fields of Query.
func (r Resolver) Query() generated.QueryResolver { return r }

// Greet answers a constant.
func (Resolver) Greet(context.Context) (string, error) { return "Hello World!", nil }
