package upstream

import (
	"errors"
	"net/url"
	"strings"
)

// Reasons not to follow a reference. They do not quote it: it is what a service answers, and may hold what only it and Weft may know.
var (
	errNoURL     = errors.New("no URL of http or https, or one with a user in it")
	errElsewhere = errors.New("a URL of another origin than the upstream's")
	errAbove     = errors.New("a URL that is not below the upstream's base URL")
)

// Link returns where a reference in the answer leads (RFC 3986, section 4.1), as a [Request.Path]: relative to the URL that was called. It
// leads nowhere but to the upstream's own resources: those of the same origin whose path is below its base URL, or below another URL that
// its links have instead of that (see [Options.Links]). What is compared is the normalised URL, never its text. Constant parameters are
// left out, since each call gets them anyway.
func (r *Response) Link(reference string) (path string, err error) {
	if r.client == nil {
		return "", errNoURL
	}
	return r.client.below(r.url, reference)
}

// Link is as [Response.Link], of a reference in data of which nobody knows at which URL it stood: relative to the base URL.
func (c *Client) Link(reference string) (path string, err error) {
	if reference == "" {
		return "", errNoURL
	}
	called, err := resolve(c.base(), "/", "")
	if err != nil {
		return "", err
	}
	return c.below(&called, reference)
}

// below returns the path, escaped and with its query, that a reference from a URL of the upstream leads to below its base. The reference
// is read as if the upstream were at its base and, where that leads nowhere, at each of the URLs that its links have.
func (c *Client) below(called *url.URL, reference string) (string, error) {
	ref, err := url.Parse(reference)
	if err != nil || ref.Opaque != "" || ref.User != nil {
		return "", errNoURL
	}
	var why error
	for _, base := range c.bases {
		from := url.URL{Scheme: base.Scheme, Host: base.Host, RawPath: base.RawPath + called.RawPath[len(c.base().RawPath):], RawQuery: called.RawQuery}
		from.Path, _ = url.PathUnescape(from.RawPath) // base and path have been checked
		to := from.ResolveReference(ref)              // which folds dots
		path, err := within(base, to)
		if query := c.ownQuery(to.RawQuery); err == nil && query != "" {
			return path + "?" + query, nil
		}
		if err == nil {
			return path, nil
		}
		if why == nil || why == errElsewhere {
			why = err
		}
	}
	return "", why
}

// within returns the path, escaped, of a URL below a base.
func within(base, to *url.URL) (string, error) {
	switch {
	case to.Scheme != "http" && to.Scheme != "https":
		return "", errNoURL
	case origin(to) != origin(base):
		return "", errElsewhere
	}
	path, ok := strings.CutPrefix(normalPath(to.EscapedPath()), normalPath(base.RawPath))
	if !ok || path != "" && path[0] != '/' {
		return "", errAbove
	}
	if path == "" {
		path = "/"
	}
	return path, checkPath(path)
}

// ownQuery is a query without the parameters that every call gets.
func (c *Client) ownQuery(query string) string {
	all := c.constants().query
	if all == "" {
		return query
	}
	constant, _ := url.ParseQuery(all)
	var own []string
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil && constant.Has(plain) {
			continue
		}
		own = append(own, pair)
	}
	return strings.Join(own, "&")
}

// origin is scheme, host and port, as they are compared (RFC 6454, section 4).
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// normalPath is an escaped path in the form that equal ones have in common (RFC 3986, section 6.2.2): what needs no percent-encoding has
// none, and the digits of all others are capitals.
func normalPath(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] != '%' || i+2 >= len(path) {
			b.WriteByte(path[i])
			continue
		}
		escape := path[i : i+3]
		i += 2
		plain, err := url.PathUnescape(escape)
		if err == nil && unreserved(plain[0]) {
			b.WriteString(plain)
		} else {
			b.WriteString(strings.ToUpper(escape))
		}
	}
	return b.String()
}

// unreserved reports whether a byte stands for itself in every part of a URI (RFC 3986, section 2.3).
func unreserved(c byte) bool {
	letter := 'a' <= c|0x20 && c|0x20 <= 'z'
	return letter || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
