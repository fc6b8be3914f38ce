package coding

import "strings"

// Weight is how much a client likes something that it accepts (RFC 9110 §12.4.2): the higher, the more.
type Weight uint16

// A Weight is a q-value in thousandths plus one, so that the zero Weight is a refusal, and an acceptable one is above it.
const (
	Refused  Weight = 0    // q=0
	unspoken Weight = 1    // of Identity that is not mentioned: acceptable, and less than whatever is
	Most     Weight = 1001 // q=1, and what has no q
)

// ParseWeight reads what follows "q=": 0, 0.123, 1 or 1.000, and .123, as old Java clients have it.
func ParseWeight(text string) (q Weight, ok bool) {
	whole, digits, _ := strings.Cut(text, ".")
	if whole == "" && digits != "" {
		whole = "0"
	}
	if whole != "0" && whole != "1" || len(digits) > 3 {
		return 0, false
	}
	thousandths := Weight(whole[0]-'0') * 1000
	unit := Weight(100)
	for _, d := range []byte(digits) {
		if d < '0' || d > '9' {
			return 0, false
		}
		thousandths += Weight(d-'0') * unit
		unit /= 10
	}
	switch {
	case thousandths > 1000:
		return 0, false
	case thousandths == 0:
		return Refused, true
	}
	return thousandths + 1, true
}
