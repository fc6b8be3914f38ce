package config_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"weft/graph/auth"
	"weft/graph/config"
)

// wholeAuthentication is that of everyKey.
func wholeAuthentication() config.Authentication {
	return config.Authentication{
		Issuers: []auth.IssuerOptions{
			{
				Name: "login", Issuer: "https://login.example.com/", Keys: "https://login.example.com/keys", Audience: []string{"shop", "other"},
				Algorithms: []string{"ES256", "RS256"}, Leeway: 30 * time.Second, Refresh: time.Minute, Scopes: "/realm_access/roles",
			},
			{Name: "partner", Issuer: "partner", Keys: "http://127.0.0.1:1/keys?canary", Audience: []string{"shop"}, Algorithms: []string{"EdDSA"}},
		},
		Introspection: &config.Introspection{Secret: "k", IntrospectionOptions: auth.IntrospectionOptions{
			URL: "https://login.example.com/introspect", Issuer: "https://login.example.com/", ClientID: "weft", Audience: []string{"shop"}, MaxAge: time.Minute, Scopes: "scp",
		}},
		APIKeys:      &auth.APIKeyOptions{File: "api-keys", Header: "X-Key"},
		Gateway:      &auth.GatewayOptions{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}, Subject: "X-User", Scopes: "X-Scopes"},
		Certificates: &auth.CertificateOptions{Subject: "uri", Scopes: []string{"orders:read"}},
	}
}

// TestAuthenticationMethods: each method is there as soon as its key is, and then has what it needs.
func TestAuthenticationMethods(t *testing.T) {
	for text, any := range map[string]bool{
		"": false, "authentication: {}": false, "authentication: {issuers: {}}": false,
		"authentication: {certificates: {}}":                                                                             true,
		"authentication: {gateway: {networks: 127.0.0.1}}":                                                               true,
		"authentication: {apiKeys: {file: keys}}":                                                                        true,
		"authentication: {certificates: {subject: dns}}":                                                                 true,
		"authentication: {issuers: {a: {issuer: a, jwks: 'https://a', audience: a, algorithms: ES256}}}":                 true,
		"authentication: {introspection: {url: 'https://a', issuer: a, clientID: a, secret: {env: SECRET}, maxAge: 1s}}": true,
	} {
		write(t, text)
		got, err := config.Load(shop(), []string{"-config=weft.yaml"}, env(map[string]string{"SECRET": "canary"}))
		if err != nil || got.Authentication.Any() != any {
			t.Errorf("%s: got %t, %v, want %t", text, got.Authentication.Any(), err, any)
		}
	}
}

// authenticationErrors are files that Load refuses.
func authenticationErrors() []fileError {
	issuer := func(changed string) string {
		members := map[string]string{"issuer": "a", "jwks": "'https://a/keys'", "audience": "[a]", "algorithms": "[ES256]"}
		name, value, _ := strings.Cut(changed, ": ")
		members[name] = value
		text := "authentication:\n  issuers:\n    a:\n"
		for _, name := range []string{"issuer", "jwks", "audience", "algorithms", "leeway", "refresh", "scope"} {
			if members[name] != "" {
				text += "      " + name + ": " + members[name] + "\n"
			}
		}
		return text
	}
	const url = "must be an absolute one, such as https://login.example.com/keys, without user and password"
	return []fileError{
		{"AuthenticationKey", "authentication: {jwt: {}}\n", "weft.yaml:1: authentication.jwt: unknown key"},
		{"IssuerKey", issuer("scope: scp"), "weft.yaml:8: authentication.issuers.a.scope: unknown key; did you mean scopes?"},
		{"IssuerWithoutIssuer", issuer("issuer: "), "weft.yaml:4: authentication.issuers.a: needs issuer, the iss of its tokens"},
		{"IssuerWithoutKeys", issuer("jwks: "), "weft.yaml:4: authentication.issuers.a: the URL of its keys " + url},
		{"IssuerWithoutAudience", issuer("audience: "), "weft.yaml:4: authentication.issuers.a: needs audience, of which a token's aud has one"},
		{"IssuerWithoutAlgorithms", issuer("algorithms: "), "weft.yaml:4: authentication.issuers.a: needs algorithms that its tokens are signed with, such as ES256 or RS256"},
		{"IssuerOverHTTP", issuer("jwks: http://login.example.com/keys"), "weft.yaml:5: authentication.issuers.a.jwks: must begin with https:// (http:// is for this machine only)"},
		{"IssuerWithPassword", issuer("jwks: https://a:canary@login.example.com"), "weft.yaml:5: authentication.issuers.a.jwks: " + url},
		{"SharedSecret", issuer("algorithms: [ES256, HS256]"), "weft.yaml:7: authentication.issuers.a.algorithms: HS256 is refused: who verifies with a shared secret can sign, too"},
		{"NoAlgorithm", issuer("algorithms: none"), `weft.yaml:7: authentication.issuers.a.algorithms: there is no algorithm "none": choose of ES256, ES384, ES512, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512`},
		{"LeewayLarge", issuer("leeway: 2m"), "weft.yaml:4: authentication.issuers.a: leeway must be from 0s to 1m0s"},
		{"RefreshZero", issuer("refresh: 0s"), "weft.yaml:8: authentication.issuers.a.refresh: must be more than 0: leave it out for the default"},
		{"IssuerTwice", issuer("issuer: a") + strings.ReplaceAll(strings.TrimPrefix(issuer("issuer: a"), "authentication:\n  issuers:\n"), "    a:", "    b:"), "weft.yaml:9: authentication.issuers.b: a has the same issuer"},
		{"IntrospectionWithoutSecret", "authentication: {introspection: {url: 'https://a', issuer: a, clientID: a}}\n", "weft.yaml:1: authentication.introspection: needs clientID and secret"},
		{"IntrospectionWithoutURL", "authentication: {introspection: {issuer: a}}\n", "weft.yaml:1: authentication.introspection: its URL " + url},
		{"APIKeysWithoutFile", "authentication: {apiKeys: {}}\n", "weft.yaml:1: authentication.apiKeys: needs file, where the digests of keys are"},
		{"APIKeysHeader", "authentication: {apiKeys: {file: a, header: 'a b'}}\n", "weft.yaml:1: authentication.apiKeys.header: is not the name of a header"},
		{"GatewayWithoutNetworks", "authentication: {gateway: {subject: X-User}}\n", "weft.yaml:1: authentication.gateway: needs networks, from which its headers are believed"},
		{"GatewayNetwork", "authentication: {gateway: {networks: [10.0.0.0/40]}}\n", `weft.yaml:1: authentication.gateway.networks: must be an address or a network, such as 10.0.0.0/8, is "10.0.0.0/40"`},
		{"CertificatesSubject", "authentication: {certificates: {subject: serial}}\n", `weft.yaml:1: authentication.certificates.subject: there is no subject "serial": choose of commonName, dns, email, uri`},
		{"ClientsWithoutTLS", "tls: {clientCA: a.crt}\n", "weft.yaml: tls: has tls.clientCA, which needs tls.cert and tls.key"},
	}
}
