package edge

import (
	"slices"
	"strings"
)

// origins are those that match one of some patterns: scheme://host[:port]. The host may begin with "*.", for one name or more, and the
// port may be "*", for any or none. Neither case nor the scheme's own port makes a difference: browsers send lower case, and no such port.
type origins []origin

type origin struct {
	scheme string
	host   string // behind "*." where below is true
	port   string // "": the scheme's own; "*": in a pattern, any
	below  bool   // hosts below host match, and itself does not
}

func newOrigins(patterns []string) origins {
	var all origins
	for _, pattern := range patterns {
		if o, ok := readOrigin(pattern); ok {
			o.host, o.below = strings.CutPrefix(o.host, "*.")
			all = append(all, o)
		}
	}
	return all
}

// readOrigin reads what a browser sends as Origin; false for "null", and whatever else has no host.
func readOrigin(text string) (o origin, ok bool) {
	scheme, rest, found := strings.Cut(strings.ToLower(text), "://")
	o = origin{scheme: scheme, host: rest}
	if colon := strings.LastIndexByte(rest, ':'); colon > strings.LastIndexByte(rest, ']') { // IPv6 stands in brackets
		o.host, o.port = rest[:colon], rest[colon+1:]
	}
	if scheme == "https" && o.port == "443" || scheme == "http" && o.port == "80" {
		o.port = ""
	}
	return o, found && o.host != ""
}

// match reports whether an Origin is one of them.
func (all origins) match(text string) bool {
	from, ok := readOrigin(text)
	return ok && slices.ContainsFunc(all, func(o origin) bool {
		if o.scheme != from.scheme || o.port != "*" && o.port != from.port {
			return false
		}
		if !o.below {
			return o.host == from.host
		}
		name, found := strings.CutSuffix(from.host, "."+o.host)
		return found && name != ""
	})
}
