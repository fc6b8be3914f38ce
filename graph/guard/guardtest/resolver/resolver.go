// Package resolver answers what package guardtest's schema leaves to Go.
package resolver

import (
	"context"
	"strings"

	"weft/graph/auth"
	"weft/graph/guard/guardtest/generated"
)

// Resolver answers the hand-written fields.
type Resolver struct{}

// Query is the resolver of that type.
func (Resolver) Query() generated.QueryResolver { return query{} }

type query struct{}

// Motto is guarded.
func (query) Motto(context.Context) (*string, error) { return new("Keep it."), nil }

// Greeting names who asks.
func (query) Greeting(ctx context.Context) (*string, error) {
	if who := auth.From(ctx); who != nil {
		return new("Good day, " + who.Subject() + "."), nil
	}
	return new("Good day."), nil
}

// IsMember is met by who has a name that begins with M.
func IsMember(_ context.Context, who *auth.Caller) (bool, error) {
	return strings.HasPrefix(who.Subject(), "M"), nil
}
