package httpcache

import (
	"maps"
	"net/http"
	"strings"
	"time"
)

// SetConditions makes a request conditional on what is stored (RFC 9111 §4.3.1), in place of conditions of its own.
// With an empty etag or lastModified there is no such condition.
func SetConditions(request http.Header, etag, lastModified string) {
	request.Del("If-None-Match")
	request.Del("If-Modified-Since")
	if etag != "" {
		request.Set("If-None-Match", etag)
	}
	if lastModified != "" {
		request.Set("If-Modified-Since", lastModified)
	}
}

// Confirms reports whether a 304 with header notModified is about the stored answer (RFC 9111 §4.3.4), which was the only one
// that its request was conditional on: it names the same entity tag, else the same date, or nothing.
func Confirms(notModified, stored http.Header) bool {
	switch etag, modified := first(notModified["Etag"]), first(notModified["Last-Modified"]); {
	case etag != "":
		return WeakMatch(etag, first(stored["Etag"]))
	case modified != "" && len(stored["Last-Modified"]) > 0:
		return modified == first(stored["Last-Modified"])
	}
	return true
}

// Freshen returns the stored header as a 304 that confirms it leaves it (RFC 9111 §4.3.4, §3.2): the fields of the 304 replace
// those of the same name, except for what describes the stored body and what belongs to the connection. The stored Age is
// gone, for it was about another answer. Neither argument is changed.
func Freshen(stored, notModified http.Header) http.Header {
	merged := make(http.Header, len(stored)+len(notModified))
	maps.Copy(merged, stored.Clone())
	delete(merged, "Age")
	for name, lines := range storedFields(notModified) {
		switch name {
		case "Content-Encoding", "Content-Length", "Content-Range", "Content-Type":
		default:
			merged[name] = lines
		}
	}
	return merged
}

// storedFields returns the fields of an answer that are stored: all but those of the connection, and those that Connection
// names (RFC 9111 §3.1). It copies.
func storedFields(h http.Header) http.Header {
	kept := h.Clone()
	for _, line := range h["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
			kept.Del(trim(name))
		}
	}
	for _, name := range []string{
		"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization", "Proxy-Connection",
		"Te", "Trailer", "Transfer-Encoding", "Upgrade",
	} {
		delete(kept, name)
	}
	return kept
}

// NotModified reports whether a conditional request is answered with 304 by a stored answer with this header, received then
// (RFC 9111 §4.3.2, RFC 9110 §13.2.2). If-None-Match goes before If-Modified-Since.
func NotModified(request, stored http.Header, received time.Time) bool {
	if lines, ok := request["If-None-Match"]; ok {
		return anyMatches(lines, first(stored["Etag"]))
	}
	since, ok := parseDate(request["If-Modified-Since"])
	if !ok {
		return false
	}
	for _, name := range []string{"Last-Modified", "Date"} {
		if modified, ok := parseDate(stored[name]); ok {
			return !modified.After(since)
		}
	}
	return !received.Truncate(time.Second).After(since)
}

// anyMatches reports whether a field of entity tags has one that matches etag, or is *.
func anyMatches(lines []string, etag string) bool {
	for _, line := range lines {
		if trim(line) == "*" {
			return true
		}
		for line != "" {
			var tag string
			tag, line = cutMember(line)
			if WeakMatch(trim(tag), etag) {
				return true
			}
		}
	}
	return false
}

// WeakMatch reports whether two entity tags are of equivalent answers (RFC 9110 §8.8.3.2). An empty one matches nothing.
func WeakMatch(a, b string) bool {
	a, b = strings.TrimPrefix(a, "W/"), strings.TrimPrefix(b, "W/")
	return a == b && a != ""
}

// StrongMatch reports whether two entity tags are of answers that agree byte for byte (RFC 9110 §8.8.3.2): both are strong.
func StrongMatch(a, b string) bool {
	return a == b && a != "" && !strings.HasPrefix(a, "W/")
}
