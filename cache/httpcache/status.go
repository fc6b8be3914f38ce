package httpcache

import (
	"net/http"
	"strconv"
	"time"
)

// Forward says why a request went to the upstream (RFC 9211 §2.2).
type Forward string

// The reasons.
const (
	Bypass    Forward = "bypass"    // the cache was not asked
	ByMethod  Forward = "method"    // the method's answers are not kept
	URIMiss   Forward = "uri-miss"  // there was nothing for the URI
	VaryMiss  Forward = "vary-miss" // there was, but not for this request's header
	ByRequest Forward = "request"   // there was, but the request asked for another
	Stale     Forward = "stale"     // there was, but no longer fresh
)

// CacheStatus is what one cache did for a request: a member of the Cache-Status field (RFC 9211). Parameters that are zero
// are not written.
type CacheStatus struct {
	Cache         string  // the name of the cache
	Hit           bool    // answered without the upstream
	Forward       Forward // otherwise why not
	ForwardStatus int     // what the upstream answered
	TTL           Seconds // how long the answer is still fresh; below 0 when it is stale
	Stored        bool    // the upstream's answer was stored
	Collapsed     bool    // waited for another request's answer instead of sending its own
	Key           string
	Detail        string
}

// AddTo adds the member to an answer's header, after those of the caches nearer to the origin.
func (s CacheStatus) AddTo(h http.Header) { h.Add("Cache-Status", s.String()) }

// String returns the member as it is written.
func (s CacheStatus) String() string {
	b := appendItem(nil, s.Cache)
	if s.Hit {
		b = append(b, "; hit"...)
	}
	if s.Forward != "" {
		b = append(append(b, "; fwd="...), s.Forward...)
	}
	if s.ForwardStatus != 0 {
		b = strconv.AppendInt(append(b, "; fwd-status="...), int64(s.ForwardStatus), 10)
	}
	if s.TTL.Given {
		b = strconv.AppendInt(append(b, "; ttl="...), int64(s.TTL.Value/time.Second), 10)
	}
	if s.Stored {
		b = append(b, "; stored"...)
	}
	if s.Collapsed {
		b = append(b, "; collapsed"...)
	}
	if s.Key != "" {
		b = appendQuoted(append(b, "; key="...), s.Key)
	}
	if s.Detail != "" {
		b = appendItem(append(b, "; detail="...), s.Detail)
	}
	return string(b)
}

// appendItem appends s as a token, or as a string where it is none (RFC 8941 §3.3.3, §3.3.4).
func appendItem(b []byte, s string) []byte {
	if s == "" || !isLower(s[0]) {
		return appendQuoted(b, s)
	}
	for i := range len(s) {
		if !isToken(s[i]) {
			return appendQuoted(b, s)
		}
	}
	return append(b, s...)
}

// appendQuoted appends s as a string. What strings cannot hold is percent-encoded.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~':
			b = append(b, '%', hex[c>>4], hex[c&15])
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
