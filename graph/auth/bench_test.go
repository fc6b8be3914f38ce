package auth_test

import (
	"testing"

	"weft/graph/auth"
)

// BenchmarkToken: how long it takes to find out who has a token: of one that is kept, and of one that is seen for the first time. Run with
//
//	go test -run '^$' -bench . ./graph/auth
func BenchmarkToken(b *testing.B) {
	server := serve(b, setOf("p256", "rsa"))
	more := object{"name": "Ada Lovelace", "email": "ada@example.com", "realm_access": object{"roles": []string{"customer", "reviewer"}}}
	for _, bb := range []struct{ name, algorithm, key string }{{"ES256", "ES256", "p256"}, {"RS256", "RS256", "rsa"}} {
		c := bearer(sign(bb.algorithm, bb.key, claims(more)))
		for name, kept := range map[string]int{"Kept": 0, "First": -1} { // with -1 nothing is kept
			b.Run(bb.name+"/"+name, func(b *testing.B) {
				a := open(b, auth.Options{Issuers: []auth.IssuerOptions{trusted(server.URL)}, MaxKept: kept})
				accepted(b, a, c)
				b.ReportAllocs()
				for b.Loop() {
					_, _ = a.Authenticate(b.Context(), c)
				}
			})
		}
	}
	b.Run("Introspected/Kept", func(b *testing.B) {
		a := open(b, auth.Options{Introspection: introspecting(serve(b, `{"active": true, "sub": "u-1"}`).URL)})
		c := bearer("2YotnFZFEjr1zCsicMWpAA")
		accepted(b, a, c)
		b.ReportAllocs()
		for b.Loop() {
			_, _ = a.Authenticate(b.Context(), c)
		}
	})
}

// TestKeptAllocations holds what a repeated token costs in memory.
func TestKeptAllocations(t *testing.T) {
	a := open(t, auth.Options{Issuers: []auth.IssuerOptions{trusted(serve(t, setOf("p256")).URL)}})
	c := bearer(sign("ES256", "p256", claims(nil)))
	accepted(t, a, c)
	if n := testing.AllocsPerRun(100, func() { _, _ = a.Authenticate(t.Context(), c) }); n > 2 {
		t.Errorf("%.0f allocations, want 2 at most", n)
	}
}
