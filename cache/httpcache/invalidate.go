package httpcache

import (
	"net/http"
	"net/url"
	"strings"
)

// Invalidated returns the keys (see [Key]) of what a request makes invalid that ended with status and header (RFC 9111 §4.4):
// its target, and what Location and Content-Location name within the same origin. A safe request and one that was refused
// invalidate nothing. An unknown method is not safe. Status 0 says that the outcome is not known; then the target is invalid.
func Invalidated(method string, target *url.URL, status int, answer http.Header) []string {
	if isSafe(method) || status != 0 && (status < 200 || status > 399) {
		return nil
	}
	keys := []string{Key(target)}
	for _, name := range []string{"Location", "Content-Location"} {
		for _, reference := range answer[name] {
			if other, err := target.Parse(reference); err == nil && origin(other) == origin(target) {
				keys = append(keys, Key(other))
			}
		}
	}
	return keys
}

// isSafe reports whether a method changes nothing (RFC 9110 §9.2.1).
func isSafe(method string) bool {
	switch method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// Key returns the primary key of what a GET of u answers (RFC 9111 §2): the URI without its fragment and credentials, with
// scheme and host in the form that RFC 9110 §4.2.3 calls normal.
func Key(u *url.URL) string { return origin(u) + u.RequestURI() }

// origin returns scheme, host and port of u, the port only if it is not the scheme's.
func origin(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host
}
