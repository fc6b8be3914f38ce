package httpcache

import (
	"net/http"
	"regexp"
	"testing"
	"time"
)

// grammar is HTTP-date of RFC 9110 §5.6.7, in letters of any case.
var grammar = regexp.MustCompile(`(?i)^(?:` +
	`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d ` + months + ` \d{4} \d\d:\d\d:\d\d GMT|` +
	`(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday), \d\d-` + months + `-\d\d \d\d:\d\d:\d\d GMT|` +
	`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ` + months + ` (?:\d\d| \d) \d\d:\d\d:\d\d \d{4})$`)

const months = `(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)`

// FuzzDate holds that what is accepted is written as the grammar has it and the date that net/http reads there, that nothing else is refused,
// and that the short way agrees.
func FuzzDate(f *testing.F) {
	for _, s := range []string{
		"Thu, 05 Nov 2026 12:00:00 GMT", "Mon, 29 Feb 2024 23:59:59 GMT", "Mon, 29 Feb 2023 00:00:00 GMT", "Sun, 31 Apr 2023 00:00:00 GMT",
		"Thursday, 05-Nov-26 12:00:00 GMT", "Thu Nov  5 12:00:00 2026", "Thu Nov 05 12:00:00 2026", "0", "thu, 05 nov 2026 12:00:00 gmt",
		"Thu, 05 Nov 2026 24:00:00 GMT", "Thu, 00 Nov 2026 12:00:00 GMT", "Thu, 05 Nov 0000 12:00:60 GMT", "hun, 05 ovD 2026 12:00:00 GMT",
		"Thu,  5 Nov 2026 12:00:00 GMT", "Thu, 18 Aug 2050 2:01:18 GMT", "Thu, 5 Nov 2026 12:00:00 GMT", "Thu,  05 Nov 2026  12:00:00 GMT",
		"Thu, 05 Nov 2026 12:00:00 UTC", "Thursday, 05-Nov-26 12:00:00 CET", "Fri, 05 Nov 2026 12:00:00 GMT", "Thu Nov 5 12:00:00 2026",
		"Thu, 05 Nov 2026 12:00:00.5 GMT", "Thu,05 Nov 2026 12:00:00 GMT",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var want time.Time
		is := grammar.MatchString(s)
		if is {
			s := s
			if at := len(s) - len("GMT"); s[at] > '9' { // net/http wants it in capitals
				s = s[:at] + "GMT"
			}
			var err error
			want, err = http.ParseTime(s)
			is = err == nil
		}
		if date, ok := parseDate([]string{s}); ok != is || !date.Equal(want) {
			t.Errorf("%q: got %v, %t, want %v, %t", s, date, ok, want, is)
		}
		if date, ok := parseFixdate(s); ok && !date.Equal(want) || !ok && is && want.Format(http.TimeFormat) == s {
			t.Errorf("%q: got %v, %t in short, want %v", s, date, ok, want)
		}
	})
}

// All days of four years, each at another time of day.
func TestDate(t *testing.T) {
	const day = 24*time.Hour + 7*time.Minute + 13*time.Second
	for at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2028; at = at.Add(day) {
		if got, ok := parseFixdate(at.Format(http.TimeFormat)); !ok || !got.Equal(at) {
			t.Errorf("%v: got %v, %t", at, got, ok)
		}
	}
}
