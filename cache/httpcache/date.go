package httpcache

import (
	"net/http"
	"strings"
	"time"
)

// parseDate reads the first line of a field that is a date, in any of the three forms of RFC 9110 §5.6.7 and in no other. As caches
// should, it takes letters of any case, and no zone but GMT (RFC 9111 §4.2).
func parseDate(lines []string) (time.Time, bool) {
	if len(lines) == 0 {
		return time.Time{}, false
	}
	s := lines[0]
	if date, ok := parseFixdate(s); ok {
		return date, true
	}
	if zone := len(s) - len("GMT"); zone >= 0 && strings.EqualFold(s[zone:], "GMT") {
		s = s[:zone] + "GMT"
	}
	for _, layout := range [...]string{http.TimeFormat, "Monday, 02-Jan-06 15:04:05 GMT", time.ANSIC, "Mon Jan 02 15:04:05 2006"} {
		if date, err := time.Parse(layout, s); err == nil && isWritten(s, date.Format(layout)) {
			return date, true
		}
	}
	return time.Time{}, false
}

// isWritten reports whether a date that [time.Parse] has read from s is written there as it has to be: Parse also takes days and hours
// of one digit, fractions of a second, and any number of spaces. The weekday may be another date's.
func isWritten(s, date string) bool {
	_, s, _ = strings.Cut(s, " ")
	_, date, _ = strings.Cut(date, " ")
	return strings.EqualFold(s, date)
}

// parseFixdate reads the form that all senders use, "Mon, 02 Jan 2006 15:04:05 GMT". It is there because every answer has a
// Date, and [time.Parse] takes as long as the rest of the policy. What it does not accept may be a date nevertheless.
func parseFixdate(s string) (time.Time, bool) {
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	const days = "SunMonTueWedThuFriSat"
	if len(s) != len(http.TimeFormat) || s[3:5] != ", " || s[7] != ' ' || s[11] != ' ' || s[16] != ' ' || s[19] != ':' ||
		s[22] != ':' || s[25:] != " GMT" {
		return time.Time{}, false
	}
	weekday, month := strings.Index(days, s[:3]), strings.Index(months, s[8:11])
	day, year := digits(s[5:7]), digits(s[12:16])
	hour, minute, second := digits(s[17:19]), digits(s[20:22]), digits(s[23:25])
	if weekday < 0 || weekday%3 != 0 || month < 0 || month%3 != 0 || day < 1 || year < 0 ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return time.Time{}, false
	}
	date := time.Date(year, time.Month(month/3+1), day, hour, minute, second, 0, time.UTC)
	return date, date.Day() == day
}

// digits returns the value of a few decimal digits, and less than 0 for anything else.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		if !isDigit(s[i]) {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}
