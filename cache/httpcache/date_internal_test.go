package httpcache

import (
	"net/http"
	"testing"
	"time"
)

// FuzzDate holds that the short way agrees with net/http's: what it accepts is the same date, and what it refuses is no date of
// the usual form.
func FuzzDate(f *testing.F) {
	for _, s := range []string{
		"Thu, 05 Nov 2026 12:00:00 GMT", "Mon, 29 Feb 2024 23:59:59 GMT", "Mon, 29 Feb 2023 00:00:00 GMT", "Sun, 31 Apr 2023 00:00:00 GMT",
		"Thursday, 05-Nov-26 12:00:00 GMT", "Thu Nov  5 12:00:00 2026", "0", "thu, 05 nov 2026 12:00:00 GMT", "Thu, 05 Nov 2026 24:00:00 GMT",
		"Thu, 00 Nov 2026 12:00:00 GMT", "Thu, 05 Nov 0000 12:00:60 GMT", "hun, 05 ovD 2026 12:00:00 GMT", "Thu,  5 Nov 2026 12:00:00 GMT",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseFixdate(s)
		want, err := http.ParseTime(s)
		if ok && (err != nil || !got.Equal(want)) {
			t.Errorf("%q: got %v, want %v, %v", s, got, want, err)
		}
		if !ok && err == nil && want.Format(http.TimeFormat) == s {
			t.Errorf("%q is refused", s)
		}
		if date, ok := parseDate([]string{s}); ok != (err == nil) || ok && !date.Equal(want) {
			t.Errorf("%q: got %v, %t, want %v, %v", s, date, ok, want, err)
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
