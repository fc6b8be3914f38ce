package demo

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// etagKind is what validators a service sends (RFC 9110 §8.8.3).
type etagKind int

const (
	noETag etagKind = iota
	strongETag
	weakETag
)

// of is the entity tag of a body, "" without one. A strong tag names the content coding too, as the bytes differ.
func (k etagKind) of(body []byte, coding string) string {
	h := fnv.New64a()
	_, _ = h.Write(body) // never fails
	tag := fmt.Sprintf("%x", h.Sum64())
	switch {
	case k == weakETag:
		return `W/"` + tag + `"`
	case k == strongETag && coding != "":
		return `"` + tag + "-" + coding + `"`
	case k == strongETag:
		return `"` + tag + `"`
	default:
		return ""
	}
}

// matches is the weak comparison of If-None-Match (RFC 9110 §13.1.2).
func matches(header []string, tag string) bool {
	for candidate := range strings.SplitSeq(strings.Join(header, ","), ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
