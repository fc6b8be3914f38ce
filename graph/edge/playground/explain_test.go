package playground_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"weft/graph/edge/playground"
)

func TestExplain(t *testing.T) {
	two := 2
	h := playground.Handler(playground.Options{Explain: func(_ context.Context, q playground.Question) playground.Explanation {
		if q.Query != "query A($n: Int) { a(n: $n) }" {
			return playground.Explanation{}
		}
		return playground.Explanation{Text: q.OperationName + " of <" + q.Variables["n"].(interface{ String() string }).String() + ">", Calls: &two}
	}})
	for _, tt := range []struct {
		name, body, site string
		status           int
		says             string
	}{
		{
			"OK", `{"query": "query A($n: Int) { a(n: $n) }", "operationName": "A", "variables": {"n": 12345678901234567890}}`, "same-origin",
			200, `{"text":"A of \u003c12345678901234567890\u003e","calls":2}`,
		},
		{"NoOperation", `{"query": "query A("}`, "same-origin", 200, `{"text":"","calls":null}`},
		{"OtherOrigin", `{"query": "{ a }"}`, "cross-site", 403, "cross-origin"},
		{"NoJSON", `{ a }`, "same-origin", 400, "the body is not"},
		{"Large", `{"query": "` + strings.Repeat("x", 1<<20) + `"}`, "same-origin", 400, "the body is not"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/playground/explain", strings.NewReader(tt.body))
			r.Header.Set("Sec-Fetch-Site", tt.site)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, tt.status, tt.says)
			}
		})
	}
}

func TestNoExplain(t *testing.T) {
	w := httptest.NewRecorder()
	playground.Handler(playground.Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/playground/explain", strings.NewReader(`{}`)))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("got %d, want 405", w.Code)
	}
}
