package resolver

import (
	"weft/graph/compiled"
	"weft/graph/generated"
)

// Service is the storefront: the schema of graph/schema, and what Go answers of it.
func Service() compiled.Schema {
	return generated.Service(
		Resolver{},
		generated.Functions{DeliveryByWeight: DeliveryByWeight},
		generated.Policies{IsCustomer: IsCustomer},
	)
}
