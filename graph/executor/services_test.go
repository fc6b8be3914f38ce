package executor_test

import (
	"log/slog"
	"time"

	"github.com/99designs/gqlgen/graphql"

	posts "weft/bench/posts/generated"
	postsresolver "weft/bench/posts/resolver"
	shop "weft/graph/binding/bindingtest/generated"
	shopresolver "weft/graph/binding/bindingtest/resolver"
	"weft/graph/compiled"
	"weft/graph/cost"
	storefront "weft/graph/generated"
	storefrontresolver "weft/graph/resolver"
	"weft/upstream"
)

// service is one of the schemas that the executors are compared over.
type service struct {
	upstreams []upstream.Spec
	kind      kind
	costs     *cost.Schema
	loads     bool // hand-written Go asks services for something
	schema    func(clients upstream.Clients, executor string) (graphql.ExecutableSchema, error)
}

// wait is how long a batch of the stock executor collects keys. What the fake upstreams answer does not depend on how
// complete batches are.
const wait = 500 * time.Microsecond

var quiet = slog.New(slog.DiscardHandler)

func settings(c upstream.Clients, name string) compiled.Settings {
	return compiled.Settings{Clients: c, BatchWait: wait, Executor: name, MaxCalls: 1_000_000, Logger: quiet}
}

var services = map[string]service{
	"posts": {
		posts.Upstreams,
		kind{},
		posts.Service(postsresolver.Resolver{}).Costs, false,
		func(c upstream.Clients, executor string) (graphql.ExecutableSchema, error) {
			return posts.Service(postsresolver.Resolver{}).Executable(settings(c, executor))
		},
	},
	"shop": {
		shop.Upstreams,
		kind{
			values: map[string][]string{
				"DateTime":     {`"2026-03-01T09:30:00Z"`, "1767225600", `"soon"`},
				"JSON":         {`{"a": [1.50, null]}`, "0", `"text"`, "[]"},
				"Availability": {`"in-stock"`, `"sold-out"`, `"PREORDER"`, `"IN_STOCK"`},
			},
			errs: "reviews",
		},
		shop.Service(shopresolver.Resolver{}, shop.Functions{}).Costs, true,
		func(c upstream.Clients, executor string) (graphql.ExecutableSchema, error) {
			return shop.Service(shopresolver.Resolver{}, shop.Functions{BadgesByID: shopresolver.BadgesByID}).Executable(settings(c, executor))
		},
	},
	"storefront": {
		storefront.Upstreams,
		kind{
			values: map[string][]string{
				"DateTime":    {`"2026-03-01T09:30:00Z"`, "1767225600", `"soon"`},
				"Date":        {`"2026-03-01"`, `"2026-03-01"`, `"today"`},
				"Decimal":     {`"19.90"`, "19.90", "3", `"much"`},
				"URL":         {`"/images/1.svg"`, `"https://example.com/?a=b&c=d"`},
				"Tier":        {`"regular"`, `"friend"`, `"family"`, `"none"`},
				"StockState":  {`"IN_STK"`, `"LOW"`, `"OUT"`},
				"Reason":      {`"similar"`, `"same_maker"`, `"bought_together"`},
				"OrderStatus": {`"placed"`, `"packed"`, `"shipped"`, `"lost"`},
			},
			errs: "reviews",
		},
		storefront.Service(storefrontresolver.Resolver{}, storefront.Functions{}).Costs, false,
		func(c upstream.Clients, executor string) (graphql.ExecutableSchema, error) {
			return storefront.Service(storefrontresolver.Resolver{}, storefront.Functions{DeliveryByWeight: storefrontresolver.DeliveryByWeight}).
				Executable(settings(c, executor))
		},
	},
}
