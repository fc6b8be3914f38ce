package view

import (
	"fmt"
	"strconv"
	"strings"
)

// ParsePointer splits a JSON pointer (RFC 6901) into its reference tokens, unescaped. The empty pointer has
// none. A pointer that does not start with a slash, or has a tilde that is neither ~0 nor ~1, is an error.
func ParsePointer(s string) ([]string, error) {
	if s == "" {
		return nil, nil
	}
	if s[0] != '/' {
		return nil, fmt.Errorf("JSON pointer %q does not start with a slash", s)
	}
	tokens := strings.Split(s[1:], "/")
	for i, token := range tokens {
		unescaped, err := unescape(token)
		if err != nil {
			return nil, fmt.Errorf("JSON pointer %q: %w", s, err)
		}
		tokens[i] = unescaped
	}
	return tokens, nil
}

// unescape replaces ~1 by a slash and ~0 by a tilde (RFC 6901 section 4).
func unescape(token string) (string, error) {
	for i := 0; i < len(token); i++ {
		if token[i] != '~' {
			continue
		}
		if i++; i == len(token) || token[i] != '0' && token[i] != '1' {
			return "", fmt.Errorf("a tilde is written ~0")
		}
	}
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~"), nil
}

// mustParse is ParsePointer for tables that the generator has checked.
func mustParse(pointer string) []string {
	tokens, err := ParsePointer(pointer)
	if err != nil {
		panic("view: " + err.Error())
	}
	return tokens
}

// index reads a token as the index of a list element: digits without a leading zero.
func index(token string) (int, bool) {
	if token == "" || token[0] < '0' || token[0] > '9' || token[0] == '0' && len(token) > 1 {
		return 0, false
	}
	i, err := strconv.Atoi(token)
	return i, err == nil
}
