package httpcache

import (
	"net/http"
	"strconv"
	"time"
)

// Answer is what the readers of an answer may do with it. An answer that nobody may keep has none.
type Answer struct {
	Fresh                time.Duration // how long it is still fresh; less than a second: it is not
	StaleWhileRevalidate time.Duration // how long after that it may be served while it is refreshed
	Age                  time.Duration // since the origin of its oldest part made or confirmed that
	Private              bool          // only for the client who asked
}

// Header returns Cache-Control and Age. Age is whole seconds (RFC 9111 §5.1), and max-age counts from the same birth, so that
// max-age less Age is the time left. Cache-Control is never public, for a reader's credentials may have decided what is in
// the answer (RFC 9111 §3.5); without private, a shared cache may keep it for requests without credentials.
func (a Answer) Header() http.Header {
	return http.Header{"Cache-Control": {a.cacheControl()}, "Age": {strconv.FormatInt(seconds(a.Age), 10)}}
}

// cacheControl returns no-cache for an answer that is not fresh, and a max-age otherwise.
func (a Answer) cacheControl() string {
	var b []byte
	if a.Private {
		b = append(b, "private, "...)
	}
	left := seconds(a.Fresh)
	if left <= 0 {
		return string(append(b, "no-cache"...))
	}
	b = strconv.AppendInt(append(b, "max-age="...), left+seconds(a.Age), 10)
	if stale := seconds(a.StaleWhileRevalidate); stale > 0 {
		b = strconv.AppendInt(append(b, ", stale-while-revalidate="...), stale, 10)
	}
	return string(b)
}

// seconds are the whole ones of d.
func seconds(d time.Duration) int64 { return int64(d / time.Second) }
