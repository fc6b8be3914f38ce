package view

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// unquote returns the text of a valid string literal: the body's own bytes when it has no escapes.
func unquote(literal []byte) string {
	inner := literal[1 : len(literal)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return alias(inner)
	}
	return alias(appendUnquoted(make([]byte, 0, len(inner)), inner))
}

// alias returns bytes that never change as a string, without a copy.
func alias(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// appendUnquoted appends the decoded inside of a valid string literal.
func appendUnquoted(dst, inner []byte) []byte {
	for {
		at := bytes.IndexByte(inner, '\\')
		if at < 0 {
			return append(dst, inner...)
		}
		dst = append(dst, inner[:at]...)
		inner = inner[at+1:]
		if inner[0] == 'u' {
			r, size := unicodeEscape(inner)
			dst = utf8.AppendRune(dst, r)
			inner = inner[size:]
			continue
		}
		dst = append(dst, unescaped(inner[0]))
		inner = inner[1:]
	}
}

func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// unicodeEscape decodes the escape behind a backslash, uXXXX or uXXXX\uXXXX, and returns its length.
// Half a surrogate pair is U+FFFD.
func unicodeEscape(s []byte) (rune, int) {
	r := hex4(s[1:])
	if !utf16.IsSurrogate(r) {
		return r, 5
	}
	if len(s) >= 11 && s[5] == '\\' && s[6] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(s[7:])); pair != utf8.RuneError {
			return pair, 11
		}
	}
	return utf8.RuneError, 5
}

// hex4 returns the value of the first four bytes as hexadecimal digits, or -1.
func hex4(s []byte) rune {
	var r rune
	for _, c := range s[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string; what is not UTF-8 becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
			i++
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			i++
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
		}
	}
	return append(dst, '"')
}
