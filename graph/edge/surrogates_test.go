package edge_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"weft/graph/edge"
)

const halfCharacter = `\u escapes half of a character, a lone surrogate: write both halves, as in \ud83d\ude00, or the character itself`

// TestHalfCharactersInJSON holds that JSON with a lone surrogate is refused, wherever it is, and that everything that looks like
// one is not.
func TestHalfCharactersInJSON(t *testing.T) {
	server := httptest.NewServer(newCoercion())
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
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
		got := request{body: withVariable("String", value)}.send(t, server.URL)
		if accepted := got.status == http.StatusOK; accepted != whole || !whole && !strings.Contains(got.body, escapedText(halfCharacter)) {
			t.Errorf("a variable %s: got %d %s", value, got.status, got.body)
		}
		got = request{method: http.MethodGet, path: edge.Endpoint + "?query=" + url.QueryEscape("query($v:String){f3(v:$v)}") + "&variables=" + url.QueryEscape(`{"v":`+value+`}`)}.send(t, server.URL)
		if accepted := got.status == http.StatusOK; accepted != whole {
			t.Errorf("a variable %s by GET: got %d %s", value, got.status, got.body)
		}
	}
	got := request{body: `{"query":"{f3(v:\"\ud83d\")}"}`}.send(t, server.URL)
	if want := "the body near byte 18: "; got.status != http.StatusBadRequest || !strings.Contains(got.body, want) {
		t.Errorf("a query: got %d %s, want %s", got.status, got.body, want)
	}
}

// TestHalfCharactersInLiterals holds the same for strings in a document, which have escapes of their own.
func TestHalfCharactersInLiterals(t *testing.T) {
	server := httptest.NewServer(newCoercion())
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
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
		errs := refusal(t, post(t, server.URL, query))
		if accepted := len(errs) == 0; accepted != whole || !whole && (len(errs) != 1 || errs[0].Message != halfCharacter || len(errs[0].Locations) != 1) {
			t.Errorf("%s: got %v", query, errs)
		}
	}
}

func escapedText(text string) string { return strings.ReplaceAll(text, `\`, `\\`) }
