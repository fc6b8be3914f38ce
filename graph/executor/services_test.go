package executor_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	posts "weft/bench/posts/generated"
	postsresolver "weft/bench/posts/resolver"
	shop "weft/graph/binding/bindingtest/generated"
	hotel "weft/graph/binding/bindingtest/hotel/generated"
	magazine "weft/graph/binding/bindingtest/magazine/generated"
	shopresolver "weft/graph/binding/bindingtest/resolver"
	"weft/graph/compiled"
	"weft/graph/fetch"
	"weft/graph/imageurl"
	storefrontresolver "weft/graph/resolver"
	"weft/upstream"
)

// service is one of the schemas that the executors are compared over.
type service struct {
	compiled.Schema
	kind  kind
	loads bool // hand-written Go asks services for something
}

// open makes a schema of it that runs on one executor.
func (s service) open(t *testing.T, clients upstream.Clients, executor string) graphql.ExecutableSchema {
	t.Helper()
	schema, err := s.Executable(compiled.Settings{
		Clients: clients, Images: pictures, BatchWait: wait, Executor: executor, Limits: fetch.Limits{MaxCalls: 1_000_000, MaxReceived: 1 << 40}, Logger: quiet,
	})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// wait is how long a batch of the stock executor collects keys. What the fake upstreams answer does not depend on how
// complete batches are.
const wait = 500 * time.Microsecond

var quiet = slog.New(slog.DiscardHandler)

// pictures make URLs of some pictures, and refuse others.
var pictures = func() imageurl.Services {
	made, err := imageurl.New(imageurl.Settings{
		Name: "pictures", Template: "https://img.example.com/?url={source}&w={width}&h={height}&fit={fit}&to={format}&q={quality}",
		Base: "https://shop.example.com/", Hosts: []string{"shop.example.com"}, Widths: []int{1, 2, 3, 5, 10}, Heights: []int{1, 2, 3},
	})
	if err != nil {
		panic(err)
	}
	return imageurl.Services{"pictures": made}
}()

// unguarded is a schema without its guards, so that nothing of it is refused: what they do is compared by TestGuards of graph/acceptance.
func unguarded(s compiled.Schema) compiled.Schema {
	s.Guards = nil
	return s
}

var services = map[string]service{
	"hotel": {hotel.Service(), kind{errs: "desk"}, false},
	"magazine": {
		magazine.Service(),
		kind{},
		false,
	},
	"posts": {
		posts.Service(postsresolver.Resolver{}),
		kind{},
		false,
	},
	"shop": {
		shop.Service(shopresolver.Resolver{}, shop.Functions{BadgesByID: shopresolver.BadgesByID}),
		kind{
			values: map[string][]string{
				"DateTime":     {`"2026-03-01T09:30:00Z"`, "1767225600", `"soon"`},
				"JSON":         {`{"a": [1.50, null]}`, "0", `"text"`, "[]"},
				"Availability": {`"in-stock"`, `"sold-out"`, `"PREORDER"`, `"IN_STOCK"`},
			},
			errs: "reviews",
		},
		true,
	},
	"storefront": {
		unguarded(storefrontresolver.Service()),
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
		false,
	},
}
