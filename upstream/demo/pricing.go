package demo

import "net/http"

// pricing answers what things cost. It is asked for prices by POST, says nothing of caching, and quotes its decimals.
type pricing struct{ shop *shop }

const maxPriceSKUs = 200

func newPricing(s *shop) *service {
	p := pricing{s}
	return &service{
		name:  "pricing",
		about: "Prices as of now.",
		routes: []route{
			{
				method: "POST", path: "/prices/query", summary: "The prices of up to 200 products, by product id; unknown ones are left out.",
				body: priceQuery{}, answer: priceAnswer{}, handle: p.query,
			},
			{
				method: "GET", path: "/costs", summary: "What the shop has paid for up to 200 products; unknown ones are left out.",
				query: []param{must(commas("skus", "up to 200 product ids"))}, answer: costAnswer{}, handle: p.costs,
			},
		},
	}
}

type priceQuery struct {
	SKUs []string `json:"skus"`
}

type priceAnswer struct {
	Prices map[string]price `json:"prices"`
}

type price struct {
	Amount   string  `json:"amount"`
	Currency string  `json:"currency"`
	Until    int64   `json:"until"`         // seconds since 1970
	Was      *string `json:"was,omitempty"` // present when reduced
}

func (p pricing) query(r *http.Request) (reply, error) {
	var q priceQuery
	if err := readBody(r, &q); err != nil {
		return reply{}, err
	}
	if q.SKUs == nil {
		return reply{}, badInput("skus: want a list")
	}
	if err := atMost("skus", q.SKUs, maxPriceSKUs); err != nil {
		return reply{}, err
	}
	prices := map[string]price{}
	for _, sku := range q.SKUs {
		if item := p.shop.product(sku); item != nil {
			prices[sku] = p.shop.prices[item.ItemNo-1].wire()
		}
	}
	return reply{body: priceAnswer{prices}}, nil
}

type costAnswer struct {
	Costs []cost `json:"costs"`
}

type cost struct {
	SKU    string `json:"sku"`
	Amount string `json:"amount"`
}

func (p pricing) costs(r *http.Request) (reply, error) {
	skus := list(r.URL.Query(), "skus")
	if err := checkBatch("skus", skus, maxPriceSKUs); err != nil {
		return reply{}, err
	}
	found := []cost{}
	for _, sku := range skus {
		if item := p.shop.product(sku); item != nil {
			found = append(found, cost{sku, decimal(p.shop.prices[item.ItemNo-1].costCents())})
		}
	}
	return reply{body: costAnswer{found}}, nil
}

func (l listing) wire() price {
	p := price{Amount: decimal(l.cents), Currency: "EUR", Until: l.until.Unix()}
	if l.wasCents > 0 {
		was := decimal(l.wasCents)
		p.Was = &was
	}
	return p
}
