package upstream

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"weft/upstream/files"
)

// Spec is what the schema says about an upstream; generated code holds one for each @upstream.
type Spec struct {
	Name           string   // the name that bindings use
	ForwardHeaders []string // headers of the incoming request that go upstream, and part callers unless Claims do; in any case
	Headers        []string // headers that calls set themselves, so that configuration does not; in any case

	// Claims are what the upstream is told of who asks. The client does not look at them: who makes calls does.
	Claims Claims

	// Explain is what the JSON of a failure says of it, whatever its status is; nil: nothing. What a problem document says fills what it
	// leaves out.
	Explain func(body []byte) *Problem
}

// Claims are what an upstream is told of who asks, by verified claims: by their names, or at a JSON pointer (RFC 6901) if that begins with a
// slash. The zero Claims are nothing.
type Claims struct {
	// Identity are the claims that part callers, in the place of their credentials: who has the same is the same to the upstream.
	Identity []string

	// Headers are the headers that claims are sent as.
	Headers []ClaimHeader
}

// ClaimHeader is a header, by its canonical name, and the claim that it is sent with.
type ClaimHeader struct{ Name, Claim string }

// Options is an upstream's configuration. The zero value of every field but URL is a good default.
//
// Constant headers and query parameters often hold keys, so Options prints and marshals without their values, and without
// anything of the URL but scheme, host and path.
type Options struct {
	URL        string            // base URL, http or https, with or without a path; required
	Header     map[string]string // constant request headers; they override our own Accept and User-Agent
	Query      map[string]string // constant query parameters, appended to every call's; in no report and no error
	Credential Credential        // a secret for every call; zero: none
	Secrets    []Credential      // further ones
	Timeout    time.Duration     // for a whole call, from waiting for a slot to the last byte of the body; 0: 2 s
	InFlight   int               // calls at one time, the others wait; 0: 100
	MaxBody    int64             // bytes of a body after decompression; 0: 8 MiB
	Redirects  bool              // a GET follows redirects to the upstream's own resources: of the same origin, below URL; 3 at most
	Links      []string          // base URLs that its links and redirects have instead of URL, as behind a proxy: below these is below URL

	// ContentTypes are media types that its JSON comes as, beside those that say that they are JSON, and text/plain.
	ContentTypes []string

	// Network is how the upstream is reached.
	Network Network

	// Authorizer has the Authorization of calls; nil: they have what is constant, or forwarded.
	Authorizer Authorizer

	// Files say how the files of secrets and certificates are looked after.
	Files files.Options

	// Transport is how requests are sent; nil: a pool of our own, see newConnections. It must end when the request's context
	// does, and leave the request as it is, as [http.RoundTripper] says: many requests have one header. Its bodies may be closed while they are read, which ends that. Of Network it knows only what it
	// looks at itself.
	Transport http.RoundTripper
}

// Network is how an upstream is reached. The zero Network reaches every address that a service may have.
type Network struct {
	Egress  Egress
	TLS     TLS
	Failing Failing // what is done where it fails

	// Dial is how long it may take to connect, and then TLS's handshake, which has a second at least. 0: 300 ms.
	Dial time.Duration

	// Age is how old a connection may get: a service that has moved, as its name says, is followed by then. 0: 5 minutes; negative: any age.
	Age time.Duration

	// Around surrounds what sends requests, as one that signs them does; nil: nothing does. It is called once, and what it returns for each
	// HTTP request: for one that follows a redirect, or has another Authorization, anew, and not for values that are kept, shared or part of
	// a batch. By then the request has all its headers and a slot, and its time runs. What it adds is in no key, report or error, so it must
	// not depend on who asks but by the headers that the schema forwards. It clones a request before it changes it, and takes the body from
	// GetBody. net/http may send what it returns a second time on another connection: see newConnections.
	Around func(http.RoundTripper) http.RoundTripper `json:"-"`
}

// withDefaults fills in what zero means, and reports numbers that mean nothing.
func (o Options) withDefaults() (complete Options, problems []error) {
	if o.Timeout < 0 {
		problems = append(problems, fmt.Errorf("timeout must not be negative, is %v", o.Timeout))
	}
	if o.InFlight < 0 {
		problems = append(problems, fmt.Errorf("inFlight must not be negative, is %d", o.InFlight))
	}
	if d := o.Network.Failing.Pause; d < 0 {
		problems = append(problems, fmt.Errorf("idleTimeout must not be negative, is %v", d))
	}
	if n := o.Network.Failing.PerEndpoint; n < 0 {
		problems = append(problems, fmt.Errorf("inFlightPerEndpoint must not be negative, is %d", n))
	}
	if o.MaxBody < 0 {
		problems = append(problems, fmt.Errorf("maxBody must not be negative, is %d", o.MaxBody))
	}
	o.Timeout = cmp.Or(o.Timeout, 2*time.Second)
	o.InFlight = cmp.Or(o.InFlight, 100)
	o.MaxBody = cmp.Or(o.MaxBody, 8<<20)
	return o, problems
}

// share is how many slots one endpoint may have, so that one which hangs leaves some to the others.
func (o Options) share() int {
	return min(o.InFlight, cmp.Or(o.Network.Failing.PerEndpoint, (3*o.InFlight+3)/4))
}

// base reads the base URL, which is where calls may go.
func (o Options) base() (base *url.URL, problems []error) {
	base, problems = parseBase(o.URL)
	if base == nil {
		return nil, problems
	}
	if err := o.Network.Egress.Check(base); err != nil {
		problems = append(problems, fmt.Errorf("url %w", err))
	}
	if o.Network.TLS != (TLS{}) && base.Scheme != "https" {
		problems = append(problems, errors.New("tls is given, and url is of scheme http: use https"))
	}
	return base, problems
}

// transport is how requests are sent: through what, and by which connections.
func (o Options) transport(name string) (through, pool http.RoundTripper, problems []error) {
	pool = o.Transport
	if pool == nil {
		var err error
		if pool, err = o.Network.transport(name, o.InFlight, o.Files); err != nil {
			return nil, nil, []error{err}
		}
	}
	through = pool
	if o.Network.Around != nil {
		through = o.Network.Around(pool)
	}
	return through, pool, nil
}

// printed is Options as it may be shown: names instead of values.
type printed struct {
	URL        string     `json:"url"`
	Header     []string   `json:"header,omitempty"`
	Query      []string   `json:"query,omitempty"`
	Credential Credential `json:"credential,omitzero"`

	Secrets []Credential `json:"secrets,omitempty"`

	Timeout   string   `json:"timeout"`
	InFlight  int      `json:"inFlight"`
	MaxBody   int64    `json:"maxBody"`
	Redirects bool     `json:"redirects,omitempty"`
	Links     []string `json:"links,omitempty"`

	ContentTypes []string `json:"contentTypes,omitempty"`
}

func (o Options) printed() printed {
	p := printed{
		URL:        printedURL(o.URL),
		Header:     slices.Sorted(maps.Keys(o.Header)),
		Query:      slices.Sorted(maps.Keys(o.Query)),
		Credential: o.Credential,
		Secrets:    o.Secrets,
		Timeout:    o.Timeout.String(),
		InFlight:   o.InFlight,
		MaxBody:    o.MaxBody,
		Redirects:  o.Redirects,

		ContentTypes: o.ContentTypes,
	}
	for _, link := range o.Links {
		p.Links = append(p.Links, printedURL(link))
	}
	return p
}

// printedURL drops user, password, query and fragment, which do not belong into a base URL but may be typed into one.
func printedURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" {
		return "[not a URL]"
	}
	return strings.TrimSuffix((&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String(), "/")
}

// Format prints Options for every verb of package fmt, %#v included, without secrets.
func (o Options) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "%+v", o.printed()) }

// LogValue is Options in a log record, without secrets.
func (o Options) LogValue() slog.Value { return slog.AnyValue(o.printed()) }

// MarshalJSON is Options in JSON, without secrets and without Transport.
func (o Options) MarshalJSON() ([]byte, error) { return json.Marshal(o.printed()) }

// Format prints a client by its name, for every verb of package fmt: its fields hold resolved secrets.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "upstream "+c.name) }

// LogValue is the client in a log record: its name.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.name) }
