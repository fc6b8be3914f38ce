package edge_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"weft/graph/edge"
)

const halfCharacter = `\u escapes half of a character, a lone surrogate: write both halves, as in \ud83d\ude00, or the character itself`

// TestHalfCharactersInJSON holds that JSON with a lone surrogate is refused, wherever it is, and that everything that looks like
// one is not.
func TestHalfCharactersInJSON(t *testing.T) {
	base := serve(t, greet, edge.Options{})
	for value, whole := range map[string]bool{
		`"\ud83d\ude00"`:        true,
		`"\uD83D\uDE00x\u00e9"`: true,
		`"\\ud83d"`:             true, // a backslash, and letters
		`"\\\\ud83d\""`:         true,
		`"\ud7ff\ue000"`:        true,
		`"\ud83d"`:              false,
		`"\uD83Dx"`:             false,
		`"\ude00"`:              false,
		`"\ude00\ud83d"`:        false,
		`"\ud83d\ud83d\ude00"`:  false,
		`"\ud83d\n\ude00"`:      false,
		`"\\\ud83d"`:            false,
		`"a\ud83d\\ude00"`:      false,
	} {
		got := request{body: `{"query":"query($n:String){greeting(name:$n)}","variables":{"n":` + value + `}}`}.send(t, base)
		if accepted := got.status == http.StatusOK; accepted != whole || !whole && !strings.Contains(got.body, escapedText(halfCharacter)) {
			t.Errorf("a variable %s: got %d %s", value, got.status, got.body)
		}
		got = request{method: http.MethodGet, path: edge.Endpoint + "?query=" + url.QueryEscape("query($n:String){greeting(name:$n)}") + "&variables=" + url.QueryEscape(`{"n":`+value+`}`)}.send(t, base)
		if accepted := got.status == http.StatusOK; accepted != whole {
			t.Errorf("a variable %s by GET: got %d %s", value, got.status, got.body)
		}
	}
	got := request{body: `{"query":"{greeting(name:\"\ud83d\")}"}`}.send(t, base)
	if want := "the body near byte 27: "; got.status != http.StatusBadRequest || !strings.Contains(got.body, want) {
		t.Errorf("a query: got %d %s, want %s", got.status, got.body, want)
	}
}

func escapedText(text string) string { return strings.ReplaceAll(text, `\`, `\\`) }
