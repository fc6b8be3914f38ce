package resolver

import (
	"context"
	"strconv"

	"weft/graph/model"
)

// tariff is what sending a parcel costs, from the lightest to the heaviest.
var tariff = []struct{ grams, cents, days int }{{500, 290, 3}, {2_000, 490, 2}, {10_000, 790, 2}, {31_500, 1_490, 4}}

// DeliveryByWeight answers the entity Delivery, keyed by a parcel's weight in grams. Nothing heavier than the tariff's
// last line is sent: null.
func DeliveryByWeight(_ context.Context, weights []string) ([]*model.Delivery, []error) {
	found := make([]*model.Delivery, len(weights))
	errs := make([]error, len(weights))
	for i, weight := range weights {
		grams, err := strconv.Atoi(weight)
		if err != nil {
			errs[i] = err
			continue
		}
		for _, t := range tariff {
			if grams <= t.grams {
				found[i] = model.NewDelivery(model.DeliveryFields{WeightGrams: t.grams, Cost: model.Cents(t.cents), Currency: "EUR", Days: t.days})
				break
			}
		}
	}
	return found, errs
}
