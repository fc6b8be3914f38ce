package auth_test

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/graph/auth"
)

// FuzzAuthenticate: whatever headers say, who is not let in by a credential of the corpus is refused, and nobody is who sends no header that
// is read.
func FuzzAuthenticate(f *testing.F) {
	path := filepath.Join(f.TempDir(), "keys")
	must(0, os.WriteFile(path, []byte(keyLine("k-1", "partner")), 0o600))
	a := open(f, auth.Options{
		Issuers: []auth.IssuerOptions{trusted(serve(f, setOf("p256")).URL)}, APIKeys: &auth.APIKeyOptions{File: path},
		Gateway: &auth.GatewayOptions{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}},
	})
	good := sign("ES256", "p256", claims(nil))
	parts := strings.Split(good, ".")
	for _, value := range []string{
		"Bearer " + good, "bearer  " + good + " ", "Bearer", "Bearer ..", "Bearer " + strings.Repeat(".", 100), "Basic dTpw",
		"Bearer " + base64URL([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".", "Bearer " + parts[0] + "." + base64URL([]byte(`{"iss":["a"]}`)) + "." + parts[2],
		"Bearer " + base64URL([]byte(`{"alg":"ES256","kid":{},"crit":1}`)) + "." + parts[1] + "." + parts[2],
	} {
		f.Add("Authorization", value, "X-Unknown", "", "10.0.0.1")
	}
	f.Add("X-Api-Key", "k-1", "Authorization", "Bearer a", "10.0.0.1")
	f.Add("X-Forwarded-User", "ada", "X-Forwarded-Scopes", "a,b", "192.0.2.1")
	f.Fuzz(func(t *testing.T, name, value, other, second, from string) {
		addr, _ := netip.ParseAddr(from)
		c := auth.Credentials{Headers: map[string][]string{name: {value}, other: {second}}, From: addr}
		caller, err := a.Authenticate(context.Background(), c)
		read := 0
		for header := range c.Headers {
			if header == "Authorization" || header == "X-Api-Key" || header == "X-Forwarded-User" {
				read++
			}
		}
		_, isRefused := errors.AsType[*auth.Refused](err)
		switch {
		case read == 0 && (caller != nil || err != nil), read > 0 && (caller == nil) == (err == nil), err != nil && !isRefused, read > 1 && err == nil:
			t.Fatalf("got %v, %v", caller, err)
		case caller == nil:
		case caller.Method() == auth.Token && !strings.Contains(value+" "+second, good):
			t.Fatalf("a token is forged")
		case caller.Method() == auth.APIKey && value != "k-1" && second != "k-1":
			t.Fatalf("a key is forged")
		case caller.Method() == auth.Gateway && addr.Unmap().String()[:3] != "10.":
			t.Fatalf("a header is forged")
		}
	})
}
