package config

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/goccy/go-yaml/ast"

	"weft/graph/auth"
)

// Authentication is how it is found out who asks. The zero Authentication does not: everybody is nobody.
type Authentication struct {
	Issuers       []auth.IssuerOptions // in the file's order
	Introspection *Introspection
	APIKeys       *auth.APIKeyOptions
	Gateway       *auth.GatewayOptions
	Certificates  *auth.CertificateOptions
}

// Introspection is the server that is asked about tokens. Its own Secret is empty: it stands beside it.
type Introspection struct {
	auth.IntrospectionOptions

	Secret Secret
}

// Any reports whether there is a way to find out who asks.
func (a Authentication) Any() bool {
	return len(a.Issuers) > 0 || a.Introspection != nil || a.APIKeys != nil || a.Gateway != nil || a.Certificates != nil
}

// authenticationMember is the key of a. Each method is there when its own key is.
func authenticationMember(a *Authentication) member {
	group := func(name, about string, members []member, read func(f *file, key string, node ast.Node)) member {
		return member{name: name, about: about, members: members, read: read}
	}
	m := member{name: "authentication", about: "how it is found out who asks; not at all by default"}
	m.members = []member{
		{
			name: "issuers", about: "those whose JSON Web Tokens are believed, by names of yours: Authorization: Bearer",
			one: "login", each: issuerMembers(new(auth.IssuerOptions)),
			read: func(f *file, key string, node ast.Node) { f.issuers(key, node, a) },
		},
		group("introspection", "the server that is asked about other bearer tokens (RFC 7662)", introspectionMembers(new(Introspection)), func(f *file, key string, node ast.Node) {
			a.Introspection = new(Introspection)
			f.checked(key, node, introspectionMembers(a.Introspection), func() error {
				o := a.Introspection.IntrospectionOptions
				o.Secret = string(a.Introspection.Secret)
				return o.Check()
			})
		}),
		group("apiKeys", "callers who send a key", apiKeyMembers(new(auth.APIKeyOptions)), func(f *file, key string, node ast.Node) {
			a.APIKeys = new(auth.APIKeyOptions)
			f.checked(key, node, apiKeyMembers(a.APIKeys), func() error { return needs(a.APIKeys.File != "", "file, where the digests of keys are") })
		}),
		group("gateway", "a gateway in front that says in headers who asks, and takes these out of what its own clients send", gatewayMembers(new(auth.GatewayOptions)), func(f *file, key string, node ast.Node) {
			a.Gateway = new(auth.GatewayOptions)
			f.checked(key, node, gatewayMembers(a.Gateway), func() error {
				return needs(len(a.Gateway.Networks) > 0, "networks, from which its headers are believed")
			})
		}),
		group("certificates", "what clients' certificates say, which tls.clientCA verifies", certificateMembers(new(auth.CertificateOptions)), func(f *file, key string, node ast.Node) {
			a.Certificates = new(auth.CertificateOptions)
			f.mapping(key, node, certificateMembers(a.Certificates))
		}),
	}
	m.read = func(f *file, key string, node ast.Node) { f.mapping(key, node, m.members) }
	return m
}

func needs(has bool, what string) error {
	if has {
		return nil
	}
	return errors.New("needs " + what)
}

// checked reads a mapping, and checks it as a whole when each of its members is good.
func (f *file) checked(key string, node ast.Node, members []member, check func() error) {
	before := len(f.problems)
	f.mapping(key, node, members)
	if len(f.problems) == before {
		f.fail(node, key, check())
	}
}

// issuers reads those whose tokens are believed.
func (f *file) issuers(key string, node ast.Node, a *Authentication) {
	f.each(key, node, func(name, key string, at, value ast.Node) {
		o := auth.IssuerOptions{Name: name}
		f.checked(key, value, issuerMembers(&o), func() error {
			for _, other := range a.Issuers {
				if other.Issuer == o.Issuer {
					return fmt.Errorf("%s has the same issuer", other.Name)
				}
			}
			return o.Check()
		})
		a.Issuers = append(a.Issuers, o)
	})
}

// plainMember is a key with a text.
func plainMember(name, like, about string, into *string) member {
	return member{name: name, like: like, about: about, read: text(func(text string) error {
		*into = text
		return nil
	})}
}

// textsMember is a key with a list of texts, each of which check may refuse.
func textsMember(name, like, about string, into *[]string, check func(text string) error) member {
	return member{name: name, like: like, about: about, read: func(f *file, key string, value ast.Node) {
		f.list(key, value, func(texts []string) error {
			*into = texts
			for _, text := range texts {
				if err := check(text); err != nil {
					return err
				}
			}
			return nil
		})
	}}
}

func anyText(string) error { return nil }

// urlMember is a key with the URL of somebody who decides who asks.
func urlMember(name, like, about string, into *string) member {
	return member{name: name, like: like, about: about, read: text(func(text string) error {
		*into = text
		return auth.CheckURL(text)
	})}
}

// issuerMembers are the keys of an issuer, which change o.
func issuerMembers(o *auth.IssuerOptions) []member {
	return []member{
		plainMember("issuer", "https://login.example.com/", "the iss of its tokens, exactly", &o.Issuer),
		urlMember("jwks", "https://login.example.com/.well-known/jwks.json", "the URL of its keys", &o.Keys),
		textsMember("audience", "[shop]", "what aud must have one of", &o.Audience, anyText),
		textsMember("algorithms", "[ES256, RS256]", "those that its tokens are signed with", &o.Algorithms, auth.CheckAlgorithm),
		{
			name: "leeway", initial: "0s", like: "30s", about: "how much its clock may differ; 0s by default, 1m at most",
			read: text(func(text string) (err error) {
				o.Leeway, err = parseDuration(text)
				return err
			}),
		},
		{
			name: "refresh", initial: "5m", about: "how often its keys are fetched: one that it takes back works for so long",
			read: text(func(text string) (err error) {
				o.Refresh, err = parseTimeout(text)
				return err
			}),
		},
		scopesMember(&o.Scopes),
	}
}

func scopesMember(into *string) member {
	return member{
		name: "scopes", initial: "scope", about: "the claim that has the scopes, a text with spaces or a list: its name, or a JSON pointer such as /realm_access/roles",
		read: text(func(text string) error { *into = text; return nil }),
	}
}

// introspectionMembers are the keys of the server that is asked about tokens, which change i.
func introspectionMembers(i *Introspection) []member {
	use := func(secret string) error { i.Secret = Secret(secret); return nil }
	return []member{
		urlMember("url", "https://login.example.com/introspect", "where it is asked", &i.URL),
		plainMember("issuer", "https://login.example.com/", "whose tokens these are: an iss in its answers must be that", &i.Issuer),
		plainMember("clientID", "weft", "what this service is known by there", &i.ClientID),
		{
			name: "secret", about: "the secret of clientID", members: sourceMembers(new(source), "INTROSPECTION_SECRET", "/run/secrets/introspection", use),
			read: func(f *file, key string, value ast.Node) { f.secret(key, value, use) },
		},
		textsMember("audience", "[shop]", "what aud must have one of; anything by default", &i.Audience, anyText),
		{
			name: "maxAge", initial: "30s", about: "how long an answer is believed, 5m at most: a token that is taken back works for so long",
			read: text(func(text string) (err error) {
				i.MaxAge, err = parseTimeout(text)
				return err
			}),
		},
		scopesMember(&i.Scopes),
	}
}

func apiKeyMembers(o *auth.APIKeyOptions) []member {
	return []member{
		plainMember("file", "/etc/weft/api-keys", "a line for each: sha256:DIGEST SUBJECT SCOPE SCOPE; it is read again when it has changed", &o.File),
		headerMember("header", "X-Api-Key", "the request header that has the key", &o.Header),
	}
}

func headerMember(name, initial, about string, into *string) member {
	return member{name: name, initial: initial, about: about, read: text(func(text string) error {
		*into = text
		return checkHeaderName(text)
	})}
}

func gatewayMembers(o *auth.GatewayOptions) []member {
	return []member{
		{
			name: "networks", like: "[10.0.0.0/8]", about: "where it connects from: addresses, or networks",
			read: func(f *file, key string, value ast.Node) {
				f.list(key, value, func(texts []string) (err error) {
					o.Networks, err = parseNetworks(texts)
					return err
				})
			},
		},
		headerMember("subject", "X-Forwarded-User", "the header that says who asks", &o.Subject),
		headerMember("scopes", "X-Forwarded-Scopes", "the header that has their scopes, with spaces or commas between them", &o.Scopes),
	}
}

func parseNetworks(texts []string) (networks []netip.Prefix, err error) {
	for _, text := range texts {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			addr, notOne := netip.ParseAddr(text)
			if notOne != nil || addr.Zone() != "" {
				return nil, fmt.Errorf("must be an address or a network, such as 10.0.0.0/8, is %q", text)
			}
			network = netip.PrefixFrom(addr, addr.BitLen())
		}
		networks = append(networks, network)
	}
	return networks, nil
}

func certificateMembers(o *auth.CertificateOptions) []member {
	return []member{
		{
			name: "subject", initial: "commonName", about: "where a certificate says who it is: commonName, or dns, uri or email, of which it must have exactly one",
			read: text(func(text string) error {
				o.Subject = text
				return o.Check()
			}),
		},
		textsMember("scopes", `["orders:read"]`, "those of whoever shows one", &o.Scopes, anyText),
	}
}
