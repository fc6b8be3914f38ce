package binding

import "strings"

// appendEscaped appends s with all but RFC 3986's unreserved characters percent-encoded, byte by byte.
func appendEscaped(dst []byte, s string) []byte {
	const digits = "0123456789ABCDEF"
	for _, c := range []byte(s) {
		if unreserved(c) {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', digits[c>>4], digits[c&15])
		}
	}
	return dst
}

// escapedLen is how many bytes appendEscaped appends.
func escapedLen(s string) int {
	n := len(s)
	for _, c := range []byte(s) {
		if !unreserved(c) {
			n += len("%00") - 1
		}
	}
	return n
}

// unreserved reports whether a byte stands for itself in every part of a URI (RFC 3986, section 2.3).
func unreserved(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~':
		return true
	}
	return false
}

// appendVisible appends a template's own text, of which only what no URI can have in its path or query is percent-encoded (RFC 6570,
// section 3.1): also brackets, which are for hosts (RFC 3986, section 3.2.2), though names of parameters have them.
func appendVisible(dst []byte, s string) []byte {
	for i := range len(s) {
		if s[i] > ' ' && s[i] < 0x7f && s[i] != '[' && s[i] != ']' {
			dst = append(dst, s[i])
		} else {
			dst = appendEscaped(dst, s[i:i+1])
		}
	}
	return dst
}

// appendWritten appends text that a schema writes into a parameter as it is to be read. Percent-encoded is what a query cannot have (RFC
// 3986, section 3.4), and what ends a name, a value or a parameter, or stands for a space, in some reader of queries.
func appendWritten(dst []byte, s string) []byte {
	for i := range len(s) {
		if strings.IndexByte("!$()*,/:?@", s[i]) >= 0 {
			dst = append(dst, s[i])
		} else {
			dst = appendEscaped(dst, s[i:i+1])
		}
	}
	return dst
}
