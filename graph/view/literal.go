package view

import (
	"encoding/binary"
	"math/bits"
)

// Functions of this file check one token of a text. They return the offset behind it; a negative result is
// the complement of the offset at which the text is wrong.

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// special marks the bytes of a word that end the plain part of a string: quotes, backslashes and control
// characters. Only the mark of the lowest such byte is exact, for subtraction borrows from those above it. Whether a byte is ASCII says its
// highest bit, which none of the subtrahends has.
func special(w uint64) uint64 {
	return ((w ^ ('"' * ones) - ones) | (w ^ ('\\' * ones) - ones) | (w - 0x20*ones)) &^ w & highs
}

// quoted checks the string whose opening quote is at i, and reports whether it has escapes.
func quoted(text []byte, i int) (end int, escaped bool) { return inside(text, i+1) }

// inside is quoted from i on, somewhere in the string.
func inside(text []byte, i int) (end int, escaped bool) {
	for i < len(text) {
		if i+8 <= len(text) {
			marks := special(binary.LittleEndian.Uint64(text[i:]))
			if marks == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(marks) / 8
		}
		switch c := text[i]; {
		case c == '"':
			return i + 1, escaped
		case c == '\\':
			escaped = true
			if i = escape(text, i); i < 0 {
				return i, true
			}
		case c < 0x20:
			return ^i, escaped
		default:
			i++
		}
	}
	return ^i, escaped
}

// plain returns the offset behind a string, number, true, false or null where the text goes on, and 0 for anything else, right or wrong.
func plain(text []byte, i int) int {
	if i+8 > len(text) {
		return 0
	}
	switch w := binary.LittleEndian.Uint64(text[i:]); {
	case byte(w) == '"':
		for i++; i+8 <= len(text); i += 8 {
			if marks := special(binary.LittleEndian.Uint64(text[i:])); marks != 0 {
				if i += bits.TrailingZeros64(marks) / 8; text[i] == '"' {
					return i + 1
				}
				break
			}
		}
		end, _ := inside(text, i)
		return max(0, end)
	case uint32(w) == wordNull, uint32(w) == wordTrue:
		return i + 4
	case w&(1<<40-1) == wordFalse:
		return i + 5
	}
	return max(0, number(text, i))
}

// Literals as the first bytes of a word.
const (
	wordNull  = 'n' | 'u'<<8 | 'l'<<16 | 'l'<<24
	wordTrue  = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24
	wordFalse = 'f' | 'a'<<8 | 'l'<<16 | 's'<<24 | 'e'<<32
)

// shortName checks the string whose opening quote is at i if it has up to seven bytes and no escapes, as most
// member names have, and returns the offset behind it and its head; for any other the offset is zero.
func shortName(text []byte, i int) (end int, head uint64) {
	if i+9 > len(text) {
		return 0, 0
	}
	w := binary.LittleEndian.Uint64(text[i+1:])
	marks := special(w)
	length := bits.TrailingZeros64(marks) / 8
	if marks == 0 || text[i+1+length] != '"' {
		return 0, 0
	}
	return i + 2 + length, w & (1<<(8*length) - 1)
}

// escape checks the escape sequence whose backslash is at i.
func escape(text []byte, i int) int {
	if i+1 >= len(text) {
		return ^len(text)
	}
	switch text[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		if i+6 <= len(text) && hex4(text[i+2:]) >= 0 {
			return i + 6
		}
	}
	return ^i
}

// number checks the number that starts at i (RFC 8259 section 6).
func number(text []byte, i int) int {
	if i < len(text) && text[i] == '-' {
		i++
	}
	if i >= len(text) || text[i] < '0' || text[i] > '9' {
		return ^i
	}
	if text[i] == '0' {
		i++
	} else {
		i = digits(text, i)
	}
	if i < len(text) && text[i] == '.' {
		point := i + 1
		if i = digits(text, point); i == point {
			return ^i
		}
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		if i++; i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		exponent := i
		if i = digits(text, exponent); i == exponent {
			return ^i
		}
	}
	return i
}

func digits(text []byte, i int) int {
	for i < len(text) && text[i]-'0' < 10 {
		i++
	}
	return i
}

// space returns the offset of the first byte at or behind i that is not white space.
func space(text []byte, i int) int {
	for i < len(text) && text[i] <= ' ' && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
		i++
	}
	return i
}

// skip returns the offset behind the value at i of a text that is known to be JSON: it looks only for ends.
func skip(text []byte, i int) int {
	for depth := 0; i < len(text); {
		switch text[i] {
		case '"':
			end, _ := quoted(text, i)
			if end < 0 {
				return len(text)
			}
			i = end
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\t', '\n', '\r':
			i++
			continue
		default:
			i = word(text, i)
		}
		if depth <= 0 {
			return i
		}
	}
	return len(text)
}

// word returns the offset behind a number or literal.
func word(text []byte, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case ',', ':', '}', ']', ' ', '\t', '\n', '\r':
			return i
		}
	}
	return i
}
