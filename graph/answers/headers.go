package answers

import (
	"time"

	"weft/cache/httpcache"
	"weft/graph/binding"
)

// headersOf say how long whoever receives an answer may keep it, and under which of the schema's tags; nil: not at all.
func (c *Cache) headersOf(k *binding.Kept) map[string][]string {
	if k.Never {
		return nil
	}
	now := c.service.Cache.Now()
	milliseconds := func(from, to int64) time.Duration { return time.Duration(to-from) * time.Millisecond }
	h := httpcache.Answer{
		Fresh:                milliseconds(now, k.FreshUntil),
		StaleWhileRevalidate: max(0, milliseconds(k.FreshUntil, k.StaleWhileRevalidate)),
		Age:                  max(0, milliseconds(k.Born, now)),
		Private:              k.Private,
	}.Header()
	if tags := tagHeader(k.Tags, c.service.Cache.Fit); tags != "" {
		h["Cache-Tag"] = []string{tags}
	}
	return h
}
