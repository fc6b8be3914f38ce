package demo

import (
	"fmt"
	"slices"
	"strconv"
)

// category is a shelf of the shop, or, without a parent, a department.
type category struct {
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	About        string    `json:"about"`
	ProductCount int       `json:"productCount"`
	Parent       *category `json:"parent"`
}

// brand is a maker or, for books, a publisher.
type brand struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Founded     int      `json:"founded"`
	Home        place    `json:"home"`
	About       string   `json:"about"`
	CategoryIDs []string `json:"categoryIds"`
}

type place struct {
	City    string `json:"city"`
	Country string `json:"country"`
}

func makeCategories(v *vocabulary) (departments, categories []category) {
	for _, row := range v.departments {
		departments = append(departments, category{ID: "d-" + row[0], Name: row[1], About: row[2]})
	}
	for _, t := range v.trades {
		i := slices.IndexFunc(departments, func(d category) bool { return d.ID == "d-"+t.department })
		categories = append(categories, category{ID: "c-" + t.id, Name: t.name, About: t.about, Parent: &departments[i]})
	}
	return departments, categories
}

func makeBrands(v *vocabulary) ([]brand, error) {
	brands := make([]brand, 0, len(v.brands))
	for i, row := range v.brands {
		founded, err := strconv.Atoi(row[3])
		if err != nil {
			return nil, fmt.Errorf("brand %s: %w", row[0], err)
		}
		b := brand{ID: fmt.Sprintf("b-%02d", i+1), Name: row[0], Founded: founded, Home: place{City: row[1], Country: row[2]}, About: row[5]}
		for _, c := range split(row[4], ",") {
			b.CategoryIDs = append(b.CategoryIDs, "c-"+c)
		}
		brands = append(brands, b)
	}
	return brands, nil
}

// countProducts fills in how many products each category, and thus each department, holds.
func countProducts(s *shop) {
	for i := range s.categories {
		c := &s.categories[i]
		for _, p := range s.products {
			if p.CategoryID == c.ID {
				c.ProductCount++
			}
		}
		c.Parent.ProductCount += c.ProductCount
	}
}
