package httpcache

import (
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// Variant returns the secondary key (RFC 9111 §4.1) of the answer with header answer for a request with header request: the
// fields that Vary names, as the request has them. A kept answer fits another request if the answer's Variant for both is
// equal. ok is false when no other request fits: Vary has a *.
//
// A field that is absent differs from an empty one. Several lines are one list, and in the fields that negotiate content white
// space between the members means nothing.
func Variant(answer, request http.Header) (key string, ok bool) {
	lines := answer["Vary"]
	if variesOnAny(lines) {
		return "", false
	}
	var b []byte
	for _, line := range lines {
		for name := range strings.SplitSeq(line, ",") {
			if name = textproto.CanonicalMIMEHeaderKey(trim(name)); name != "" {
				b = appendField(b, name, request[name])
			}
		}
	}
	return string(b), true
}

// variesOnAny reports whether Vary has a member *.
func variesOnAny(lines []string) bool {
	for _, line := range lines {
		if strings.IndexByte(line, '*') < 0 {
			continue
		}
		for name := range strings.SplitSeq(line, ",") {
			if trim(name) == "*" {
				return true
			}
		}
	}
	return false
}

// appendField appends a field so that the texts of different fields differ: values have their length in front.
func appendField(b []byte, name string, lines []string) []byte {
	b = append(b, name...)
	if len(lines) == 0 {
		return append(b, ';')
	}
	value := combine(lines, negotiates(name))
	b = append(b, '=')
	b = strconv.AppendInt(b, int64(len(value)), 10)
	b = append(b, ':')
	b = append(b, value...)
	return append(b, ';')
}

// combine joins the lines of a field. For a list, white space around members and empty members are dropped,
// except from lines with quotes, which may hold commas.
func combine(lines []string, list bool) string {
	members := make([]string, 0, len(lines))
	for _, line := range lines {
		if !list || strings.IndexByte(line, '"') >= 0 {
			members = append(members, trim(line))
			continue
		}
		for member := range strings.SplitSeq(line, ",") {
			if member = trim(member); member != "" {
				members = append(members, member)
			}
		}
	}
	return strings.Join(members, ",")
}

// negotiates reports whether the field, in canonical form, is a list that negotiates content (RFC 9110 §12.5).
func negotiates(name string) bool {
	return name == "Accept" || name == "Accept-Encoding" || name == "Accept-Language" || name == "Accept-Charset"
}
