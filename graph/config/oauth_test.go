package config_test

import (
	"testing"

	"weft/graph/config"
	"weft/upstream"
)

// Tokens that are for who asks need callers who are told apart, and known.
func TestOAuth(t *testing.T) {
	const asking = "    oauth: {url: 'https://login.example/token', clientID: weft, secret: {env: TOKEN}"
	const issuers = "authentication: {issuers: {login: {issuer: a, jwks: 'https://login.example/keys', audience: a, algorithms: ES256}}}\n"
	for name, tt := range map[string]struct {
		before, rest string
		forward      []string
		want         string // "": it loads
	}{
		"OwnToken": {"", "}\n", nil, ""},
		"OwnTokenBesideTheCallers": {
			"", "}\n",
			[]string{"authorization"},
			"weft.yaml:2: upstreams.orders.oauth: gives its calls an Authorization, and the schema forwards that of who asks: leave out one of them, or say exchange: true",
		},
		"Exchange": {issuers, ", exchange: true}\n", []string{"authorization"}, ""},
		"ExchangeForNobody": {
			issuers, ", exchange: true}\n", nil,
			`weft.yaml:3: upstreams.orders.oauth.exchange: needs the schema to forward Authorization, by which callers are told apart: @upstream(forwardHeaders: ["Authorization"])`,
		},
		"ExchangeOfWhatNobodyVerifies": {
			"", ", exchange: true}\n",
			[]string{"authorization"},
			"weft.yaml:2: upstreams.orders.oauth.exchange: needs authentication.issuers or authentication.introspection, which verify the tokens that are exchanged",
		},
		"EndpointElsewhere": {
			"egress: {hosts: orders.example}\n", "}\n", nil,
			"weft.yaml:3: upstreams.orders.oauth.url: leads to login.example, which egress.hosts does not have: add it there, or change the URL",
		},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, tt.before+"upstreams:\n  orders:\n"+asking+tt.rest+"    url: 'https://orders.example'\n")
			program := config.Program{Name: "shop", Upstreams: []upstream.Spec{{Name: "orders", ForwardHeaders: tt.forward}}}
			_, err := config.Load(program, []string{"-config=weft.yaml"}, env(map[string]string{"TOKEN": "t0ken"}))
			if got := text(err); got != tt.want {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
		})
	}
}
