package auth

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// GatewayOptions are a gateway in front that has found out who asks, and says so in headers. It must take these headers out of what its own
// clients send.
type GatewayOptions struct {
	// Networks are where it connects from; they are needed. The headers from elsewhere are refused.
	Networks []netip.Prefix

	// Subject is the header that says who asks; "" means X-Forwarded-User.
	Subject string

	// Scopes is the header that has their scopes, with spaces or commas between them; "" means X-Forwarded-Scopes.
	Scopes string
}

type gateway struct {
	GatewayOptions
}

func (a *Authenticator) addGateway(o Options) error {
	if o.Gateway == nil {
		return nil
	}
	g := gateway{*o.Gateway}
	if len(g.Networks) == 0 {
		return errors.New("gateway: needs networks, from which its headers are believed")
	}
	g.Subject = http.CanonicalHeaderKey(cmp.Or(g.Subject, "X-Forwarded-User"))
	g.Scopes = http.CanonicalHeaderKey(cmp.Or(g.Scopes, "X-Forwarded-Scopes"))
	a.headers = append(a.headers, headerMethod{g.Subject, challengeGateway, g.authenticate, g.Scopes, true})
	return nil
}

func (g gateway) authenticate(_ context.Context, subject string, c Credentials) (*Caller, error) {
	from := c.From.Unmap().WithZone("")
	if !slices.ContainsFunc(g.Networks, func(n netip.Prefix) bool { return n.Contains(from) }) {
		return nil, &Refused{"a header of the gateway comes from elsewhere", challengeGateway}
	}
	if subject = strings.TrimSpace(subject); subject == "" || !utf8.ValidString(subject) {
		return nil, &Refused{"the gateway names nobody", challengeGateway}
	}
	values := c.Headers[g.Scopes]
	if len(values) > 1 || len(values) == 1 && (len(values[0]) > maxCredential || !utf8.ValidString(values[0])) {
		return nil, &Refused{"the gateway's scopes are there more than once, too long, or no text", challengeGateway}
	}
	var scopes []string
	for _, value := range values {
		scopes = strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' })
	}
	return newCaller(Gateway, "", subject, time.Time{}, scopes, said(subject, scopes)), nil
}
