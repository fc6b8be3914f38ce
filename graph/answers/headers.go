package answers

import (
	"strings"
	"time"

	"weft/cache"
	"weft/cache/httpcache"
	"weft/graph/binding"
)

// maxTagHeader is how long Cache-Tag may be; the tags that do not fit are left out.
const maxTagHeader = 4 << 10

// headersOf say how long whoever receives an answer may keep it, and under which of the schema's tags; nil: not at all.
func headersOf(k *binding.Kept, now int64) map[string][]string {
	if k.Never {
		return nil
	}
	milliseconds := func(from, to int64) time.Duration { return time.Duration(to-from) * time.Millisecond }
	h := httpcache.Answer{
		Fresh:                milliseconds(now, k.FreshUntil),
		StaleWhileRevalidate: max(0, milliseconds(k.FreshUntil, k.StaleWhileRevalidate)),
		Age:                  max(0, milliseconds(k.Born, now)),
		Private:              k.Private,
	}.Header()
	if tags := tagHeader(k.Tags); tags != "" {
		h["Cache-Tag"] = []string{tags}
	}
	return h
}

func tagHeader(tags []string) string {
	var b strings.Builder
	for _, tag := range tags {
		name, ok := cache.NameOf(tag)
		if !ok || b.Len()+len(name) > maxTagHeader {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(name)
	}
	return b.String()
}
