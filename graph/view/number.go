package view

import (
	"strconv"
	"strings"
)

// What is wrong with a number, for Error.Got.
const (
	notWhole   = "number that is not whole"
	outOfRange = "number out of range"
)

// isInteger reports whether a valid number is written with digits only.
func isInteger(number []byte) bool {
	if number[0] == '-' {
		number = number[1:]
	}
	return digits(number, 0) == len(number)
}

// small reports whether a value's text is digits only, too few for a number beyond 32 bits: it is then written as it is.
func small(text []byte) bool {
	return len(text) > 0 && len(text) < 10 && digits(text, 0) == len(text)
}

// moderate reports whether a value's text is a number without exponent, too short for one beyond a float64's range.
func moderate(text []byte) bool {
	if len(text) == 0 || len(text) > 300 || text[0] != '-' && text[0]-'0' > 9 {
		return false
	}
	for _, c := range text { // mostly few: quicker than two searches
		if c|0x20 == 'e' {
			return false
		}
	}
	return true
}

// numeral returns the text of a number, or of a string that is a JSON number.
func (v Value) numeral() (string, bool) {
	switch v.Kind() {
	case KindNumber:
		return alias(v.Raw()), true
	case KindString:
		text := unquote(v.Raw())
		return text, number([]byte(text), 0) == len(text)
	}
	return "", false
}

// wholeNumber returns the value of a JSON number that is whole and fits these bits, or what is wrong with it.
func wholeNumber(text string, bits int) (n int64, fault string) {
	n, err := strconv.ParseInt(text, 10, bits)
	if err == nil {
		return n, ""
	}
	plain, fault := withoutExponent(text)
	if fault != "" {
		return 0, fault
	}
	if n, err = strconv.ParseInt(plain, 10, bits); err != nil {
		return 0, outOfRange
	}
	return n, ""
}

// withoutExponent writes a number such as 1.0 or 1e2 with digits only. It counts digits instead of
// calculating, so that it is exact, and no exponent is costly.
func withoutExponent(text string) (plain, fault string) {
	mantissa, exponent := text, int64(0)
	if e := strings.IndexAny(text, "eE"); e >= 0 {
		mantissa = text[:e]
		exponent, _ = strconv.ParseInt(text[e+1:], 10, 40) // one too large for a text's length stays too large
	}
	sign := ""
	if mantissa[0] == '-' {
		sign, mantissa = "-", mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	point := int64(len(whole)) + exponent
	significant := strings.TrimLeft(whole+fraction, "0")
	point -= int64(len(whole) + len(fraction) - len(significant))
	significant = strings.TrimRight(significant, "0")
	switch {
	case significant == "":
		return "0", ""
	case point < int64(len(significant)):
		return "", notWhole
	case point > 19: // digits of 64 bits
		return "", outOfRange
	}
	return sign + significant + strings.Repeat("0", int(point)-len(significant)), ""
}
