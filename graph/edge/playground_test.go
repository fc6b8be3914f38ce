package edge_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"weft/graph/edge"
	"weft/graph/operation"
)

// page is a playground that answers with the path it was asked for.
func page(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "page "+r.URL.Path) }

func TestPlayground(t *testing.T) {
	const (
		nothing = "nothing is here: the GraphQL endpoint is /graphql, by POST or GET\n"
		pointer = "nothing is here: the GraphQL endpoint is /graphql, by POST or GET, and its playground is /\n"
	)
	with := serve(t, greet, edge.Options{Playground: http.HandlerFunc(page)})
	without := serve(t, greet, edge.Options{})
	type answer struct {
		status int
		body   string
	}
	tests := []struct {
		name, path    string
		with, without answer
	}{
		{"Root", "/", answer{200, "page /"}, answer{404, nothing}},
		{"RootWithQuery", "/?query=x", answer{200, "page /"}, answer{404, nothing}},
		{"Below", "/playground/", answer{200, "page /playground/"}, answer{404, nothing}},
		{"Asset", "/playground/assets/a.js", answer{200, "page /playground/assets/a.js"}, answer{404, nothing}},
		{"NoSlash", "/playground", answer{200, "page /playground/"}, answer{404, nothing}}, // after a redirect
		{"Elsewhere", "/favicon.ico", answer{404, pointer}, answer{404, nothing}},
		{"AlmostBelow", "/playgrounds", answer{404, pointer}, answer{404, nothing}},
		{"BelowTheEndpoint", "/graphql/", answer{404, pointer}, answer{404, nothing}},
		{"Endpoint", getHello, answer{200, helloData}, answer{200, helloData}},
		{"Health", "/healthz", answer{200, "ok\n"}, answer{200, "ok\n"}},
		{"Ready", "/readyz", answer{200, "ready\n"}, answer{200, "ready\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for base, want := range map[string]answer{with: tt.with, without: tt.without} {
				got := request{method: "GET", path: tt.path}.send(t, base)
				if (answer{got.status, got.body}) != want {
					t.Errorf("got %d %q, want %+v (with a playground: %t)", got.status, got.body, want, base == with)
				}
			}
		})
	}
}

// Mounted below a path, the handler points to where its endpoint and its page really are.
func TestElsewhereBelow(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/below/api/", http.StripPrefix("/below/api", edge.NewHandler(newEngine(greet, operation.Options{}), edge.Options{Playground: http.HandlerFunc(page)})))
	server := httptest.NewServer(mux)
	defer server.Close()
	const want = "nothing is here: the GraphQL endpoint is /below/api/graphql, by POST or GET, and its playground is /below/api/\n"
	got := request{method: "GET", path: "/below/api/els%65where?a=b/c"}.send(t, server.URL)
	if got.status != http.StatusNotFound || got.body != want {
		t.Errorf("got %d %q, want 404 %q", got.status, got.body, want)
	}
}

// Mounted below a path, the address without its slash leads to the page that is below the same path.
func TestPlaygroundBelow(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/below/api/", http.StripPrefix("/below/api", edge.NewHandler(newEngine(greet, operation.Options{}), edge.Options{Playground: http.HandlerFunc(page)})))
	mux.HandleFunc("/playground/", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "somebody else's page") })
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, path := range []string{"/below/api/playground", "/below/api/playground?query=x"} {
		if got := (request{method: "GET", path: path}).send(t, server.URL); got.status != http.StatusOK || got.body != "page /playground/" {
			t.Errorf("%s: got %d %q, want its own page", path, got.status, got.body)
		}
	}
}

// What the playground's page sends, a browser marks as coming from our own origin. The same from elsewhere is
// refused, playground or not.
func TestPlaygroundsRequestsPass(t *testing.T) {
	base := serve(t, greet, edge.Options{Playground: http.HandlerFunc(page)})
	header := func(site, origin string) map[string]string {
		return map[string]string{
			"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Origin": origin, "Cookie": "session=1",
			"Accept": "application/graphql-response+json, application/json", "Weft-Report": "calls",
		}
	}
	tests := []struct {
		name   string
		header map[string]string
		status int
	}{
		{"SameOrigin", header("same-origin", base), 200},
		{"SameOriginNotTrusted", header("", base), 200}, // a page of plain http: browsers leave out Sec-Fetch-Site
		{"CrossSite", header("cross-site", "https://evil.example"), 403},
		{"SameSite", header("same-site", "http://localhost:1"), 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := (request{body: hello, header: tt.header}).send(t, base); got.status != tt.status {
				t.Errorf("POST: got %d, want %d: %s", got.status, tt.status, got.body)
			}
			if got := (request{method: "GET", path: getHello, header: tt.header, bare: true}).send(t, base); got.status != tt.status {
				t.Errorf("GET: got %d, want %d: %s", got.status, tt.status, got.body)
			}
		})
	}
}
