package upstream_test

import (
	"net/http"
	"slices"
	"testing"

	"weft/upstream"
)

func TestIdentity(t *testing.T) {
	tests := []struct {
		header     http.Header
		want       string
		authorized bool
	}{
		{nil, "", false},
		{http.Header{"Cookie": {"a"}, "Authorization": {}, "X-Tenant": nil}, "", false},
		{http.Header{"X-Tenant": {""}}, "X-Tenant 0:\n", false},
		{http.Header{"Authorization": {"Bearer a"}, "Traceparent": {"b"}}, "Authorization 8:Bearer a\n", true},
		{http.Header{"X-Tenant": {"b", "a"}, "Authorization": {"a\n"}}, "Authorization 2:a\n\nX-Tenant 1:b 1:a\n", true},
	}
	c := newClient(t, upstream.Options{})
	for _, tt := range tests {
		if got := identity(c, tt.header); got != tt.want {
			t.Errorf("%v: got identity %q, want %q", tt.header, got, tt.want)
		}
		if got := string(c.AppendIdentity([]byte("key "), tt.header)); got != "key "+tt.want {
			t.Errorf("%v: appended %q, want it after what was there", tt.header, got)
		}
		if got := c.Forwards(tt.header); got != (tt.want != "") {
			t.Errorf("%v: forwards %v with identity %q", tt.header, got, tt.want)
		}
		if got := c.ForwardsAuthorization(tt.header); got != tt.authorized {
			t.Errorf("%v: forwards Authorization: %v", tt.header, got)
		}
	}
	public, err := upstream.NewClient(upstream.Spec{Name: "weather", ForwardHeaders: []string{"Accept-Language"}}, upstream.Options{URL: "http://weather.test"})
	if err != nil {
		t.Fatal(err)
	}
	defer public.Close()
	if public.ForwardsAuthorization(http.Header{"Authorization": {"a"}}) {
		t.Error("an Authorization that is not forwarded counts")
	}
}

// FuzzIdentity: two callers have one identity if and only if all forwarded headers have equal values.
func FuzzIdentity(f *testing.F) {
	f.Add("ann", "", "", "", uint8(1), "ann", "", "", "", uint8(2))
	f.Add("ann", "ann", "", "", uint8(2), "ann 3:ann", "", "", "", uint8(1))
	f.Add("ann", "", "b", "", uint8(4), "ann\nX-Tenant 1:b", "", "", "", uint8(1))
	f.Add("", "", "", "", uint8(1), "", "", "", "", uint8(3))
	c := newClient(f, upstream.Options{})
	forwarded := func(a, b, x, y string, count uint8) http.Header {
		authorizations, tenants := []string{a, b}, []string{x, y}
		return http.Header{"Authorization": authorizations[:count%3], "X-Tenant": tenants[:count/3%3], "Cookie": authorizations}
	}
	f.Fuzz(func(t *testing.T, a, b, x, y string, n uint8, a2, b2, x2, y2 string, n2 uint8) {
		first, second := forwarded(a, b, x, y, n), forwarded(a2, b2, x2, y2, n2)
		equal := slices.Equal(first["Authorization"], second["Authorization"]) && slices.Equal(first["X-Tenant"], second["X-Tenant"])
		if got := identity(c, first) == identity(c, second); got != equal {
			t.Errorf("%v and %v: one identity: %v", first, second, got)
		}
	})
}
