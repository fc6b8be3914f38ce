package upstream_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// linkFrom calls an upstream whose base URL has a path, and says where a reference in the answer leads.
func linkFrom(t testing.TB, base, called, reference string, links ...string) (string, error) {
	t.Helper()
	body := http.NoBody
	client, err := upstream.NewClient(upstream.Spec{Name: "shop"}, upstream.Options{
		URL: base, Query: map[string]string{"api_key": "secret"}, Links: links,
		Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	r, err := client.Do(t.Context(), upstream.Request{Path: called})
	if err != nil {
		t.Fatal(err)
	}
	return r.Link(reference)
}

func TestLink(t *testing.T) {
	for _, tt := range []struct{ reference, want string }{ // "": nowhere
		{"?page=2", "/a/b?page=2"},
		{"c?page=2", "/a/c?page=2"},
		{"../x", "/x"},
		{"/v1/x#part", "/x"},
		{"", "/a/b?q=1"},
		{"//shop.example/v1/x", "/x"},
		{"https://shop.example/v1", "/"},
		{"https://shop.example/v1/x/?a=b&api_key=secret&c=d", "/x/?a=b&c=d"},
		{"HTTPS://SHOP.example:443/v1/x", "/x"},
		{"https://shop.example/%76%31/x%2fy", "/x%2Fy"},
		{"https://shop.example/v1/x?next=https://other.example/", "/x?next=https://other.example/"},

		{"http://shop.example/v1/x", ""},
		{"https://shop.example:8443/v1/x", ""},
		{"https://shop.example.other.example/v1/x", ""},
		{"https://other.example/v1/x", ""},
		{"https://shop.example@other.example/v1/x", ""},
		{"https://user@shop.example/v1/x", ""},
		{`https://other.example\@shop.example/v1/x`, ""},
		{"//other.example/v1/x", ""},
		{"https://shop.example/v1x", ""},
		{"https://shop.example/v2/x", ""},
		{"https://shop.example/", ""},
		{"/x", ""},
		{"../../x", ""},
		{"https://shop.example/v1/../v2/x", ""},
		{"https://shop.example/v1/%2e%2e/v2/x", ""},
		{"https://shop.example/v1/%2E%2e%2fv2/x", ""},
		{`https://shop.example/v1/..\v2`, ""},
		{"https://shop.example/v1//x", ""},
		{"https://shop.example/v1/%0d%0aHost:x", ""},
		{"javascript:alert(1)", ""},
		{"mailto:x@shop.example", ""},
		{"https:/v1/x", ""},
		{"https://shop.example:port/v1/x", ""},
		{"%zz", ""},
	} {
		got, err := linkFrom(t, "https://shop.example/v1", "/a/b?q=1", tt.reference)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q leads to %q, %v; want %q", tt.reference, got, err, tt.want)
		}
		if err != nil && tt.reference != "" && strings.Contains(err.Error(), tt.reference) {
			t.Errorf("%q: the error quotes it: %v", tt.reference, err)
		}
	}
}

// Links of a service behind a proxy are read as if it were where they say that it is.
func TestLinkOfAnotherBase(t *testing.T) {
	for _, tt := range []struct{ reference, want string }{ // "": nowhere
		{"https://api.example/public/v1/x?a=b", "/x?a=b"},
		{"HTTPS://API.example:443/public/v%31/x", "/x"},
		{"https://api.example/public/v1", "/"},
		{"http://other.example:8080/2/x?api_key=secret", "/x"},
		{"//other.example:8080/2/x", "/x"},
		{"/public/v1/x", "/x"},
		{"http://10.0.0.1/shop/x", "/x"},
		{"/shop/x", "/x"},
		{"?page=2", "/a/b?page=2"},
		{"c", "/a/c"},

		{"https://api.example/public/v2/x", ""},
		{"https://api.example/public/v1/../v2/x", ""},
		{"https://api.example/public/v1/%2e%2e/v2/x", ""},
		{"http://api.example/public/v1/x", ""},
		{"https://api.example:8443/public/v1/x", ""},
		{"https://api.example@other.example/public/v1/x", ""},
		{"http://other.example/x", ""},
		{"https://elsewhere.example/public/v1/x", ""},
	} {
		got, err := linkFrom(t, "http://10.0.0.1/shop", "/a/b?q=1", tt.reference, "https://api.example/public/v1/", "http://other.example:8080/2")
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q leads to %q, %v; want %q", tt.reference, got, err, tt.want)
		}
	}
}

// FuzzLink follows whatever leads somewhere: the call stays on the upstream and below its base.
func FuzzLink(f *testing.F) {
	for _, reference := range []string{"?p=2", "../x", "//h/x", "https://shop.example/v1/%2e%2e/x", "/v1/..;/x", `\\h\x`, "https://shop.example/v1/a b?c d"} {
		f.Add(reference)
	}
	server := upstreamtest.New(f)
	base := server.URL + "/v1"
	client, err := upstream.NewClient(upstream.Spec{Name: "shop"}, upstream.Options{URL: base, Links: []string{"https://shop.example/v1"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(client.Close)
	server.JSON("GET /v1/{rest...}", `{}`)
	check := func(t *testing.T, reference, path string) {
		u, err := url.Parse(base + path)
		if err != nil || !strings.HasPrefix(u.Path, "/v1/") || u.Host != strings.TrimPrefix(server.URL, "http://") {
			t.Fatalf("%q leads to %q: %v, %v", reference, path, u, err)
		}
		if clean := u.JoinPath().EscapedPath(); !strings.HasPrefix(clean, "/v1/") {
			t.Fatalf("%q leads to %q, which is %q", reference, path, clean)
		}
	}
	f.Fuzz(func(t *testing.T, reference string) {
		r, err := client.Do(t.Context(), upstream.Request{Path: "/a/b"})
		if err != nil {
			t.Fatal(err)
		}
		if path, err := r.Link(reference); err == nil {
			check(t, reference, path)
		}
		if path, err := client.Link(reference); err == nil {
			check(t, reference, path)
		}
	})
}

// A reference in data is relative to the base, as if that were a folder.
func TestLinkInData(t *testing.T) {
	client, err := upstream.NewClient(upstream.Spec{Name: "shop"}, upstream.Options{URL: "https://shop.example/v1"})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, tt := range []struct{ reference, want string }{ // "": nowhere
		{"https://shop.example/v1/x?a=b", "/x?a=b"},
		{"/v1/x", "/x"},
		{"x/y", "/x/y"},
		{"?a=b", "/?a=b"},
		{"", ""},
		{"/x", ""},
		{"../v2", ""},
		{"https://other.example/v1/x", ""},
	} {
		if got, err := client.Link(tt.reference); got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q leads to %q, %v; want %q", tt.reference, got, err, tt.want)
		}
	}
}
