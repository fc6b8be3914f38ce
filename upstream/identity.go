package upstream

import (
	"net/http"
	"slices"
	"strconv"
)

// authorization is the header that RFC 9110 §11.6.2 has for a user's credentials.
const authorization = "Authorization"

// AppendIdentity appends to dst on whose behalf a call with these headers of an incoming request is made, as far as the upstream can
// tell: a text of all forwarded headers' values, "" when there are none. It is equal for two callers if and only if every
// forwarded header has the same values in the same order, and whatever keeps or shares answers must part callers by it, unless it has [Claims] for that. The text names the headers, so it keeps its meaning when the schema forwards others.
//
// It holds credentials: it is neither for logs nor, as it is, for keys that leave the process. The names in h must be canonical,
// as net/http has them.
//
// A line for each header, and in it each value preceded by its length: no value can pass for two, or for another header's.
func (c *Client) AppendIdentity(dst []byte, h http.Header) []byte {
	return AppendValues(dst, c.forward, h)
}

// AppendValues appends what an identity is made of: the values that h has of headers, by their canonical names, as
// [Client.AppendIdentity] says it of those that an upstream is sent. Nothing where it has none.
func AppendValues(dst []byte, names []string, h http.Header) []byte {
	for _, name := range names {
		values := h[name]
		if len(values) == 0 {
			continue
		}
		dst = append(dst, name...)
		for _, value := range values {
			dst = appendText(append(dst, ' '), value)
		}
		dst = append(dst, '\n')
	}
	return dst
}

// Forwarded are the canonical names of the headers that part callers, sorted: what [Client.AppendIdentity] looks at. They are not to be changed.
func (c *Client) Forwarded() []string { return c.forward }

// Claims are what the upstream is told of who asks: see [Spec]. They are not to be changed.
func (c *Client) Claims() Claims { return c.claims }

// Forwards reports whether h has a header that is forwarded: whether [Client.AppendIdentity] appends anything.
func (c *Client) Forwards(h http.Header) bool {
	return slices.ContainsFunc(c.forward, func(name string) bool { return len(h[name]) > 0 })
}

// ForwardsAuthorization reports whether h has an Authorization header and it is forwarded: whether the answer is one to a
// request with a user's credentials (RFC 9111 §3.5). The upstream's own [Credential] does not count: it is everybody's.
func (c *Client) ForwardsAuthorization(h http.Header) bool {
	return len(h[authorization]) > 0 && slices.Contains(c.forward, authorization)
}

func appendText(dst []byte, text string) []byte {
	dst = strconv.AppendInt(dst, int64(len(text)), 10)
	dst = append(dst, ':')
	return append(dst, text...)
}
