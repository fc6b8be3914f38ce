package httpcache

import (
	"net/http"
	"strings"
	"time"
)

// lifetime returns how long after Born the answer is fresh (RFC 9111 §4.2.1).
func (e *evaluation) lifetime() time.Duration {
	if e.noStore || e.NoCache {
		return 0
	}
	own, override := e.ownLifetime(), &e.override
	switch {
	case !override.HasMaxAge:
		return own
	case cacheableByDefault(e.resp.Status):
		return within(override.MaxAge)
	}
	return min(own, within(override.MaxAge))
}

// ownLifetime returns the lifetime that the header gives: the first of s-maxage (unless private), max-age and
// Expires. Without any there is none: a guess by Last-Modified (RFC 9111 §4.2.2) is not made.
func (e *evaluation) ownLifetime() time.Duration {
	switch {
	case !e.private && e.SMaxAge.Given:
		return e.SMaxAge.Value
	case e.MaxAge.Given:
		return e.MaxAge.Value
	case e.expires():
		return e.untilExpiry()
	}
	return 0
}

// expires reports whether there is an Expires.
func (e *evaluation) expires() bool { return len(e.resp.Header["Expires"]) > 0 }

// untilExpiry returns the time from Date to Expires. What is no date, such as 0, is in the past (RFC 9111 §5.3).
func (e *evaluation) untilExpiry() time.Duration {
	expiry, ok := parseDate(e.resp.Header["Expires"])
	if !ok {
		return 0
	}
	return within(expiry.Sub(e.date()))
}

// staleTimes returns how long after its lifetime the answer may be served (RFC 5861 §3, §4).
func (e *evaluation) staleTimes() (whileRevalidate, ifError time.Duration) {
	if e.noStore || e.mustRevalidate() {
		return 0, 0
	}
	whileRevalidate, ifError = e.StaleWhileRevalidate.Value, e.StaleIfError.Value
	if !cacheableByDefault(e.resp.Status) {
		return whileRevalidate, ifError
	}
	if override := within(e.override.StaleWhileRevalidate); override > 0 {
		whileRevalidate = override
	}
	if override := within(e.override.StaleIfError); override > 0 {
		ifError = override
	}
	return whileRevalidate, ifError
}

// mustRevalidate reports whether the answer, once stale, must not be served without asking (RFC 9111 §4.2.4). Unless it is
// private, s-maxage says so, too (§5.2.2.10).
func (e *evaluation) mustRevalidate() bool {
	return e.NoCache || e.MustRevalidate || !e.private && (e.ProxyRevalidate || e.SMaxAge.Given)
}

// age returns how old the answer was when it arrived (RFC 9111 §4.2.3): by the caches that it passed, all of the time of the
// call included, or by the difference between its clock and ours, whichever is more.
func (e *evaluation) age() time.Duration {
	var delay time.Duration
	if !e.req.Sent.IsZero() {
		delay = within(e.resp.Received.Sub(e.req.Sent))
	}
	apparent := e.resp.Received.Truncate(time.Second).Sub(e.date())
	return within(max(apparent, agedBy(e.resp.Header)+delay))
}

// agedBy returns the value of Age: of several the first, and 0 for what is no number (RFC 9111 §5.1).
func agedBy(h http.Header) time.Duration {
	line, _, _ := strings.Cut(first(h["Age"]), ",")
	return parseSeconds(trim(line))
}

// date returns when the answer was made: Date, else when it arrived (RFC 9110 §6.6.1). Dates have no fractions of a second,
// so neither has the time of arrival where it stands for one.
func (e *evaluation) date() time.Time {
	if date, ok := parseDate(e.resp.Header["Date"]); ok {
		return date
	}
	return e.resp.Received.Truncate(time.Second)
}

// within returns d within the times that caches tell apart.
func within(d time.Duration) time.Duration { return min(max(0, d), longest) }
