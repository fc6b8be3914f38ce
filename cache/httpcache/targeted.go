package httpcache

import (
	"net/http"
	"strings"
	"time"
)

// ParseTargeted reads the lines of a targeted field such as CDN-Cache-Control (RFC 9213 §2.1): a dictionary of structured
// fields (RFC 8941 §3.2). Unlike Cache-Control it is strict: ok is false when the field is malformed anywhere or empty, and
// the next one counts. A directive whose value is not of its type is ignored, except that a prohibition stands with any value
// but false; of two equal ones the last counts.
func ParseTargeted(lines []string) (d Directives, ok bool) {
	s := structured{rest: strings.Trim(strings.Join(lines, ", "), " ")}
	if s.rest == "" {
		return Directives{}, false
	}
	for {
		key, value, ok := s.member()
		if !ok {
			return Directives{}, false
		}
		d.readTargeted(key, value)
		if s.rest == "" {
			return d, true
		}
		if !s.separator() {
			return Directives{}, false
		}
	}
}

// controls returns the directives of an answer: of the first targeted field that is valid, else of Cache-Control.
// Targeted says that it was the former, which replaces Expires, too (RFC 9213 §2.2).
func controls(h http.Header, targets []string) (d Directives, targeted bool) {
	for _, name := range targets {
		if lines := field(h, name); len(lines) > 0 {
			if d, ok := ParseTargeted(lines); ok {
				return d, true
			}
		}
	}
	return ParseDirectives(h["Cache-Control"]), false
}

// field returns the lines of a field as [http.Header.Values] does, and allocates nothing.
func field(h http.Header, name string) []string {
	var buffer [64]byte
	canonical := append(buffer[:0], name...)
	upper := true
	for i, c := range canonical {
		switch {
		case upper && c >= 'a' && c <= 'z':
			canonical[i] = c - 'a' + 'A'
		case !upper && c >= 'A' && c <= 'Z':
			canonical[i] = c - 'A' + 'a'
		}
		upper = c == '-'
	}
	return h[string(canonical)]
}

// readTargeted notes one directive as a targeted field has it.
func (d *Directives) readTargeted(key string, v bareItem) {
	if flag := d.flag(key); flag != nil {
		*flag = v.kind != sfFalse
		return
	}
	seconds := d.seconds(key)
	switch {
	case seconds == nil:
	case v.kind == sfInteger:
		*seconds = Seconds{min(max(v.integer, 0)*time.Second, longest), true}
	case v.kind == sfTrue && seconds == &d.MaxStale:
		*seconds = Seconds{longest, true}
	default:
		*seconds = Seconds{}
	}
}
