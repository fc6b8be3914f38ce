package demo

import "net/http"

// recommending answers what goes with a product: one product per call, slowly, and sometimes less than was asked for.
type recommending struct{ shop *shop }

func newRecommendations(s *shop) *service {
	rec := recommending{s}
	const fresh = "public, max-age=30, stale-while-revalidate=300"
	limit := integer("limit", "1 to 20; 6 without. There may be fewer")
	return &service{
		name:     "recommendations",
		about:    "What goes with a product.",
		style:    style{etag: weakETag},
		slowness: 3,
		routes: []route{
			{
				method: "GET", path: "/recommendations/{productId}", summary: "Products that go with one, the best first.",
				query: []param{limit}, answer: []recommendation{}, cache: fresh, handle: rec.objects,
			},
			{
				method: "GET", path: "/recommendations/{productId}/ids", summary: "Only their ids.",
				query: []param{limit}, answer: []string{}, cache: fresh, handle: rec.ids,
			},
		},
	}
}

func (rec recommending) objects(r *http.Request) (reply, error) {
	best, err := rec.best(r)
	return reply{body: best}, err
}

func (rec recommending) ids(r *http.Request) (reply, error) {
	best, err := rec.best(r)
	ids := make([]string, 0, len(best))
	for _, b := range best {
		ids = append(ids, b.Product.ID)
	}
	return reply{body: ids}, err
}

func (rec recommending) best(r *http.Request) ([]recommendation, error) {
	p := rec.shop.product(r.PathValue("productId"))
	if p == nil {
		return nil, notFound("product", r.PathValue("productId"))
	}
	limit, err := number(r.URL.Query(), "limit", 6, 1, 20)
	if err != nil {
		return nil, err
	}
	return window(rec.shop.similar[p.ItemNo-1], 0, limit), nil
}
