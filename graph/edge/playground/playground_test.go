package playground_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/graph/edge/playground"
)

// get asks h for path; header holds names and values in turn.
func get(t *testing.T, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// built returns the paths below /playground/ of all files in dist.
func built(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir("dist", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			paths = append(paths, strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(name), "dist/"), ".gz"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestPage(t *testing.T) {
	got := get(t, playground.Handler(playground.Options{}), "/")
	if got.Code != http.StatusOK {
		t.Fatalf("GET /: got %d, want 200", got.Code)
	}
	want := map[string]string{
		"Content-Type":            "text/html; charset=utf-8",
		"Cache-Control":           "no-cache",
		"X-Content-Type-Options":  "nosniff",
		"Referrer-Policy":         "no-referrer",
		"Vary":                    "Accept-Encoding",
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	}
	for name, value := range want {
		if got := got.Header().Get(name); got != value {
			t.Errorf("%s of /: got %q, want %q", name, got, value)
		}
	}
	if body := got.Body.String(); !strings.Contains(body, `<div id="root">`) {
		t.Errorf("/ has no element to start in: %s", body)
	}
}

// TestPageHasNoInlineScript holds the page to what its policy allows, and to assets that exist.
func TestPageHasNoInlineScript(t *testing.T) {
	h := http.StripPrefix("/api", playground.Handler(playground.Options{}))
	page := get(t, h, "/api/").Body.String()
	for _, script := range regexp.MustCompile(`(?s)<script.*?</script>`).FindAllString(page, -1) {
		if !regexp.MustCompile(`^<script[^>]* src="[^"]+"></script>$`).MatchString(script) {
			t.Errorf("inline script: %s", script)
		}
	}
	links := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 3 {
		t.Fatalf("got %d links, want script, style and icon at least: %s", len(links), page)
	}
	for _, link := range links {
		if got := get(t, h, "/api/"+link[1]); got.Code != http.StatusOK { // whatever path the page is below
			t.Errorf("%s, which the page links: got %d, want 200", link[1], got.Code)
		}
	}
}

func TestAssets(t *testing.T) {
	h := playground.Handler(playground.Options{})
	types := map[string]string{
		".js":  "text/javascript; charset=utf-8",
		".css": "text/css; charset=utf-8",
		".svg": "image/svg+xml",
		".ttf": "font/ttf",
	}
	for _, path := range built(t) {
		if !strings.HasPrefix(path, "assets/") {
			continue
		}
		got := get(t, h, "/playground/"+path, "Accept-Encoding", "gzip")
		if got.Code != http.StatusOK {
			t.Errorf("%s: got %d, want 200", path, got.Code)
		}
		if want := types[filepath.Ext(path)]; got.Header().Get("Content-Type") != want || want == "" {
			t.Errorf("Content-Type of %s: got %q, want %q", path, got.Header().Get("Content-Type"), want)
		}
		if got := got.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("Cache-Control of %s: got %q", path, got)
		}
		if !regexp.MustCompile(`-[\w-]{8}\.\w+$`).MatchString(path) {
			t.Errorf("%s is immutable, but has no hash in its name", path)
		}
	}
}

func TestEncodings(t *testing.T) {
	h := playground.Handler(playground.Options{})
	plain := get(t, h, "/").Body.String()
	for _, tt := range []struct {
		accept string
		zipped bool
	}{
		{"", false},
		{"gzip", true},
		{"br, GZIP;q=0.5", true},
		{"gzip, deflate, br, zstd", true},
		{"*", true},
		{"gzip;q=0, *", false},
		{"*, gzip;q=0", false},
		{"br, identity", false},
		{"gzip;q=x", false},
		{"*;q=0", false},
	} {
		got := get(t, h, "/", "Accept-Encoding", tt.accept)
		if zipped := got.Header().Get("Content-Encoding") == "gzip"; zipped != tt.zipped {
			t.Errorf("Accept-Encoding %q: got gzip %t, want %t", tt.accept, zipped, tt.zipped)
			continue
		}
		var body io.Reader = got.Body
		if tt.zipped {
			unzipped, err := gzip.NewReader(got.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = unzipped
		}
		if text, err := io.ReadAll(body); err != nil || string(text) != plain {
			t.Errorf("Accept-Encoding %q: got another page (%v): %s", tt.accept, err, text)
		}
	}
}

func TestRevalidation(t *testing.T) {
	h := playground.Handler(playground.Options{})
	plain, zipped := get(t, h, "/").Header().Get("ETag"), get(t, h, "/", "Accept-Encoding", "gzip").Header().Get("ETag")
	if plain == "" || plain == zipped {
		t.Fatalf("ETags: got %s plain and %s gzip, want two", plain, zipped)
	}
	for _, tt := range []struct {
		match  string
		status int
	}{
		{plain, http.StatusNotModified},
		{"W/" + plain, http.StatusNotModified},
		{`"other", ` + plain, http.StatusNotModified},
		{"*", http.StatusNotModified},
		{zipped, http.StatusOK},
		{`"other"`, http.StatusOK},
	} {
		got := get(t, h, "/", "If-None-Match", tt.match)
		if got.Code != tt.status {
			t.Errorf("If-None-Match %s: got %d, want %d", tt.match, got.Code, tt.status)
		}
		if got.Code == http.StatusNotModified && got.Body.Len() > 0 {
			t.Errorf("If-None-Match %s: 304 with a body", tt.match)
		}
	}
}

func TestElsewhere(t *testing.T) {
	h := playground.Handler(playground.Options{})
	for _, path := range []string{
		"/other", "/graphql", "/playground/", "/playground/other", "/playground/index.html",
		"/playground/assets/", "/playground/assets/index.js", "/playground/index.html.gz", "/playground/../files.go",
	} {
		got := get(t, h, path)
		if got.Code != http.StatusNotFound && got.Code != http.StatusTemporaryRedirect && got.Code != http.StatusMovedPermanently {
			t.Errorf("GET %s: got %d, want 404, or a redirect to a clean path", path, got.Code)
		}
		if got.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("GET %s: no policy", path)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST /: got %d, want 405", w.Code)
	}
}

func TestHead(t *testing.T) {
	srv := httptest.NewServer(playground.Handler(playground.Options{}))
	defer srv.Close()
	for _, path := range []string{"/", "/playground/config.json", "/playground/THIRD-PARTY.txt"} {
		resp, err := http.Head(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("HEAD %s: got %d, want 200", path, resp.StatusCode)
		}
	}
}

// Who opens the page of a service that runs only some operations gets those that there are then.
func TestOperations(t *testing.T) {
	operations := []playground.Operation{{ID: "1", Name: "Page", Text: "query Page { a }"}}
	h := playground.Handler(playground.Options{Operations: func() []playground.Operation { return operations }})
	if got := get(t, h, "/playground/config.json").Body.String(); !strings.Contains(got, `"locked":true`) {
		t.Errorf("config.json: got %s", got)
	}
	list := func() string { return strings.TrimSpace(get(t, h, "/playground/operations.json").Body.String()) }
	if got, want := list(), `[{"id":"1","name":"Page","text":"query Page { a }"}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	operations = nil
	if got := list(); got != "[]" {
		t.Errorf("got %s, want none", got)
	}
	if got := get(t, playground.Handler(playground.Options{}), "/playground/operations.json"); got.Code != http.StatusNotFound {
		t.Errorf("where anything runs: got %d, want 404", got.Code)
	}
}

func TestConfig(t *testing.T) {
	type object = map[string]any
	type array = []any
	for name, tt := range map[string]struct {
		options playground.Options
		want    object
	}{
		"Zero": {
			playground.Options{},
			object{"endpoint": "graphql", "title": "Weft", "tabs": array{}, "tokens": array{}, "upstreams": array{}, "faults": false, "explain": false, "locked": false},
		},
		"Full": {
			playground.Options{
				Endpoint: "/api",
				Title:    "Shop",
				Tabs:     []playground.Tab{{Name: "Me", Query: "{ me { id } }", Variables: "{}", Headers: `{"A": "</script>"}`}},
				Tokens:   []playground.Token{{Name: "Alice", Value: "t1", Description: "A customer"}},
				Upstreams: []playground.Upstream{
					{Name: "catalog"},
					{Name: "orders", URL: "http://127.0.0.1:1", Headers: []string{"Authorization"}},
				},
				Faults:  faults{},
				Explain: func(context.Context, playground.Question) playground.Explanation { return playground.Explanation{} },
			},
			object{
				"endpoint": "/api",
				"title":    "Shop",
				"tabs":     array{object{"name": "Me", "query": "{ me { id } }", "variables": "{}", "headers": `{"A": "</script>"}`}},
				"tokens":   array{object{"name": "Alice", "value": "t1", "description": "A customer"}},
				"upstreams": array{
					object{"name": "catalog", "url": "", "headers": array{}},
					object{"name": "orders", "url": "http://127.0.0.1:1", "headers": array{"Authorization"}},
				},
				"faults": true, "explain": true, "locked": false,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := get(t, playground.Handler(tt.options), "/playground/config.json")
			if got := w.Header().Get("Content-Type"); got != "application/json" {
				t.Errorf("Content-Type: got %q, want application/json", got)
			}
			var got object
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("config.json (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNothingExternal looks for addresses that a browser would fetch by itself: in the page, in style sheets, and in
// the ways a script loads other scripts. The browser test holds a running page to the same.
func TestNothingExternal(t *testing.T) {
	fetched := map[string]*regexp.Regexp{
		".html": regexp.MustCompile(`(?:src|href|action|content)\s*=\s*["']?\s*(?:https?:)?//[^"'\s>]*`),
		".css":  regexp.MustCompile(`(?:url\(\s*["']?|@import\s+["'])\s*(?:https?:)?//[^"')]*`),
		".js":   regexp.MustCompile(`(?:\bfrom|\bimport|\bimport\(|\bimportScripts\(|\bfetch\(|new Worker\()\s*["'` + "`" + `](?:https?:)?//[^"'` + "`" + `]*`),
	}
	h := playground.Handler(playground.Options{})
	seen := 0
	for _, path := range append(built(t), "") {
		where, ending := "/playground/"+path, filepath.Ext(path)
		if path == "" || path == "index.html" {
			where, ending = "/", ".html"
		}
		pattern := fetched[ending]
		if pattern == nil {
			continue
		}
		seen++
		for _, address := range pattern.FindAllString(get(t, h, where).Body.String(), -1) {
			t.Errorf("%s fetches %s", where, address)
		}
	}
	if seen < 10 {
		t.Errorf("looked into %d files only", seen)
	}
}

func TestNotices(t *testing.T) {
	got := get(t, playground.Handler(playground.Options{}), "/playground/THIRD-PARTY.txt")
	for _, want := range []string{"graphiql 5", "graphql 16", "monaco-editor 0.52", "react 19", "Permission is hereby granted"} {
		if !strings.Contains(got.Body.String(), want) {
			t.Errorf("the notices do not mention %q", want)
		}
	}
}

// TestSize keeps the embedded files small: every binary carries them.
func TestSize(t *testing.T) {
	const limit = 2 << 20
	var size int64
	for _, path := range built(t) {
		info, err := os.Stat(filepath.Join("dist", filepath.FromSlash(path)+".gz"))
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > limit {
		t.Errorf("dist has %d bytes, want at most %d", size, limit)
	}
}
