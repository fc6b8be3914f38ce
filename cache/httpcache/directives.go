package httpcache

import (
	"strings"
	"time"
)

// Directives are the directives of a Cache-Control field that the policy acts on (RFC 9111 §5.2, RFC 5861); others are
// ignored. The zero value has none.
type Directives struct {
	MaxAge               Seconds
	SMaxAge              Seconds
	StaleWhileRevalidate Seconds
	StaleIfError         Seconds

	NoStore         bool
	NoCache         bool // with field names, too: the answer is validated as a whole
	Private         bool // with field names, too: the answer is private as a whole
	Public          bool
	MustRevalidate  bool
	ProxyRevalidate bool
	MustUnderstand  bool
}

// Seconds is the argument of a directive. The zero value says that there is no such directive.
type Seconds struct {
	Value time.Duration // whole seconds, 0 to 2^31
	Given bool
}

// longest is the greatest number of seconds that caches tell apart (RFC 9111 §1.2.2).
const longest = 1 << 31 * time.Second

// ParseDirectives reads the lines of a Cache-Control field. It accepts what people write: any case, quoted arguments, spaces,
// ";" between directives, unknown directives. Where a text can be read in two ways, the stricter one counts: of two equal
// directives the shorter time, and an argument that is no number is 0, which makes an answer stale (RFC 9111 §4.2.1).
// It does not allocate.
func ParseDirectives(lines []string) Directives {
	var d Directives
	for _, line := range lines {
		for line != "" {
			var member string
			member, line = cutMember(line)
			name, argument, _ := strings.Cut(member, "=")
			d.read(trim(name), trim(argument))
		}
	}
	return d
}

// cutMember cuts line at its first separator outside quotes. A quote that is never closed is an ordinary character, so that it
// hides nothing.
func cutMember(line string) (member, rest string) {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ',', ';':
			return line[:i], line[i+1:]
		case '"':
			if end := strings.IndexByte(line[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		}
	}
	return line, ""
}

// read notes one directive as Cache-Control has it.
func (d *Directives) read(name, argument string) {
	if flag := d.flag(name); flag != nil {
		*flag = true
		return
	}
	seconds := d.seconds(name)
	if seconds == nil {
		return
	}
	value := parseSeconds(strings.Trim(argument, `"`))
	if seconds.Given {
		value = min(value, seconds.Value)
	}
	*seconds = Seconds{value, true}
}

// flag returns the directive of that name which needs no argument, nil when there is none.
func (d *Directives) flag(name string) *bool {
	switch {
	case strings.EqualFold(name, "no-store"):
		return &d.NoStore
	case strings.EqualFold(name, "no-cache"):
		return &d.NoCache
	case strings.EqualFold(name, "private"):
		return &d.Private
	case strings.EqualFold(name, "public"):
		return &d.Public
	case strings.EqualFold(name, "must-revalidate"):
		return &d.MustRevalidate
	case strings.EqualFold(name, "proxy-revalidate"):
		return &d.ProxyRevalidate
	case strings.EqualFold(name, "must-understand"):
		return &d.MustUnderstand
	}
	return nil
}

// seconds returns the directive of that name whose argument is a number of seconds, nil when there is none.
func (d *Directives) seconds(name string) *Seconds {
	switch {
	case strings.EqualFold(name, "max-age"):
		return &d.MaxAge
	case strings.EqualFold(name, "s-maxage"):
		return &d.SMaxAge
	case strings.EqualFold(name, "stale-while-revalidate"):
		return &d.StaleWhileRevalidate
	case strings.EqualFold(name, "stale-if-error"):
		return &d.StaleIfError
	}
	return nil
}

// parseSeconds reads delta-seconds (RFC 9111 §1.2.2): digits only; what is too large is the longest time, what is no number 0.
func parseSeconds(s string) time.Duration {
	var value time.Duration
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0
		}
		value = min(value*10+time.Duration(s[i]-'0'), longest/time.Second)
	}
	return value * time.Second
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// trim removes the white space that HTTP allows around values.
func trim(s string) string { return strings.Trim(s, " \t") }
