package demo

import (
	"strings"
	"testing"
)

// Each kind has more to praise, and more to blame, than a review has room for.
func TestVocabularySuffices(t *testing.T) {
	v, err := readVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range v.trades {
		if len(tr.kinds) != 4 || len(tr.used) < 4 {
			t.Errorf("%s: got %d kinds and %d uses", tr.id, len(tr.kinds), len(tr.used))
		}
		for _, k := range tr.kinds {
			aspects := map[bool]map[string]bool{true: {}, false: {}}
			for _, r := range append(append([]remark{}, k.remarks...), tr.remarks...) {
				aspects[r.good][r.aspect] = true
			}
			if len(aspects[true]) < 4 || len(aspects[false]) < 4 || len(k.says) < 3 || len(k.facts) == 0 || k.minEuro >= k.maxEuro || k.minGrams >= k.maxGrams {
				t.Errorf("%s, %s: too few words, or a range upside down", tr.id, k.title)
			}
			if n := len(k.works); n > 0 && n < 10 || n == 0 && (len(k.leads) == 0 || len(tr.series) < 11) {
				t.Errorf("%s, %s: too few works, leads or series", tr.id, k.title)
			}
		}
	}
}

// A review speaks of its kind of product, and as its stars do: five praise only, one blames only, and
// nothing is said twice or both ways.
func TestReviewsAgreeWithTheirStars(t *testing.T) {
	s := makeShop(t)
	for _, r := range s.reviews {
		p := s.product(r.ProductID)
		count, aspects := map[bool]int{}, map[string]int{}
		for _, m := range append(append([]remark{}, p.kind.remarks...), p.trade.remarks...) {
			if strings.Contains(r.Text, m.text) {
				count[m.good]++
				aspects[m.aspect]++
			}
		}
		want := map[int][2][2]int{ // least and most praise, then blame
			1: {{0, 0}, {2, 2}}, 2: {{1, 1}, {1, 1}}, 3: {{1, 1}, {1, 1}}, 4: {{1, 2}, {1, 1}}, 5: {{2, 2}, {0, 0}},
		}[r.Stars]
		if g, b := count[true], count[false]; g < want[0][0] || g > want[0][1] || b < want[1][0] || b > want[1][1] {
			t.Errorf("%s has %d stars, praises %d and blames %d times: %s", r.ID, r.Stars, g, b, r.Text)
		}
		for aspect, n := range aspects {
			if n > 1 {
				t.Errorf("%s speaks %d times of %s: %s", r.ID, n, aspect, r.Text)
			}
		}
		if r.Title == "" || strings.ContainsAny(r.Title+r.Text, "{}") {
			t.Errorf("%s: got %q, %q", r.ID, r.Title, r.Text)
		}
	}
}

func TestVocabularyErrors(t *testing.T) {
	for line, want := range map[string]string{
		"no colon":                    "want key: value",
		"colour: red":                 "unknown key",
		"kind: Tent | tent | 1":       "columns",
		"kind: T | t | a | 2|3|4":     "columns",
		"kind: T | t | a | 2 | 3 | 4": "kind T",
	} {
		if err := (&trade{}).line(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", line, err, want)
		}
	}
	if err := table(new([][]string), 3)("a | b"); err == nil {
		t.Error("got no error for a row that is too short")
	}
}
