package scalar

import (
	"net/netip"
	"strings"
)

// IsURL reports whether a text is a URI-reference of RFC 3986, section 4.1.
func IsURL(text string) bool {
	rest, fragment, _ := strings.Cut(text, "#")
	rest, query, _ := strings.Cut(rest, "?")
	scheme, after, absolute := strings.Cut(rest, ":")
	switch {
	case absolute && isScheme(scheme):
		rest = after
	case absolute && !strings.Contains(scheme, "/"): // the first segment of a relative path has no colon
		return false
	}
	if authority, ok := strings.CutPrefix(rest, "//"); ok {
		end := strings.IndexByte(authority, '/')
		if end < 0 {
			end = len(authority)
		}
		if !isAuthority(authority[:end]) {
			return false
		}
		rest = authority[end:]
	}
	return only(rest, ":@/") && only(query, ":@/?") && only(fragment, ":@/?")
}

func isScheme(text string) bool {
	if text == "" || text[0]|0x20-'a' >= 26 {
		return false
	}
	for i := range len(text) {
		if c := text[i]; c|0x20-'a' >= 26 && c-'0' > 9 && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// isAuthority reports whether a text is what stands between // and the path.
func isAuthority(text string) bool {
	user, host, has := strings.Cut(text, "@")
	if !has {
		user, host = "", text
	}
	if !only(user, ":") {
		return false
	}
	if literal, ok := strings.CutPrefix(host, "["); ok { // of IPv6: there is nothing yet that comes after it
		inside, port, closed := strings.Cut(literal, "]")
		ip, err := netip.ParseAddr(inside)
		return closed && err == nil && ip.Is6() && ip.Zone() == "" && (port == "" || port[0] == ':' && digits(port[1:]) == len(port)-1)
	}
	name, port, _ := strings.Cut(host, ":")
	return only(name, "") && digits(port) == len(port)
}

// only reports whether a text has nothing but what RFC 3986 lets stand anywhere (unreserved, sub-delims, pct-encoded), and the characters in more.
func only(text, more string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c|0x20-'a' < 26, c-'0' <= 9, strings.IndexByte("-._~!$&'()*+,;=", c) >= 0, strings.IndexByte(more, c) >= 0:
		case c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			i += 2
		default:
			return false
		}
	}
	return true
}
