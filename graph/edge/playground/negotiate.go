package playground

import (
	"strconv"
	"strings"
)

// acceptsGzip reads Accept-Encoding fields (RFC 9110, 12.5.3). Without one, or with one that cannot be read, the answer
// is no: every client takes files as they are.
func acceptsGzip(fields []string) bool {
	accepted := false
	for member := range strings.SplitSeq(strings.Join(fields, ","), ",") {
		coding, params, _ := strings.Cut(member, ";")
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return quality(params) > 0
		case "*":
			accepted = quality(params) > 0
		}
	}
	return accepted
}

// quality reads "q=0.5": 1 without, 0 where it is no number.
func quality(params string) float64 {
	name, value, found := strings.Cut(params, "=")
	if !found || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return 0
	}
	return q
}

// matches reports whether If-None-Match fields name tag, compared weakly (RFC 9110, 13.1.2).
func matches(fields []string, tag string) bool {
	for member := range strings.SplitSeq(strings.Join(fields, ","), ",") {
		member = strings.TrimSpace(member)
		if member == "*" || strings.TrimPrefix(member, "W/") == tag {
			return true
		}
	}
	return false
}
