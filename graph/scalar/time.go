package scalar

// IsDate reports whether a text is a full-date of RFC 3339, section 5.6: a day that there is.
func IsDate(text string) bool {
	if len(text) != len("2026-03-01") || text[4] != '-' || text[7] != '-' {
		return false
	}
	year, month, day := number(text[:4]), number(text[5:7]), number(text[8:])
	return year >= 0 && 1 <= month && month <= 12 && 1 <= day && day <= daysIn(year, month)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// IsDateTime reports whether a text is a date-time of RFC 3339, section 5.6. A second of 60 is a leap second.
func IsDateTime(text string) bool {
	const seconds = len("2026-03-01T09:30:00")
	if len(text) <= seconds || !IsDate(text[:10]) || text[10]|0x20 != 't' || !isTime(text[11:16]) || text[16] != ':' {
		return false
	}
	if second := number(text[17:19]); second < 0 || second > 60 {
		return false
	}
	zone := text[seconds:]
	if zone[0] == '.' {
		n := digits(zone[1:])
		if n == 0 {
			return false
		}
		zone = zone[1+n:]
	}
	if len(zone) == len("+01:00") && (zone[0] == '+' || zone[0] == '-') {
		return isTime(zone[1:])
	}
	return len(zone) == 1 && zone[0]|0x20 == 'z'
}

// isTime reports whether a text of five bytes is an hour and a minute.
func isTime(text string) bool {
	hour, minute := number(text[:2]), number(text[3:])
	return text[2] == ':' && hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59
}

// number is a number of digits only; -1: it is none.
func number(text string) (n int) {
	for i := range len(text) {
		if text[i]-'0' > 9 {
			return -1
		}
		n = n*10 + int(text[i]-'0')
	}
	return n
}
