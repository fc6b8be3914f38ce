package httpcache

import "time"

// Use is what a kept answer is good for.
type Use uint8

// The uses.
const (
	Validate     Use = iota // only if the upstream confirms it
	ServeRefresh            // served, and refreshed off the request path (RFC 5861 §3)
	ServeStale              // served, because the client takes stale answers (RFC 9111 §5.2.1.2)
	Serve                   // served: it is fresh
)

// Use returns what the answer is good for at now, for a request with the directives asked (RFC 9111 §4, §5.2.1).
func (d *Decision) Use(now time.Time, asked Directives) Use {
	left := d.FreshUntil.Sub(now)
	switch {
	case !d.accepted(now, asked):
		return Validate
	case left > 0:
		return Serve
	case d.MustRevalidate:
		return Validate
	case asked.MaxAge.Given && !asked.MaxStale.Given: // "the client does not wish to receive a stale response" (§5.2.1.1)
		return Validate
	case now.Before(d.StaleWhileRevalidateUntil):
		return ServeRefresh
	case asked.MaxStale.Given && -left <= asked.MaxStale.Value:
		return ServeStale
	}
	return Validate
}

// IfError reports whether the answer may be served at now in place of an error (RFC 5861 §4): the answer or the request says
// so, and neither forbids it.
func (d *Decision) IfError(now time.Time, asked Directives) bool {
	if d.MustRevalidate || !d.accepted(now, asked) {
		return false
	}
	return now.Before(d.StaleIfErrorUntil) ||
		asked.StaleIfError.Given && now.Sub(d.FreshUntil) < asked.StaleIfError.Value
}

// accepted reports whether the request takes an answer of this age without asking the upstream (RFC 9111 §5.2.1).
func (d *Decision) accepted(now time.Time, asked Directives) bool {
	switch {
	case asked.NoCache:
		return false
	case asked.MaxAge.Given && d.Age(now) > asked.MaxAge.Value:
		return false
	case asked.MinFresh.Given && d.FreshUntil.Sub(now) < asked.MinFresh.Value:
		return false
	}
	return true
}

// Age returns how old the answer is at now (RFC 9111 §4.2.3), not below 0.
func (d *Decision) Age(now time.Time) time.Duration { return max(0, now.Sub(d.Born)) }
