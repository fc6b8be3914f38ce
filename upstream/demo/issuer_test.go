package demo_test

import (
	"context"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/graph/auth"
	"weft/graph/schedule"
)

// TestIssuer: whoever believes the issuer knows the same of both forms of a token, and of one that it signs when it is asked.
func TestIssuer(t *testing.T) {
	d := start(t)
	i := d.Issuer()
	tasks := schedule.New(schedule.Options{})
	defer tasks.Close(context.Background())
	who, err := auth.New(auth.Options{
		Issuers:       []auth.IssuerOptions{{Name: "demo", Issuer: i.Issuer, Keys: i.Keys, Audience: []string{i.Audience}, Algorithms: i.Methods}},
		Introspection: &auth.IntrospectionOptions{URL: i.Introspection, Issuer: i.Issuer, ClientID: i.ClientID, Secret: i.Secret, Audience: []string{i.Audience}},
		Schedule:      tasks, Client: d.client,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer who.Close()
	who.Ready(t.Context())
	for n, token := range d.Tokens() {
		_, name, _ := strings.Cut(token.Value, "-")
		fresh := strings.TrimSpace(string(d.get(t, "issuer", "/token/"+name).body))
		for _, value := range []string{token.Value, token.Signed, fresh} {
			c, err := who.Authenticate(t.Context(), auth.Credentials{Headers: map[string][]string{"Authorization": {"Bearer " + value}}})
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := c.Claim("name"); c.Subject() != string(rune('1'+n)) || got != token.Name || c.Has("admin") != (n == 2) || !c.Has("orders:read") {
				t.Errorf("%s: got %s, %v", value, c.Subject(), got)
			}
		}
	}
}

func TestIssuerRefuses(t *testing.T) {
	d := start(t)
	i := d.Issuer()
	ask := func(secret, token string) answer {
		basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(i.ClientID+":"+secret))
		return d.send(t, "POST", "issuer", "/introspect", url.Values{"token": {token}}.Encode(), "Authorization", basic, "Content-Type", "application/x-www-form-urlencoded")
	}
	wantProblem(t, ask("other", "demo-mara"), 401, "client")
	other := start(t).Tokens()[0].Signed // by another key
	for _, token := range []string{"", "demo-nobody", other, "a.b.c"} {
		if diff := cmp.Diff(object{"active": false}, decode[object](t, ask(i.Secret, token), 200)); diff != "" {
			t.Errorf("%s: %s", token, diff)
		}
		wantProblem(t, d.get(t, "accounts", "/me", "Authorization", "Bearer "+token), 401, "bearer token")
	}
	wantProblem(t, d.get(t, "issuer", "/token/nobody"), 404, "nobody")
	if tokens := d.Tokens(); tokens[0].Signed == tokens[1].Signed {
		t.Error("two users have the same token")
	}
}
