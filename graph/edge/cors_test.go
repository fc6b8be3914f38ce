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
	r.header["Origin"], r.header["Sec-Fetch-Site"] = origin, "cross-site"
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
				if vary := strings.Split(got.header.Get("Vary"), ", "); slices.Contains(vary, "Origin") != (tt.cors.Origins != nil) {
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
		{"POST", "accept-language,apollographql-client-name,apollographql-client-version,authorization,content-type,weft-trace,x-shop", true},
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
