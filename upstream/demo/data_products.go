package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// product is one article as the catalog describes it. What it costs and where it lies are other services' business.
type product struct {
	ID            string   `json:"id"`
	ItemNo        int      `json:"itemNo"` // the number by which the warehouse knows it
	Name          string   `json:"name"`
	Slug          string   `json:"slug"`
	Description   string   `json:"description"`
	BrandID       string   `json:"brandId"`
	CategoryID    string   `json:"categoryId"`
	Color         *string  `json:"color"` // null for books
	WeightGrams   int      `json:"weightGrams"`
	Origin        place    `json:"origin"`
	WarrantyYears *int     `json:"warrantyYears"` // null for books
	ReleasedOn    string   `json:"releasedOn" format:"date"`
	Discontinued  bool     `json:"discontinued"`
	Specs         []spec   `json:"specs"`
	Tags          []string `json:"tags"`
	Images        []image  `json:"images"`
	RelatedIDs    []string `json:"relatedIds"`

	trade *trade
	kind  *kind
}

type spec struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type image struct {
	URL    string `json:"url"` // relative to the catalog
	Alt    string `json:"alt"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// makeProducts deals the products out over the categories in turn, so that any page of them is a mixture.
func makeProducts(rng *rand.Rand, v *vocabulary, brands []brand) []product {
	products := make([]product, productCount)
	series := make([][]int, len(v.trades))
	for i, t := range v.trades {
		series[i] = rng.Perm(len(t.series))
	}
	for i := range products {
		c, nth := i%len(v.trades), i/len(v.trades)
		t := v.trades[c]
		k, round := t.kinds[nth%len(t.kinds)], nth/len(t.kinds)
		p := &products[i]
		*p = product{ID: fmt.Sprintf("p-%04d", i+1), ItemNo: i + 1, CategoryID: "c-" + t.id, trade: t, kind: k}
		if len(k.works) > 0 {
			p.publish(rng, k.works[round])
		} else {
			p.manufacture(rng, t.series[series[c][round]])
		}
		p.furnish(rng, pick(rng, makersOf(brands, p.CategoryID)))
	}
	relate(rng, products)
	return products
}

// publish makes p a book.
func (p *product) publish(rng *rand.Rand, w work) {
	p.Name = w.title
	p.Specs = []spec{{Name: "Author", Value: w.author}}
	p.Description = p.describe(rng, w.about+", by "+w.author+".", "")
}

// manufacture makes p an article of a series.
func (p *product) manufacture(rng *rand.Rand, series string) {
	color, years := pick(rng, p.trade.colors), pick(rng, []int{2, 3, 5, 10})
	p.Name = series + " " + p.kind.title
	p.Color, p.WarrantyYears = &color, &years
	p.Description = p.describe(rng, pick(rng, p.kind.leads), series)
}

// describe joins a lead and two or three of the kind's sentences.
func (p *product) describe(rng *rand.Rand, lead, series string) string {
	sentences := []string{lead}
	for _, i := range rng.Perm(len(p.kind.says))[:between(rng, 2, 3)] {
		sentences = append(sentences, p.kind.says[i])
	}
	return strings.ReplaceAll(strings.Join(sentences, " "), "{name}", series)
}

// furnish fills in what all products have.
func (p *product) furnish(rng *rand.Rand, b *brand) {
	p.Slug = slug(p.Name)
	p.BrandID, p.Origin = b.ID, b.Home
	p.WeightGrams = between(rng, p.kind.minGrams, p.kind.maxGrams) / 5 * 5
	released := time.Date(2020, time.January, 6, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rng.IntN(2450))
	p.ReleasedOn = released.Format(time.DateOnly)
	p.Discontinued = released.Year() < 2023 && rng.IntN(8) == 0
	for _, f := range p.kind.facts {
		p.Specs = append(p.Specs, spec{Name: f.name, Value: pick(rng, f.values)})
	}
	p.Tags = []string{slug(p.kind.title), p.trade.department}
	if released.Year() == lastDay().Year() {
		p.Tags = append(p.Tags, "new")
	}
	p.Images = []image{{URL: "/images/" + p.ID + ".jpg", Alt: p.Name + " by " + b.Name, Width: photoWidth, Height: photoHeight}}
}

func makersOf(brands []brand, categoryID string) []*brand {
	var makers []*brand
	for i := range brands {
		if slices.Contains(brands[i].CategoryIDs, categoryID) {
			makers = append(makers, &brands[i])
		}
	}
	return makers
}

// relate gives each product four others of its category.
func relate(rng *rand.Rand, products []product) {
	shelf := map[string][]string{}
	for _, p := range products {
		shelf[p.CategoryID] = append(shelf[p.CategoryID], p.ID)
	}
	for i := range products {
		p := &products[i]
		ids := shelf[p.CategoryID]
		for _, at := range rng.Perm(len(ids)) {
			if ids[at] != p.ID && len(p.RelatedIDs) < 4 {
				p.RelatedIDs = append(p.RelatedIDs, ids[at])
			}
		}
	}
}

// itemNumber is the number within a product id: 7 for "p-0007". Only the canonical spelling is accepted.
func itemNumber(id string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimPrefix(id, "p-"))
	return n, err == nil && n > 0 && id == fmt.Sprintf("p-%04d", n)
}

// slug is s in lower case, with hyphens between its words and without apostrophes.
func slug(s string) string {
	words := strings.FieldsFunc(strings.ToLower(strings.ReplaceAll(s, "'", "")), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}
