package httpcache_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/cache/httpcache"
)

func TestInvalidated(t *testing.T) {
	const target = "http://shop.test/carts/1?x=y"
	tests := []struct {
		name, method string
		status       int
		header       string
		want         []string
	}{
		{"RFC 9111 §4.4 Post", "POST", 200, "", []string{target}},
		{"RFC 9111 §4.4 Redirect", "PUT", 303, "", []string{target}},
		{"RFC 9111 §4.4 Unknown", "FOO", 204, "", []string{target}},
		{"RFC 9111 §4.4 Refused", "DELETE", 404, "", nil},
		{"RFC 9111 §4.4 Failed", "DELETE", 500, "", nil},
		{"RFC 9111 §4.4 OutcomeUnknown", "PATCH", 0, "", []string{target}},
		{"RFC 9110 §9.2.1 Get", "GET", 200, "", nil},
		{"RFC 9110 §9.2.1 GetByDefault", "", 200, "", nil},
		{"RFC 9110 §9.2.1 Options", "OPTIONS", 200, "", nil},
		{"RFC 9111 §4.4 Location", "POST", 201, "Location: /carts/2", []string{target, "http://shop.test/carts/2"}},
		{"RFC 9111 §4.4 ContentLocation", "POST", 200, "Content-Location: 2", []string{target, "http://shop.test/carts/2"}},
		{"RFC 9111 §4.4 SameOrigin", "POST", 200, "Location: HTTP://SHOP.test:80/a#b", []string{target, "http://shop.test/a"}},
		{"RFC 9111 §4.4 OtherHost", "POST", 200, "Location: http://other.test/carts/2", []string{target}},
		{"RFC 9111 §4.4 OtherPort", "POST", 200, "Location: http://shop.test:81/carts/2", []string{target}},
		{"RFC 9111 §4.4 OtherScheme", "POST", 200, "Location: https://shop.test/carts/2", []string{target}},
		{"NoURI", "POST", 200, "Location: http://[", []string{target}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			u, err := url.Parse(target)
			if err != nil {
				t.Fatal(err)
			}
			got := httpcache.Invalidated(test.method, u, test.status, header(t, test.header))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestKey(t *testing.T) {
	for uri, want := range map[string]string{
		"HTTP://Shop.Test:80/A?b=C#d": "http://shop.test/A?b=C",
		"https://shop.test:443":       "https://shop.test/",
		"https://shop.test:80/":       "https://shop.test:80/",
		"http://u:p@shop.test/a%2Fb":  "http://shop.test/a%2Fb",
	} {
		u, err := url.Parse(uri)
		if err != nil {
			t.Fatal(err)
		}
		if got := httpcache.Key(u); got != want {
			t.Errorf("%s: got %s, want %s", uri, got, want)
		}
	}
}
