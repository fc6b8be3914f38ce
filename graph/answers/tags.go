package answers

import (
	"slices"
	"strings"

	"weft/cache"
)

// What Cache-Tag has at most. Caches pass over what is beyond their own limits, and then a purge misses the answer.
const (
	maxTagBytes = 3 << 10 // nginx refuses answers whose headers take more than 4 KiB, unless it is told to (proxy_buffer_size)
	defaultTags = 128     // Akamai counts no more, and CloudFront 50; Cloudflare and Fastly take 16 KiB
	maxTag      = 128     // bytes of one, for Akamai; CloudFront takes 256, Cloudflare 1,024
)

// anyTag stands for all tags, where neither they nor their classes fit.
const anyTag = "all"

// tagHeader is the header Cache-Tag: the names of those tags that the schema names. If they are too many, or too long, or have a character
// that the header cannot hold, those of a class are replaced by what they begin with, and all of them by anyTag in the end. So whoever
// purges a tag, what it begins with, and anyTag, misses no answer. fit is that of [cache.Cache].
func tagHeader(tags []string, most int, fit func(tags []string, limit int, size func(tag string) int) []string) string {
	var named []string // of many tags often none is
	for _, tag := range tags {
		if _, ok := cache.NameOf(tag); ok {
			named = append(named, tag)
		}
	}
	slices.Sort(named)
	named = fit(slices.Compact(named), maxTagBytes, sizeInHeader)
	named = fit(named, most, func(string) int { return 1 })
	length := 0
	for _, tag := range named {
		length += sizeInHeader(tag)
	}
	if length > maxTagBytes || len(named) > most {
		return anyTag
	}
	var b strings.Builder
	b.Grow(length)
	for i, tag := range named {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _ := cache.NameOf(tag)
		b.WriteString(name)
	}
	return b.String()
}

// tagHeader is the header Cache-Tag of an answer with tags.
func (c *Cache) tagHeader(tags []string) string {
	return tagHeader(tags, c.tags, c.service.Cache.Fit)
}

// sizeInHeader is how many bytes a tag takes: too many, if it cannot stand there at all.
func sizeInHeader(tag string) int {
	name, _ := cache.NameOf(tag)
	if name == "" || len(name) > maxTag || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || r == ',' }) {
		return maxTagBytes + 1
	}
	return len(name) + len(",")
}
