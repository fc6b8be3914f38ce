package upstream

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// Request is one call of a binding. Do reads it only; Body must not change afterwards either, since a transport may still
// be sending it when a call has failed.
type Request struct {
	Endpoint string      // the binding's name, for errors and traces
	Method   string      // GET, POST, PUT, PATCH or DELETE; "" is GET
	Path     string      // escaped path and query below the base URL; starts with "/"
	Body     []byte      // JSON; nil: none
	Header   http.Header // the incoming request's headers; only those of [Spec.ForwardHeaders] are taken
	Keys     int         // how many keys the call carries, for traces
}

// outgoing is a request as it goes on the wire.
type outgoing struct {
	method string
	url    *url.URL
	header http.Header
	body   []byte
}

var (
	errMethod = errors.New("method is not GET, POST, PUT, PATCH or DELETE")
	errHeader = errors.New("a forwarded header holds a control character")
)

// address turns a request of the graph into one of this upstream.
func (c *Client) address(r Request) (outgoing, error) {
	method := r.Method
	switch method {
	case "":
		method = http.MethodGet
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		return outgoing{}, errMethod
	}
	target, err := resolve(c.base, r.Path, c.query)
	if err != nil {
		return outgoing{}, err
	}
	header := maps.Clone(c.header)
	for _, name := range c.forward {
		values := r.Header[name]
		if !validValues(values) {
			return outgoing{}, errHeader
		}
		if len(values) > 0 {
			header[name] = slices.Clone(values) // a shared call may outlive the request that these belong to
		}
	}
	if _, configured := header["Content-Type"]; r.Body != nil && !configured {
		header["Content-Type"] = []string{"application/json"}
	}
	return outgoing{method: method, url: target, header: header, body: r.Body}, nil
}

func validValues(values []string) bool {
	for _, value := range values {
		if !validHeaderValue(value) {
			return false
		}
	}
	return true
}

// request returns the HTTP request to send.
func (o outgoing) request(ctx context.Context) *http.Request {
	req := &http.Request{
		Method: o.method, URL: o.url, Host: o.url.Host, Header: o.header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if o.body != nil {
		req.ContentLength = int64(len(o.body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(o.body)), nil }
		req.Body, _ = req.GetBody()
	}
	return req.WithContext(ctx)
}

// unsafe reports whether the call may change something (RFC 9110 §9.2.1). A POST counts even where a binding uses it to read.
func (o outgoing) unsafe() bool { return o.method != http.MethodGet }

// shareable reports whether identical calls may become one.
func (o outgoing) shareable() bool { return o.method == http.MethodGet && o.body == nil }

// key identifies calls that may be shared: same method, same target, and the same values of every forwarded header, in
// order. Each header begins a line and each value is preceded by its length, so that no value can pass for two, or for
// another header's.
func (o outgoing) key(forward []string, path string) string {
	key := make([]byte, 0, 256)
	key = append(key, o.method...)
	key = append(key, ' ')
	key = append(key, path...)
	for _, name := range forward {
		key = append(key, '\n')
		for _, value := range o.header[name] {
			key = append(key, ' ')
			key = strconv.AppendInt(key, int64(len(value)), 10)
			key = append(key, ':')
			key = append(key, value...)
		}
	}
	return string(key)
}
