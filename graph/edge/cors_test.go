package edge_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/graph/edge"
)

// fromPage is a request as a browser sends it for a page of an origin.
func fromPage(origin string, r request) request {
	r.header = maps.Clone(r.header)
	if r.header == nil {
		r.header = map[string]string{}
	}
	r.header["Origin"], r.header["Sec-Fetch-Site"], r.bare = origin, "cross-site", true
	return r
}

// preflight asks whether a page may send a request.
func preflight(origin, method, headers string) request {
	return fromPage(origin, request{method: http.MethodOptions, header: map[string]string{
		"Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers,
	}})
}

func TestCORS(t *testing.T) {
	const app = "https://app.example.com"
	some := edge.CORS{Origins: []string{app, "http://localhost:*", "https://*.preview.example.com"}, Headers: []string{"X-Shop"}, MaxAge: time.Minute}
	all, cookies, cookiesOfAll := edge.CORS{Origins: []string{"*"}}, some, edge.CORS{Origins: []string{"*"}, Credentials: true}
	cookies.Credentials = true
	for name, tt := range map[string]struct {
		cors        edge.CORS
		origin      string
		allowed     string // Access-Control-Allow-Origin; "": it may not
		credentials string
	}{
		"Nobody":               {edge.CORS{}, app, "", ""},
		"Listed":               {some, app, app, ""},
		"OtherScheme":          {some, "http://app.example.com", "", ""},
		"OtherPort":            {some, app + ":8443", "", ""},
		"OtherHost":            {some, "https://app.example.com.evil.example", "", ""},
		"Subdomain":            {some, "https://evil.app.example.com", "", ""},
		"AnyPort":              {some, "http://localhost:5173", "http://localhost:5173", ""},
		"AnyPortOfAnother":     {some, "http://localhost.evil.example:5173", "", ""},
		"AnySubdomain":         {some, "https://pr-1.preview.example.com", "https://pr-1.preview.example.com", ""},
		"AnySubdomainOfOthers": {some, "https://evilpreview.example.com", "", ""},
		"Null":                 {some, "null", "", ""},
		"All":                  {all, "https://evil.example", "*", ""},
		"Cookies":              {cookies, app, app, "true"},
		"CookiesOfNobody":      {cookies, "https://evil.example", "", ""},
		"CookiesOfAll":         {cookiesOfAll, "https://evil.example", "*", ""},
	} {
		t.Run(name, func(t *testing.T) {
			base := serve(t, say(10, "max-age=60"), edge.Options{CORS: tt.cors, Vary: []string{"Authorization"}})
			status := 200
			if tt.allowed == "" {
				status = 403
			}
			for _, r := range []request{{body: hello}, {method: http.MethodGet, path: getHello}, {method: "QUERY", body: hello, header: map[string]string{"Content-Type": "application/json"}}} {
				got := fromPage(tt.origin, r).send(t, base)
				if got.status != status || got.header.Get("Access-Control-Allow-Origin") != tt.allowed || got.header.Get("Access-Control-Allow-Credentials") != tt.credentials {
					t.Errorf("%s: got %d %v %s", r.method, got.status, got.header, got.body)
				}
				if status == 403 && !strings.Contains(got.body, "cors.origins") {
					t.Errorf("%s: got %s, which names no setting", r.method, got.body)
				}
				if vary := strings.Split(got.header.Get("Vary"), ", "); slices.Contains(vary, "Origin") != (tt.cors.Origins != nil && !slices.Contains(tt.cors.Origins, "*")) {
					t.Errorf("%s: got Vary %s", r.method, vary)
				}
			}
			got := preflight(tt.origin, "POST", "authorization,content-type,x-shop").send(t, base)
			may := got.header.Get("Access-Control-Allow-Origin")
			if wanted := tt.allowed; may != wanted && !(name == "All" || name == "CookiesOfAll") { // whose X-Shop is not listed
				t.Errorf("preflight: got %d %v", got.status, got.header)
			}
		})
	}
}

// TestOrigins tries which origins match a pattern.
func TestOrigins(t *testing.T) {
	for pattern, tt := range map[string]struct{ match, others []string }{
		"https://app.example.com": {
			[]string{"https://app.example.com", "https://app.example.com:443", "HTTPS://App.Example.com"},
			[]string{"http://app.example.com", "https://app.example.com:80", "https://app.example.com.", "https://app.example.com.evil.example", "app.example.com"},
		},
		"https://app.example.com:443": {[]string{"https://app.example.com"}, []string{"https://app.example.com:8443"}},
		"https://app.example.com:8443": {
			[]string{"https://app.example.com:8443"}, []string{"https://app.example.com", "https://app.example.com:84433", "https://app.example.com:*"},
		},
		"http://localhost:*": {
			[]string{"http://localhost", "http://localhost:5173", "http://localhost:80"},
			[]string{"https://localhost", "http://localhost.evil.example", "http://localhost.evil.example:5173", "http://a.localhost"},
		},
		"https://*.example.com": {
			[]string{"https://a.example.com", "https://a.b.example.com", "https://a.example.com:443"},
			[]string{"https://example.com", "https://.example.com", "https://aexample.com", "https://a.example.com:8443", "https://a.example.com.evil.example"},
		},
		"https://*.example.com:*": {
			[]string{"https://a.example.com", "https://a.b.example.com:8443"},
			[]string{"https://example.com:8443", "http://a.example.com:8443", "https://a.example.com.evil.example:8443"},
		},
		"https://*.example.com:8443": {[]string{"https://a.example.com:8443"}, []string{"https://a.example.com"}},
		"http://[::1]:*":             {[]string{"http://[::1]", "http://[::1]:8080"}, []string{"http://[::2]:8080", "http://::1"}},
		"http://[::1]":               {[]string{"http://[::1]"}, []string{"http://[::1]:8080"}},
	} {
		base := serve(t, greet, edge.Options{CORS: edge.CORS{Origins: []string{pattern}}})
		for wanted, list := range map[bool][]string{true: tt.match, false: append(tt.others, "null", "https://", "://")} {
			for _, origin := range list {
				got := fromPage(origin, request{body: hello}).send(t, base)
				if allowed := got.header.Get("Access-Control-Allow-Origin") == origin && got.status == 200; allowed != wanted {
					t.Errorf("%s, from %s: got %d %v", pattern, origin, got.status, got.header)
				}
			}
		}
	}
}

// TestPreflight tries what a page may send that may send anything at all.
func TestPreflight(t *testing.T) {
	const app = "https://app.example.com"
	base := serve(t, greet, edge.Options{
		Vary: []string{"Accept-Language", "Authorization"}, CORS: edge.CORS{Origins: []string{app}, Headers: []string{"X-Shop"}, MaxAge: time.Minute},
	})
	for _, tt := range []struct {
		method, headers string
		allowed         bool
	}{
		{"POST", "content-type", true},
		{"QUERY", "content-type,if-none-match", true},
		{"GET", "apollo-require-preflight,x-apollo-operation-name", true},
		{"POST", "accept-language,apollographql-client-name,apollographql-client-version,authorization,content-type,weft-report,x-shop", true},
		{"POST", "content-type,x-other", false},
		{"PUT", "content-type", false},
	} {
		got := preflight(app, tt.method, tt.headers).send(t, base)
		if allowed := got.header.Get("Access-Control-Allow-Origin") == app; got.status != 204 || allowed != tt.allowed {
			t.Errorf("%s with %s: got %d %v", tt.method, tt.headers, got.status, got.header)
		}
		if tt.allowed && got.header.Get("Access-Control-Max-Age") != "60" {
			t.Errorf("%s with %s: got %v", tt.method, tt.headers, got.header)
		}
	}
	if got := fromPage(app, request{body: hello}).send(t, base); !strings.Contains(strings.ToLower(got.header.Get("Access-Control-Expose-Headers")), "etag") {
		t.Errorf("got %v", got.header)
	}
	if got := fromPage(app, request{method: http.MethodGet, path: "/healthz"}).send(t, base); got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("other paths: got %v", got.header)
	}
}
