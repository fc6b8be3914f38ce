package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
)

func makeShop(t testing.TB) *shop {
	t.Helper()
	s, err := newShop()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// everything is all data of a shop as bytes.
func everything(t *testing.T, s *shop) []byte {
	t.Helper()
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	prices := map[string]price{}
	for i, l := range s.prices {
		prices[s.products[i].ID] = l.wire()
	}
	for _, part := range []any{s.departments, s.categories, s.brands, s.products, prices, s.stores, s.stock, s.orders, s.carts, s.reviews, s.similar} {
		if err := enc.Encode(part); err != nil {
			t.Fatal(err)
		}
	}
	for _, u := range s.users {
		if err := enc.Encode(self{u.user, u.private}); err != nil {
			t.Fatal(err)
		}
	}
	return buf.Bytes()
}

func TestShopIsTheSameEveryTime(t *testing.T) {
	one, two := everything(t, makeShop(t)), everything(t, makeShop(t))
	if sha256.Sum256(one) != sha256.Sum256(two) {
		t.Error("two generations differ")
	}
	for _, placeholder := range []string{"{name}", "{noun}"} {
		if bytes.Contains(one, []byte(placeholder)) {
			t.Errorf("%s was left in the data", placeholder)
		}
	}
}

func TestShopCounts(t *testing.T) {
	s := makeShop(t)
	for name, count := range map[string][2]int{
		"departments": {len(s.departments), 4},
		"categories":  {len(s.categories), 12},
		"brands":      {len(s.brands), 40},
		"products":    {len(s.products), 500},
		"prices":      {len(s.prices), 500},
		"stores":      {len(s.stores), 6},
		"users":       {len(s.users), 200},
		"orders":      {len(s.orders), 1000},
		"reviews":     {len(s.reviews), 5000},
		"similar":     {len(s.similar), 500},
	} {
		if count[0] != count[1] {
			t.Errorf("%s: got %d, want %d", name, count[0], count[1])
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	s := makeShop(t)
	seen := map[string]string{}
	unique := func(name, id string) {
		if other, ok := seen[name]; ok {
			t.Errorf("%s and %s are both called %s", other, id, name)
		}
		seen[name] = id
	}
	for _, p := range s.products {
		unique(p.Name, p.ID)
		unique("/"+p.Slug, p.ID)
	}
	for _, b := range s.brands {
		unique(b.Name, b.ID)
	}
	for _, u := range s.users {
		unique(u.private.Email, u.Name)
	}
}

func TestEmailsArePlain(t *testing.T) {
	for _, u := range makeShop(t).users {
		if !regexp.MustCompile(`^[a-z]+\.[a-z]+@example\.org$`).MatchString(u.private.Email) {
			t.Errorf("%s: got %s", u.Name, u.private.Email)
		}
	}
}

// Every reference leads somewhere, and products are made by makers of such things.
func TestReferences(t *testing.T) {
	s := makeShop(t)
	brands := map[string]brand{}
	for _, b := range s.brands {
		brands[b.ID] = b
	}
	for i, p := range s.products {
		if !strings.Contains(strings.Join(brands[p.BrandID].CategoryIDs, " "), p.CategoryID) {
			t.Errorf("%s: %s makes no %s", p.ID, p.BrandID, p.CategoryID)
		}
		if len(p.RelatedIDs) != 4 || strings.Contains(strings.Join(p.RelatedIDs, " "), p.ID) {
			t.Errorf("%s: got related %v", p.ID, p.RelatedIDs)
		}
		for _, r := range s.similar[i] {
			if s.product(r.Product.ID) == nil || r.Product.ID == p.ID || r.Score <= 0 {
				t.Errorf("%s: got recommendation %+v", p.ID, r)
			}
		}
		if l := s.prices[i]; l.cents <= 0 || l.wasCents != 0 && l.wasCents <= l.cents {
			t.Errorf("%s: got price %+v", p.ID, l)
		}
	}
	for _, o := range s.orders {
		for _, l := range o.Lines {
			if p := s.product(l.Line.ProductID); p == nil || p.ReleasedOn > o.PlacedAt {
				t.Errorf("%s of %s: got line %+v before its release", o.ID, o.PlacedAt, l)
			}
		}
	}
}

// A review is of somebody who was there, after the product was, and once for each product.
func TestReviewsAreInTime(t *testing.T) {
	s := makeShop(t)
	bought := map[[2]any]bool{}
	for _, o := range s.orders {
		for _, l := range o.Lines {
			bought[[2]any{l.Line.ProductID, o.userID}] = true
		}
	}
	seen := map[[2]any]bool{}
	for _, r := range s.reviews {
		p, u := s.product(r.ProductID), s.user(*r.UserID)
		if p == nil || u == nil {
			t.Fatalf("%s: nobody, or of nothing", r.ID)
		}
		key := [2]any{r.ProductID, *r.UserID}
		if seen[key] || r.Verified && !bought[key] {
			t.Errorf("%s: written twice, or by a buyer who is none", r.ID)
		}
		seen[key] = true
		if r.WrittenAt < p.ReleasedOn || r.WrittenAt < u.MemberSince || r.WrittenAt > lastDay().Format(time.RFC3339) {
			t.Errorf("%s: written at %s", r.ID, r.WrittenAt)
		}
	}
}
