package scalar

// IsUUID reports whether a text is a UUID of RFC 9562, section 4, in letters of either case.
func IsUUID(text string) bool {
	if len(text) != len("f81d4fae-7dec-11d0-a765-00a0c91e6bf6") {
		return false
	}
	for i := range len(text) {
		switch i {
		case 8, 13, 18, 23:
			if text[i] != '-' {
				return false
			}
		default:
			if !isHex(text[i]) {
				return false
			}
		}
	}
	return true
}

func isHex(c byte) bool { return c-'0' <= 9 || c|0x20-'a' <= 5 }
