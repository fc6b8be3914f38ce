package auth_test

import (
	"context"
	"testing"

	"weft/graph/auth"
)

func TestNobody(t *testing.T) {
	var nobody *auth.Caller
	if _, ok := nobody.Claim("sub"); ok || nobody.Has("") || nobody.Subject()+nobody.Issuer() != "" || nobody.Method() != "" || !nobody.Expires().IsZero() {
		t.Error("nobody is somebody")
	}
	if _, ok := nobody.DigestOf(); ok || nobody.Digest() != (auth.Digest{}) {
		t.Error("nobody has a digest")
	}
	if auth.From(context.Background()) != nil || auth.From(auth.With(context.Background(), nil)) != nil {
		t.Error("a context has somebody")
	}
}

// TestDigests: callers of whom anything differs that anybody may decide by have others, and a refreshed token's caller has the same of what
// has stayed.
func TestDigests(t *testing.T) {
	one, two := trusted(serve(t, setOf("p256")).URL), trusted(serve(t, setOf("new")).URL)
	two.Name, two.Issuer = "partner", "https://partner.example.com"
	a := open(t, auth.Options{Issuers: []auth.IssuerOptions{one, two}})
	caller := func(key string, changed object) *auth.Caller {
		return accepted(t, a, bearer(sign("ES256", key, claims(changed))))
	}
	base := caller("p256", object{"exp": 4102444800})
	ctx := auth.With(t.Context(), base)
	if auth.From(ctx) != base {
		t.Error("the context has another caller")
	}
	identity, ok := base.DigestOf("sub", "scope")
	if !ok || identity == (auth.Digest{}) || identity == base.Digest() {
		t.Error("no digest of claims")
	}
	if _, ok := base.DigestOf("sub", "tenant"); ok {
		t.Error("a claim that is missing is one")
	}
	if turned, _ := base.DigestOf("scope", "sub"); turned == identity {
		t.Error("the order does not matter")
	}
	seen := map[auth.Digest]string{base.Digest(): "base"}
	for name, tt := range map[string]struct {
		key   string
		claim object
		same  bool // of sub and scope
	}{
		"Refreshed":   {"p256", object{"exp": 4102444801}, true},
		"MoreClaims":  {"p256", object{"exp": 4102444800, "jti": "1"}, true},
		"OtherUser":   {"p256", object{"exp": 4102444800, "sub": "u-2"}, false},
		"OtherScopes": {"p256", object{"exp": 4102444800, "scope": "orders:read"}, false},
		"OtherIssuer": {"new", object{"exp": 4102444800, "iss": two.Issuer}, false},
		"Shifted":     {"p256", object{"exp": 4102444800, "sub": "u-1 orders:read", "scope": "cart:write"}, false},
	} {
		c := caller(tt.key, tt.claim)
		if other := seen[c.Digest()]; other != "" {
			t.Errorf("%s has the digest of %s", name, other)
		}
		seen[c.Digest()] = name
		if d, ok := c.DigestOf("sub", "scope"); !ok || (d == identity) != tt.same {
			t.Errorf("%s: the same sub and scope: got %t, want %t", name, d == identity, tt.same)
		}
	}
	if again := caller("p256", object{"exp": 4102444800}); again.Digest() != base.Digest() {
		t.Error("the same claims have two digests") // another signature, and all else the same
	}
}
