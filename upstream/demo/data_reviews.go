package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// review is one customer's opinion of one product.
type review struct {
	ID        string `json:"id"`
	ProductID string `json:"productId"`
	UserID    *int   `json:"userId"` // null for guests
	Stars     int    `json:"stars"`
	Title     string `json:"title"`
	Text      string `json:"text"`
	WrittenAt string `json:"writtenAt" format:"date-time"`
	Helpful   int    `json:"helpful"`
	Verified  bool   `json:"verified"` // the writer has bought the product here
	Verdict   string `json:"verdict"`  // the stars in a word, in the reader's language

	written time.Time
}

// opinions is how often, in percent, a product of some quality is given one star, two stars… and five.
func opinions() [][5]int {
	return [][5]int{{1, 3, 8, 28, 60}, {1, 3, 8, 28, 60}, {3, 5, 13, 35, 44}, {3, 5, 13, 35, 44}, {5, 9, 20, 38, 28}, {12, 18, 26, 26, 18}}
}

// makeReviews lets buyers write first, then others, some products being far more talked about than others.
func makeReviews(rng *rand.Rand, v *vocabulary, s *shop) []review {
	d := reviewDraft{rng: rng, shop: s, taken: map[[2]int]bool{}, quality: make([][5]int, len(s.products))}
	d.reviews = make([]review, 0, reviewCount)
	for i := range d.quality {
		d.quality[i] = pick(rng, opinions())
	}
	d.fromBuyers()
	d.fromOthers()
	slices.SortFunc(d.reviews, func(a, b review) int {
		return cmp.Or(a.written.Compare(b.written), cmp.Compare(a.ProductID, b.ProductID), cmp.Compare(*a.UserID, *b.UserID))
	})
	for i := range d.reviews {
		r := &d.reviews[i]
		r.ID = reviewID(i)
		p := s.product(r.ProductID)
		r.Title, r.Text = writeReview(rng, v.phrases, p.trade, p.kind, r.Stars)
	}
	return d.reviews
}

func reviewID(n int) string { return fmt.Sprintf("r-%05d", n+1) }

// reviewDraft collects who reviews what, and when.
type reviewDraft struct {
	rng     *rand.Rand
	shop    *shop
	quality [][5]int        // by product
	taken   map[[2]int]bool // product and user that already met
	reviews []review
}

func (d *reviewDraft) fromBuyers() {
	for _, o := range d.shop.orders {
		for _, l := range o.Lines {
			written := o.placed.Add(time.Duration(between(d.rng, 10*24, 70*24)) * time.Hour)
			if d.rng.IntN(3) > 0 || written.After(lastDay()) {
				continue
			}
			d.add(d.shop.product(l.Line.ProductID), o.userID, written, true)
		}
	}
}

func (d *reviewDraft) fromOthers() {
	var talked []int // each product's number, as often as it is talked about
	for i := range d.shop.products {
		talk := 1 + d.rng.IntN(8)*d.rng.IntN(8)
		if i < 20 {
			talk += 20 // what a first page shows is what people talk about
		}
		for range talk {
			talked = append(talked, i)
		}
	}
	for len(d.reviews) < reviewCount {
		p, u := &d.shop.products[pick(d.rng, talked)], &d.shop.users[d.rng.IntN(userCount)]
		from, _ := time.Parse(time.DateOnly, max(p.ReleasedOn, u.MemberSince))
		d.add(p, u.ID, moment(d.rng, from, lastDay()), false)
	}
}

func (d *reviewDraft) add(p *product, userID int, at time.Time, verified bool) {
	if d.taken[[2]int{p.ItemNo, userID}] {
		return
	}
	d.taken[[2]int{p.ItemNo, userID}] = true
	d.reviews = append(d.reviews, review{
		ProductID: p.ID, UserID: &userID, Stars: d.stars(p), WrittenAt: at.Format(time.RFC3339),
		Helpful: d.rng.IntN(6) * d.rng.IntN(6), Verified: verified, written: at,
	})
}

func (d *reviewDraft) stars(p *product) int {
	n := d.rng.IntN(100)
	for i, share := range d.quality[p.ItemNo-1] {
		if n -= share; n < 0 {
			return i + 1
		}
	}
	return 5
}
