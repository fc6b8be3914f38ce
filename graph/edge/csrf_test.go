package edge_test

import (
	"testing"

	"weft/graph/edge"
)

func TestCrossOrigin(t *testing.T) {
	base := serve(t, greet, edge.Options{})
	type header = map[string]string
	tests := []struct {
		name   string
		get    int // status for a GET with header
		post   int
		header header
	}{
		{"Unmarked", 403, 200, header{}},
		{"ImageWithoutReferrer", 403, 200, header{"Accept": "image/avif,*/*;q=0.8", "Accept-Language": "en", "User-Agent": "Mozilla/5.0"}},
		{"UnmarkedWithHeader", 200, 200, header{"Apollo-Require-Preflight": "true"}},
		{"UnmarkedWithName", 200, 200, header{"X-Apollo-Operation-Name": "Q"}},
		{"UnmarkedJSON", 200, 200, header{"Content-Type": "application/json"}},
		{"NodesFetch", 200, 200, header{"Sec-Fetch-Mode": "cors"}},
		{"FetchOfAnotherSite", 403, 403, header{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "cross-site"}},
		{"SameOrigin", 200, 200, header{"Sec-Fetch-Site": "same-origin"}},
		{"SameOriginPage", 200, 200, header{"Sec-Fetch-Site": "same-origin", "Origin": base, "Referer": base + "/"}},
		{"SameOriginPageWithoutReferrer", 200, 200, header{"Sec-Fetch-Site": "same-origin", "Origin": "null", "Cookie": "session=1"}},
		{"Typed", 200, 200, header{"Sec-Fetch-Site": "none", "Cookie": "session=1"}},
		{"CrossSite", 403, 403, header{"Sec-Fetch-Site": "cross-site"}},
		{"SameSite", 403, 403, header{"Sec-Fetch-Site": "same-site", "Referer": base + "/"}},
		{"CrossSitePreflighted", 200, 403, header{"Sec-Fetch-Site": "cross-site", "Apollo-Require-Preflight": "true"}},
		{"CrossSiteApolloName", 200, 403, header{"Sec-Fetch-Site": "cross-site", "X-Apollo-Operation-Name": "Q"}},
		{"CrossSiteJSON", 200, 403, header{"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"}},
		{"OwnOrigin", 200, 200, header{"Origin": base}},
		{"OtherOrigin", 403, 403, header{"Origin": "https://evil.example"}},
		{"NullOrigin", 403, 403, header{"Origin": "null"}},
		{"OtherReferer", 403, 200, header{"Referer": "https://evil.example/page"}}, // a POST of JSON cannot be simple
		{"OwnReferer", 200, 200, header{"Referer": base + "/page"}},
		{"CookieAlone", 403, 200, header{"Cookie": "session=1"}},
		{"FormContentType", 415, 415, header{"Content-Type": "text/plain", "Apollo-Require-Preflight": "1"}},
		{"BrokenContentType", 415, 415, header{"Content-Type": ";;;"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := (request{method: "GET", path: getHello, header: tt.header, bare: true}).send(t, base); got.status != tt.get {
				t.Errorf("GET: got %d, want %d: %s", got.status, tt.get, got.body)
			}
			if got := (request{body: hello, header: tt.header}).send(t, base); got.status != tt.post {
				t.Errorf("POST: got %d, want %d: %s", got.status, tt.post, got.body)
			}
		})
	}
}

func TestAllowSimpleGET(t *testing.T) {
	base := serve(t, greet, edge.Options{AllowSimpleGET: true})
	header := map[string]string{"Sec-Fetch-Site": "cross-site"}
	if got := (request{method: "GET", path: getHello, header: header, bare: true}).send(t, base); got.status != 200 {
		t.Errorf("GET: got %d, want 200", got.status)
	}
	if got := (request{body: hello, header: header}).send(t, base); got.status != 403 {
		t.Errorf("POST: got %d, want 403", got.status)
	}
}

func TestHealthIgnoresOrigin(t *testing.T) {
	base := serve(t, greet, edge.Options{})
	got := request{method: "GET", path: "/healthz", header: map[string]string{"Sec-Fetch-Site": "cross-site"}}.send(t, base)
	if got.status != 200 {
		t.Errorf("got %d, want 200", got.status)
	}
}
