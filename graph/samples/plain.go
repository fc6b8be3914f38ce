package samples

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// rules say how answers of one binding are replaced.
type rules struct {
	words  map[string]bool // stay as they are
	values map[string]bool // members, by their names, whose values stay
	keyed  string          // where an object is a map from keys; only where isKeyed
	maps   [][]string      // likewise, the names that lead to one from an object of the answer, wherever that is; * is any name or index
	next   string          // where there is what says whether, or where, there is another page; "" nowhere

	isKeyed bool
}

// maxDepth is how deep a sample is; what is deeper is null.
const maxDepth = 32

// plain returns an answer without what only this answer says: strings, numbers and booleans are replaced by others of the same kind, lists
// are reduced, and keys of maps are counted. at is where it stands, as a JSON pointer.
func (r *rules) plain(v any, at string, depth int, keep bool) any {
	if depth > maxDepth {
		return nil
	}
	switch v := v.(type) {
	case map[string]any:
		entries := make(map[string]any, len(v))
		for name, member := range v {
			entries[name] = r.plain(member, at+"/"+escape(name), depth+1, keep || r.values[name])
		}
		if r.isMap(v, at) {
			return asMap(r.reduce(entriesOf(entries), 0))
		}
		return entries
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = r.plain(element, at+"/"+strconv.Itoa(i), depth+1, keep)
		}
		return r.reduce(list, 0)
	case bool:
		return v || !keep && !r.isNext(at)
	case string:
		if !keep && r.isNext(at) {
			return r.kind(v).(string) + parameters(v)
		}
	}
	if keep {
		return v
	}
	return r.kind(v)
}

// isNext reports whether a value at a pointer says that there is another page, or is its cursor or URL.
func (r *rules) isNext(at string) bool {
	return r.next != "" && (at == r.next || at == r.next+"/href")
}

// parameters are those of a URL's query, with other values, since generation looks at their names: "?page=1"; "" where it has none.
func parameters(text string) string {
	u, err := url.Parse(text)
	if err != nil || len(u.Query()) == 0 {
		return ""
	}
	values := u.Query()
	for name := range values {
		values.Set(name, "1")
	}
	return "?" + values.Encode()
}

// kind is the scalar that stands for all of its kind; of a kind it is the kind itself.
func (r *rules) kind(v any) any {
	switch v := v.(type) {
	case string:
		if r.words[v] {
			return v
		}
		return text(v)
	case json.Number:
		if r.words[string(v)] {
			return v
		}
		return json.Number(number(string(v)))
	case bool:
		return true
	}
	return v
}

// The kinds of text that are told from others.
var (
	date     = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
	dateTime = regexp.MustCompile(`^\d{4}-\d\d-\d\d([T ])\d\d:\d\d(:\d\d)?([.,]\d+)?(Z|[+-]\d\d:?\d\d)?$`)
	clock    = regexp.MustCompile(`^\d\d:\d\d(:\d\d)?$`)
	uuid     = regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	absolute = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*)://\S+$`)
	mail     = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)
	digits   = regexp.MustCompile(`\d`)
)

// other is a text of no such kind.
const other = "text"

// text is the one that stands for a string.
func text(s string) string {
	switch {
	case s == "":
		return ""
	case isNumber(s):
		return number(s)
	case date.MatchString(s):
		return "2001-01-01"
	case clock.MatchString(s):
		return digits.ReplaceAllString(s, "0")
	case uuid.MatchString(s):
		return "00000000-0000-4000-8000-000000000000"
	case mail.MatchString(s) && !strings.Contains(s, "/"):
		return "x@example.com"
	case strings.HasPrefix(s, "/"):
		return "/x"
	}
	if parts := dateTime.FindStringSubmatch(s); parts != nil {
		return "2001-01-01" + parts[1] + "00:00" + digits.ReplaceAllString(parts[2], "0") + fraction(parts[3]) + digits.ReplaceAllString(parts[4], "0")
	}
	if parts := absolute.FindStringSubmatch(s); parts != nil {
		return strings.ToLower(parts[1]) + "://example.com/x"
	}
	if _, err := http.ParseTime(s); err == nil {
		return "Mon, 01 Jan 2001 00:00:00 GMT"
	}
	return other
}

// fraction is that of a second, in one digit; "" of none.
func fraction(s string) string {
	if s == "" {
		return ""
	}
	return s[:1] + "0"
}

// isNumber reports whether text is a finite number in decimal digits, as generation has it.
func isNumber(text string) bool {
	f, err := strconv.ParseFloat(text, 64)
	return err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) && !strings.ContainsAny(text, "xXpP_")
}

// number is the one that stands for a number: of the same sign, whole or not, with or without a point or an exponent, and within 32 bits
// or not.
func number(text string) string {
	f, err := strconv.ParseFloat(text, 64)
	whole := err == nil && f == math.Trunc(f)
	fits := whole && f >= math.MinInt32 && f <= math.MaxInt32
	like := "1.5"
	switch bare := !strings.ContainsAny(text, ".eE"); {
	case err != nil:
		like = "1e999"
	case fits && bare:
		like = "1"
	case fits:
		like = "1.0"
	case whole && bare:
		like = "9999999999"
	case whole:
		like = "1e10"
	}
	if strings.HasPrefix(text, "-") {
		return "-" + like
	}
	return like
}
