// Command deadcode is never run. What it calls is alive for the check of dead code in .ci/run, although no program here calls
// it; each line has its reason.
package main

import (
	"fmt"

	items "weft/bench/items/generated"
	itemsresolver "weft/bench/items/resolver"
	github "weft/graph/acceptance/services/github/generated"
	hal "weft/graph/acceptance/services/hal/generated"
	jsonapi "weft/graph/acceptance/services/jsonapi/generated"
	odata "weft/graph/acceptance/services/odata/generated"
	stripe "weft/graph/acceptance/services/stripe/generated"
	shop "weft/graph/binding/bindingtest/generated"
	hotel "weft/graph/binding/bindingtest/hotel/generated"
	magazine "weft/graph/binding/bindingtest/magazine/generated"
	shopmodel "weft/graph/binding/bindingtest/model"
	shopresolver "weft/graph/binding/bindingtest/resolver"
	types "weft/graph/binding/typetest/generated"
	typesmodel "weft/graph/binding/typetest/model"
	"weft/graph/compiled"
	"weft/graph/config"
	guarded "weft/graph/guard/guardtest/generated"
	guardedresolver "weft/graph/guard/guardtest/resolver"
	"weft/graph/model"
	"weft/graph/service"
	"weft/upstream"
)

func main() {
	// Tests and benchmarks serve these schemas: all that generated code calls is of use.
	items.Service(itemsresolver.Resolver{})
	hotel.Service()
	shop.Service(shopresolver.Resolver{}, shop.Functions{BadgesByID: shopresolver.BadgesByID})
	magazine.Service()
	types.Service()
	guarded.Service(guardedresolver.Resolver{}, guarded.Policies{IsMember: guardedresolver.IsMember})

	for _, schema := range []func() compiled.Schema{stripe.Service, github.Service, jsonapi.Service, hal.Service, odata.Service} {
		schema()
	}

	// The README's program, and most others, are this line.
	service.Main(shop.Service(nil, shop.Functions{}))

	// Hand-written fields make objects by these.
	model.NewOrder(model.OrderFields{})
	shopmodel.NewProduct(shopmodel.ProductFields{})
	typesmodel.NewRanked(typesmodel.RankedFields{})

	// Nobody prints these, which hold secrets; who does by mistake sees none.
	fmt.Print(config.Secret(""), upstream.Options{})
}
