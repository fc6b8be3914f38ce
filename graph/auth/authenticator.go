package auth

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"

	"weft/graph/schedule"
)

// maxCredential bounds a header that has a credential, in bytes: nothing longer is looked at.
const maxCredential = 8 << 10

// Credentials are what a request has to say who asks.
type Credentials struct {
	// Headers are those of the request, by their canonical names. Nobody changes them.
	Headers map[string][]string

	// Certificates are the chain that the client has shown, and that was verified, its own first; nil: it has shown none.
	Certificates []*x509.Certificate

	// From is where the connection comes from.
	From netip.Addr
}

// Options are the methods. The zero Options know nobody.
type Options struct {
	// Issuers are those whose JSON Web Tokens are believed.
	Issuers []IssuerOptions

	// Introspection asks about all other bearer tokens; nil: none of them is believed.
	Introspection *IntrospectionOptions

	// APIKeys is the file of those; nil: there are none.
	APIKeys *APIKeyOptions

	// Gateway believes a gateway in front; nil: there is none.
	Gateway *GatewayOptions

	// Certificates believes those that clients have shown; nil: they say nothing.
	Certificates *CertificateOptions

	// Schedule runs what is done off the request path: it is needed for issuers and API keys.
	Schedule *schedule.Scheduler

	// MaxKept and MaxBytes bound what is kept of credentials that were verified; 0 means 20,000, and 32 MiB. A negative
	// MaxKept keeps nothing.
	MaxKept, MaxBytes int

	// Client fetches keys, and introspects. nil means one of its own.
	Client *http.Client

	// Logger is told when an issuer's keys, or the file of API keys, cannot be had, and when they can be again. Nil means slog.Default().
	Logger *slog.Logger
}

// Authenticator finds out who asks. It is safe for concurrent use.
type Authenticator struct {
	headers      []headerMethod
	certificates *certificates // nil: they say nothing
	issuers      []*issuer
	introspector *introspector // nil: there is none
	keys         *apiKeys      // nil: there are none
	client       *http.Client  // its own; nil: it was given one
}

// headerMethod reads one header. authenticate is given its only value, and never returns neither a Caller nor an error.
type headerMethod struct {
	header       string
	challenge    string
	authenticate func(ctx context.Context, value string, c Credentials) (*Caller, error)
	beside       string // a header that says more of who asks; "": none does
	fromGateway  bool   // it counts only where a gateway sends it
}

// New returns an Authenticator. It reads the file of API keys, has the issuers' keys fetched, and does not wait for these:
// [Authenticator.Ready] does. The error says what is wrong of the options.
func New(o Options) (*Authenticator, error) {
	o.Logger = cmp.Or(o.Logger, slog.Default())
	a := &Authenticator{}
	if o.Client == nil {
		a.client = newClient()
		o.Client = a.client
	}
	k := newKept(cmp.Or(o.MaxKept, defaultKept), cmp.Or(o.MaxBytes, defaultKeptBytes))
	if (len(o.Issuers) > 0 || o.APIKeys != nil) && o.Schedule == nil {
		return nil, errors.New("issuers and API keys need a scheduler")
	}
	return a, errors.Join(a.addTokens(o, k), a.addAPIKeys(o), a.addGateway(o), a.addCertificates(o))
}

// Headers are the names of the request headers that say who asks, canonical.
func (a *Authenticator) Headers() []string {
	if a == nil {
		return nil
	}
	var names []string
	for _, m := range a.headers {
		if names = append(names, m.header); m.beside != "" {
			names = append(names, m.beside)
		}
	}
	return names
}

// Portable are those of them that say who asks wherever a request comes from: tokens and keys, and no gateway's.
func (a *Authenticator) Portable() []string {
	if a == nil {
		return nil
	}
	var names []string
	for _, m := range a.headers {
		if !m.fromGateway {
			names = append(names, m.header)
		}
	}
	return names
}

// Authenticate returns who asks: nil for nobody, where there are no credentials. The error is a [*Refused] where they are bad, and else
// wraps [ErrUnavailable].
func (a *Authenticator) Authenticate(ctx context.Context, c Credentials) (*Caller, error) {
	var method *headerMethod
	for i := range a.headers {
		m := &a.headers[i]
		switch _, present := c.Headers[m.header]; {
		case !present:
		case method != nil:
			return nil, &Refused{"there are two credentials, " + method.header + " and " + m.header, method.challenge}
		default:
			method = m
		}
	}
	if method == nil {
		return a.byCertificate(c)
	}
	values := c.Headers[method.header]
	switch {
	case len(values) != 1:
		return nil, &Refused{method.header + " is there more than once", method.challenge}
	case len(values[0]) > maxCredential:
		return nil, &Refused{method.header + " is too long", method.challenge}
	}
	return method.authenticate(ctx, values[0], c)
}

// Ready returns when all issuers have been asked for their keys once, whatever they have answered, or when ctx has ended.
func (a *Authenticator) Ready(ctx context.Context) {
	for _, i := range a.issuers {
		select {
		case <-i.tried:
		case <-ctx.Done():
			return
		}
	}
}

// Status is what operators are shown.
type Status struct {
	Issuers []IssuerStatus `json:"issuers,omitempty"`
	APIKeys int            `json:"apiKeys,omitempty"` // that are known
	Error   string         `json:"error,omitempty"`   // of the file of API keys
}

// Status returns the state now.
func (a *Authenticator) Status() Status {
	var s Status
	for _, i := range a.issuers {
		s.Issuers = append(s.Issuers, i.status())
	}
	if a.keys != nil {
		a.keys.status(&s)
	}
	return s
}

// Close waits for what is being asked about tokens, which it ends. What the scheduler runs is its own to end.
func (a *Authenticator) Close() {
	if a.introspector != nil {
		a.introspector.close()
	}
	if a.client != nil {
		a.client.CloseIdleConnections()
	}
}

// CheckURL says why nobody who decides who asks is asked at a URL: only by https is it known who answers, or on this machine. The error
// quotes nothing, since there may be a secret in it.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return errors.New("must be an absolute one, such as https://login.example.com/keys, without user and password")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	}
	return errors.New("must begin with https:// (http:// is for this machine only)")
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
