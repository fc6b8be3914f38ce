package operation_test

import (
	"testing"

	"weft/graph/coercion"
)

// TestHalfCharactersInLiterals holds that a string with a lone surrogate is refused in a document, where escapes are other ones than in JSON, and what
// looks like one is not.
func TestHalfCharactersInLiterals(t *testing.T) {
	e := newCoercion()
	for query, whole := range map[string]bool{
		`{f3(v:"\ud83d\ude00 � é")}`:          true,
		`{f3(v:"\\ud83d �")}`:                 true,
		`{f3(v:"""\ud83d �""")}`:              true,
		`{f3(v:"\u{1F600}�")}`:                true,
		`{f3(v:"\ufffd")} # \ud83d`:           true,
		`{f3(v:"\ud83d")}`:                    false,
		`{a: f3(v:"é😀") b: f3(v:"\ude00")}`:   false,
		`{f7(v:{a:["\ude00\ud83d"]})}`:        false,
		`query($x:String="\ud83d"){f3(v:$x)}`: false,
	} {
		errs := refusal(t, ask(t, e, query))
		if accepted := len(errs) == 0; accepted != whole || !whole && (len(errs) != 1 || errs[0].Message != coercion.HalfCharacter || len(errs[0].Locations) != 1) {
			t.Errorf("%s: got %v", query, errs)
		}
	}
}
