package answers

import (
	"slices"
	"strings"
	"time"

	"weft/cache/httpcache"
	"weft/graph/binding"
	"weft/graph/plan"
)

// vary is the header Vary of answers of operations with a policy: what the upstreams that they may call see of a request, and nothing else
// of it; and what says who asks, where that decides what they see, or is told to an upstream. Its one value may be empty.
func (c *Cache) vary(p *plan.Policy) []string {
	var names []string
	claimed := false
	for _, name := range p.Upstreams {
		if client := c.service.Clients[name]; client != nil {
			names = append(names, client.Forwarded()...)
			claimed = claimed || len(client.Claims().Headers) > 0
		}
	}
	if p.Guarded || claimed {
		names = append(names, c.callers...)
	}
	slices.Sort(names)
	return []string{strings.Join(slices.Compact(names), ", ")}
}

// headersOf say how long whoever receives an answer that may be kept may do so from now on, under which of the schema's tags, and for which
// requests.
func headersOf(now int64, k *binding.Kept, private bool, tags string, vary []string) map[string][]string {
	milliseconds := func(from, to int64) time.Duration { return time.Duration(to-from) * time.Millisecond }
	h := httpcache.Answer{
		Fresh:                milliseconds(now, k.FreshUntil),
		StaleWhileRevalidate: max(0, milliseconds(k.FreshUntil, k.StaleWhileRevalidate)),
		Age:                  max(0, milliseconds(k.Born, now)),
		Private:              k.Private || private,
	}.Header()
	h["Vary"] = vary
	if tags != "" {
		h["Cache-Tag"] = []string{tags}
	}
	return h
}
