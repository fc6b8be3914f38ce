package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"weft/graph/auth"
	"weft/graph/oauth"
)

// oauthMember is the key of the tokens of an upstream's calls, which changes s.
func oauthMember(s *oauth.Settings) member {
	members := []member{
		urlMember("url", "https://login.example.com/oauth/token", "where tokens are asked for: the token endpoint", &s.URL),
		plainMember("clientID", "weft", "what this service is known by there", &s.ClientID),
		{
			name: "secret", about: "the secret of clientID. A changed file is read again", members: sourceMembers(new(source), "{NAME}_CLIENT_SECRET", "/run/secrets/{name}_client", anyText),
			read: func(f *file, key string, value ast.Node) {
				var at source
				f.mapping(key, value, sourceMembers(&at, "", "", anyText))
				f.oneSource(key, value, at)
				s.Secret = oauth.Place{Env: at.env, File: at.file}
			},
		},
		{
			name: "clientAuth", initial: "basic", about: "how the endpoint is told clientID and secret: basic, in Authorization, or body",
			read: text(func(text string) error {
				s.SecretInBody = text == "body"
				if text != "basic" && text != "body" {
					return fmt.Errorf("there is no %q: choose basic or body", text)
				}
				return nil
			}),
		},
		textsMember("scopes", `["orders:read"]`, "what tokens are asked for; by default the endpoint chooses", &s.Scopes, checkScope),
		plainMember("audience", "orders", "whom they are asked for, where the endpoint has audience", &s.Audience),
		plainMember("resource", "https://orders.example.com/", "the same, where it has resource (RFC 8707)", &s.Resource),
		{
			name: "exchange", initial: "false", about: "whether tokens are for who asks, by the bearer token that they send, which authentication verifies (RFC 8693)",
			read: text(func(text string) (err error) {
				s.Exchange, err = parseTruth(text)
				return err
			}),
		},
		tlsMember(&s.Network.TLS),
	}
	return member{
		name: "oauth", about: "tokens of its calls, as Authorization: Bearer: this service's own, or for who asks", members: members,
		read: func(f *file, key string, node ast.Node) {
			f.checked(key, node, members, func() error { return s.Check() })
		},
	}
}

// signMember is the key of how claims that an upstream is sent are signed, which changes s.
func signMember(s *auth.SignerOptions) member {
	members := []member{
		{
			name: "secret", about: "what both know, 32 bytes at least. A changed file is read again", members: sourceMembers(new(source), "{NAME}_CLAIMS_SECRET", "/run/secrets/{name}_claims", anyText),
			read: func(f *file, key string, value ast.Node) {
				var at source
				f.mapping(key, value, sourceMembers(&at, "", "", anyText))
				f.oneSource(key, value, at)
				s.Env, s.File = at.env, at.file
			},
		},
		headerMember("header", "X-Signed-Claims", "the header that has the signature: a JSON Web Token, by HS256", &s.Header),
	}
	return member{
		name: "signClaims", about: "how the headers are signed that it is told by who asks: those of claims in the schema", members: members,
		read: func(f *file, key string, node ast.Node) {
			f.checked(key, node, members, func() error {
				return needs(s.Env+s.File != "", "secret, which the service knows, too")
			})
		},
	}
}

// checkScope checks that a scope is one (RFC 6749 §3.3).
func checkScope(text string) error {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' || r == '\\' }) {
		return errors.New("must be scopes, without spaces in them")
	}
	return nil
}

// checkOAuth finds tokens that could be asked for nowhere, or would be sent beside others.
func (l *loader) checkOAuth() {
	for _, name := range slices.Sorted(maps.Keys(l.config.OAuth)) {
		s := l.config.OAuth[name]
		s.Network.Egress = l.config.Egress
		l.config.OAuth[name] = s
		where := l.at(l.lines[name]) + ": upstreams." + name + ".oauth"
		if u, err := url.Parse(s.URL); err == nil {
			l.problem(where+".url", s.Network.Egress.Check(u))
		}
		forwards, who := l.forwards(name, "Authorization"), l.config.Authentication
		switch {
		case !s.Exchange && forwards:
			l.problem(where, errors.New("gives its calls an Authorization, and the schema forwards that of who asks: leave out one of them, or say exchange: true"))
		case s.Exchange && !forwards:
			l.problem(where+".exchange", errors.New(`needs the schema to forward Authorization, by which callers are told apart: @upstream(forwardHeaders: ["Authorization"])`))
		case s.Exchange && len(who.Issuers) == 0 && who.Introspection == nil:
			l.problem(where+".exchange", errors.New("needs authentication.issuers or authentication.introspection, which verify the tokens that are exchanged"))
		}
	}
}
