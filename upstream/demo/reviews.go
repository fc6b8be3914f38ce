package demo

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// reviews answers what customers think. It reports its failures with status 200, and puts stars into words in the
// language of the reader.
type reviews struct {
	shop    *shop
	store   *reviewStore
	matcher language.Matcher
}

const maxReviewedProducts = 50

func newReviews(s *shop) *service {
	v := reviews{shop: s, store: newReviewStore(s.reviews), matcher: language.NewMatcher([]language.Tag{language.English, language.German, language.French})}
	const fresh, vary = "public, max-age=30", "Accept-Language"
	byProduct := must(repeated("product_id", "up to 50 product ids"))
	return &service{
		name:  "reviews",
		about: "What customers think. A failure is an answer with status 200 and a member \"error\".",
		style: style{coding: zstdCoding(), failure: reviewFailure},
		routes: []route{
			{
				method: "GET", path: "/reviews", summary: "The newest reviews of each product.",
				query:  []param{byProduct, integer("first", "how many of each product, 1 to 20; 3 without")},
				answer: reviewList{}, cache: fresh, vary: vary, handle: v.newest,
			},
			{method: "GET", path: "/reviews/{id}", summary: "One review.", answer: review{}, cache: fresh, vary: vary, handle: v.one},
			{
				method: "GET", path: "/products/{id}/reviews", summary: "All reviews of a product, the newest first.",
				query:  []param{text("after", "\"next\" of the page before"), integer("limit", "size of the page, 1 to 50; 10 without")},
				answer: reviewPage{}, cache: fresh, vary: vary, handle: v.page,
			},
			{
				method: "GET", path: "/ratings", summary: "How each product is rated.",
				query: []param{byProduct}, answer: ratingList{}, cache: fresh, vary: vary, handle: v.ratings,
			},
			{method: "POST", path: "/reviews", summary: "Adds a review.", body: newReview{}, answer: review{}, vary: vary, handle: v.add},
		},
	}
}

type reviewList struct {
	Items []review `json:"items"`
}

type reviewPage struct {
	Items []review `json:"items"`
	Next  *string  `json:"next"` // null on the last page
}

type ratingList struct {
	Items []rating `json:"items"`
}

// rating sums up the reviews of one product.
type rating struct {
	ProductID string   `json:"productId"`
	Average   *float64 `json:"average"` // null without reviews
	Count     int      `json:"count"`
	Histogram []int    `json:"histogram"` // reviews with one star, two… five
	Verdict   *string  `json:"verdict"`   // null without reviews
}

// newReview is what a customer sends.
type newReview struct {
	Product string `json:"product"`
	Stars   int    `json:"stars"`
	Text    string `json:"text"`
	Title   string `json:"title,omitempty"` // the first sentence of the text when empty
	User    *int   `json:"user,omitempty"`  // nobody in particular when missing
}

// reviewError is what reviews says instead of an error status.
type reviewError struct {
	Error struct {
		Code string `json:"code"`
		Text string `json:"text"`
	} `json:"error"`
}

func reviewFailure(p problem) reply {
	var e reviewError
	e.Error.Code = strings.ToUpper(strings.ReplaceAll(p.Title, " ", "_"))
	e.Error.Text = p.Detail
	return reply{header: http.Header{"Cache-Control": {"no-store"}}, body: e}
}

func (v reviews) newest(r *http.Request) (reply, error) {
	q := r.URL.Query()
	if err := checkBatch("product_id", q["product_id"], maxReviewedProducts); err != nil {
		return reply{}, err
	}
	first, err := number(q, "first", 3, 1, 20)
	if err != nil {
		return reply{}, err
	}
	items := []review{}
	for _, id := range q["product_id"] {
		items = append(items, v.spoken(r, window(v.store.of(id), 0, first))...)
	}
	return reply{body: reviewList{items}}, nil
}

func (v reviews) one(r *http.Request) (reply, error) {
	found := v.store.byID(r.PathValue("id"))
	if found == nil {
		return reply{}, notFound("review", r.PathValue("id"))
	}
	return reply{body: v.spoken(r, []*review{found})[0]}, nil
}

func (v reviews) page(r *http.Request) (reply, error) {
	id := r.PathValue("id")
	if v.shop.product(id) == nil {
		return reply{}, notFound("product", id)
	}
	limit, err := number(r.URL.Query(), "limit", 10, 1, 50)
	if err != nil {
		return reply{}, err
	}
	all := v.store.of(id)
	start, err := position(all, r.URL.Query().Get("after"))
	if err != nil {
		return reply{}, err
	}
	page := reviewPage{Items: v.spoken(r, window(all, start, limit))}
	if start+limit < len(all) {
		next := base64.RawURLEncoding.EncodeToString([]byte(all[start+limit-1].ID))
		page.Next = &next
	}
	return reply{body: page}, nil
}

// position is where the page after a cursor begins. A cursor names the last review of its page.
func position(all []*review, cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	id, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		for i, r := range all {
			if r.ID == string(id) {
				return i + 1, nil
			}
		}
	}
	return 0, badInput("after: %q is no cursor of this list", cursor)
}

func (v reviews) ratings(r *http.Request) (reply, error) {
	ids := r.URL.Query()["product_id"]
	if err := checkBatch("product_id", ids, maxReviewedProducts); err != nil {
		return reply{}, err
	}
	items := []rating{}
	for _, id := range ids {
		if v.shop.product(id) != nil {
			items = append(items, rate(id, v.store.of(id), v.verdicts(r)))
		}
	}
	return reply{body: ratingList{items}}, nil
}

func rate(id string, all []*review, verdicts [5]string) rating {
	sum := rating{ProductID: id, Count: len(all), Histogram: make([]int, 5)}
	stars := 0
	for _, r := range all {
		stars += r.Stars
		sum.Histogram[r.Stars-1]++
	}
	if sum.Count > 0 {
		hundredths := (200*stars + sum.Count) / (2 * sum.Count)
		average := float64(hundredths) / 100
		sum.Average, sum.Verdict = &average, &verdicts[(hundredths+50)/100-1]
	}
	return sum
}

func (v reviews) add(r *http.Request) (reply, error) {
	var in newReview
	if err := readBody(r, &in); err != nil {
		return reply{}, err
	}
	in.Text = strings.TrimSpace(in.Text)
	switch n := utf8.RuneCountInString(in.Text); {
	case v.shop.product(in.Product) == nil:
		return reply{}, notFound("product", in.Product)
	case in.Stars < 1 || in.Stars > 5:
		return reply{}, badInput("stars: got %d, want 1 to 5", in.Stars)
	case n < 1 || n > 2000:
		return reply{}, badInput("text: got %d characters, want 1 to 2000", n)
	case utf8.RuneCountInString(in.Title) > 120:
		return reply{}, badInput("title: want at most 120 characters")
	case in.User != nil && v.shop.user(*in.User) == nil:
		return reply{}, badInput("user: there is no %d", *in.User)
	}
	added := v.store.add(review{
		ProductID: in.Product, UserID: in.User, Stars: in.Stars, Title: headline(in), Text: in.Text,
	}, time.Now().UTC())
	return reply{body: v.spoken(r, []*review{added})[0]}, nil
}

// headline is the title, or the start of the text: its first sentence or sixty characters.
func headline(in newReview) string {
	if in.Title != "" {
		return in.Title
	}
	sentence, _, _ := strings.Cut(in.Text, ". ")
	if letters := []rune(sentence); len(letters) > 60 {
		return string(letters[:59]) + "…"
	}
	return strings.TrimSuffix(sentence, ".")
}

// spoken copies reviews and adds their verdicts.
func (v reviews) spoken(r *http.Request, found []*review) []review {
	words := v.verdicts(r)
	spoken := make([]review, len(found))
	for i, one := range found {
		spoken[i] = *one
		spoken[i].Verdict = words[one.Stars-1]
	}
	return spoken
}

// verdicts are the words for one to five stars in the language that the request accepts best.
func (v reviews) verdicts(r *http.Request) [5]string {
	_, i := language.MatchStrings(v.matcher, r.Header.Get("Accept-Language"))
	return [][5]string{
		{"Bad", "Poor", "Fair", "Good", "Excellent"},
		{"Schlecht", "Mangelhaft", "Mittelmäßig", "Gut", "Hervorragend"},
		{"Mauvais", "Médiocre", "Moyen", "Bien", "Excellent"},
	}[i]
}
