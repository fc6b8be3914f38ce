package httpcache

import (
	"strconv"
	"time"
)

// Part is what a part of an answer allows the answer's readers. A part that is an error, or is missing because of one, is
// Part{NoStore: true}.
type Part struct {
	Fresh                time.Duration // how long it is still fresh; not above 0: it is not
	StaleWhileRevalidate time.Duration // how long after that it may be served while it is refreshed
	Age                  time.Duration // since its origin made or confirmed it
	Private              bool          // only for the client who asked
	NoStore              bool          // not to be kept by anyone
}

// Part returns what an answer decided about allows at now when it is a part of another. An answer that must not be stored for
// anyone but is good for nobody else either, no-store or Vary: *, is no-store.
func (d *Decision) Part(now time.Time) Part {
	return Part{
		Fresh:                d.FreshUntil.Sub(now),
		StaleWhileRevalidate: d.StaleWhileRevalidateUntil.Sub(d.FreshUntil),
		Age:                  d.Age(now),
		Private:              d.Private,
		NoStore:              d.Refusal == NoStore || d.Refusal == VaryAny,
	}
}

// Answer is the policy of an answer made of parts: as strict as the strictest of them. The zero value has no part yet, and is
// no-store. It is a value: copies are independent.
type Answer struct {
	strictest Part
	some      bool
}

// Add adds a part.
func (a *Answer) Add(p Part) {
	if !a.some {
		*a = Answer{p, true}
		return
	}
	s := &a.strictest
	end := min(s.Fresh+s.StaleWhileRevalidate, p.Fresh+p.StaleWhileRevalidate)
	s.Fresh = min(s.Fresh, p.Fresh)
	s.StaleWhileRevalidate = end - s.Fresh
	s.Age = max(s.Age, p.Age)
	s.Private = s.Private || p.Private
	s.NoStore = s.NoStore || p.NoStore
}

// Join adds the parts of another answer.
func (a *Answer) Join(other Answer) {
	if other.some {
		a.Add(other.strictest)
	}
}

// Strictest returns what all parts allow; without any, that is nothing.
func (a Answer) Strictest() Part {
	if !a.some {
		return Part{NoStore: true}
	}
	return a.strictest
}

// CacheControl returns the value of Cache-Control: no-store; no-cache for an answer that is not fresh; or a max-age, which
// counts from the birth of the oldest part as [Answer.Age] does, so that max-age less Age is the time left. It is never
// public, for a reader's credentials may have decided what is in the answer (RFC 9111 §3.5); without private, a shared cache may
// keep it for requests without credentials.
func (a Answer) CacheControl() string {
	p := a.Strictest()
	if p.NoStore {
		return "no-store"
	}
	var b []byte
	if p.Private {
		b = append(b, "private, "...)
	}
	left := int64(p.Fresh / time.Second)
	if left <= 0 {
		return string(append(b, "no-cache"...))
	}
	b = strconv.AppendInt(append(b, "max-age="...), left+int64(p.Age/time.Second), 10)
	if stale := int64(p.StaleWhileRevalidate / time.Second); stale > 0 {
		b = strconv.AppendInt(append(b, ", stale-while-revalidate="...), stale, 10)
	}
	return string(b)
}

// Age returns the value of Age: whole seconds since the oldest part was made (RFC 9111 §5.1), "" for an answer that is
// no-store, which needs none.
func (a Answer) Age() string {
	p := a.Strictest()
	if p.NoStore {
		return ""
	}
	return strconv.FormatInt(int64(p.Age/time.Second), 10)
}
