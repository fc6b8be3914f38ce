package demo

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// outlines says how a review with so many stars is built. A part with a question mark is left out half of the time.
func outlines(stars int) []string {
	return [][]string{
		{"open", "used?", "bad", "bad", "close"},
		{"open", "bad", "used?", "but", "good", "close"},
		{"open?", "good", "used?", "but", "bad", "close"},
		{"open", "good", "used?", "good?", "but", "bad", "close?"},
		{"open?", "good", "used", "good", "close?"},
	}[stars-1]
}

// writeReview writes a title and a text about a product of a kind, in keeping with its stars.
func writeReview(rng *rand.Rand, phrases map[string][]string, t *trade, k *kind, stars int) (title, text string) {
	w := reviewWriter{rng: rng, trade: t, kind: k}
	suffix := " " + string(rune('0'+stars))
	parts := make([]string, 0, 8)
	for _, part := range outlines(stars) {
		name, optional := strings.CutSuffix(part, "?")
		if optional && rng.IntN(2) == 0 {
			continue
		}
		switch name {
		case "used":
			parts = append(parts, pick(rng, t.used))
		case "good", "bad":
			parts = append(parts, w.remark(name == "good"))
		default:
			parts = append(parts, pick(rng, phrases[name+suffix]))
		}
	}
	title, text = pick(rng, phrases["title"+suffix]), strings.Join(parts, " ")
	return strings.ReplaceAll(title, "{noun}", k.noun), strings.ReplaceAll(text, "{noun}", k.noun)
}

// reviewWriter remembers what has been remarked upon already.
type reviewWriter struct {
	rng   *rand.Rand
	trade *trade
	kind  *kind
	said  []string // aspects
}

// remark draws until there is a remark on something new: two times in three of the kind, else of the trade.
// Each kind has more aspects than a review has remarks (data_reviewtext_test.go).
func (w *reviewWriter) remark(good bool) string {
	for {
		from := w.kind.remarks
		if w.rng.IntN(3) == 0 {
			from = w.trade.remarks
		}
		if r := pick(w.rng, from); r.good == good && !slices.Contains(w.said, r.aspect) {
			w.said = append(w.said, r.aspect)
			return r.text
		}
	}
}
