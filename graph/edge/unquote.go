package edge

import "encoding/json"

// unquote returns the text of a JSON string; false if value is none. The text is value's own bytes, which it overwrites
// where there were escapes.
func unquote(value []byte) (text []byte, ok bool) {
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		return nil, false
	}
	text = value[1 : len(value)-1]
	escaped := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c < ' ' || c == '"':
			return nil, false
		case c == '\\' && (i+1 == len(text) || unescaped(text[i+1]) == 0):
			return unquoteAny(value)
		case c == '\\':
			escaped = true
			i++
		}
	}
	if !escaped {
		return text, true
	}
	return unescape(text), true
}

// unescape replaces the escapes in text, which are all of one letter.
func unescape(text []byte) []byte {
	out := text[:0]
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\\' {
			i++
			c = unescaped(text[i])
		}
		out = append(out, c)
	}
	return out
}

// unescaped is what a letter means behind a backslash; 0: nothing, or that more letters follow.
func unescaped(c byte) byte {
	switch c {
	case '"', '\\', '/':
		return c
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	}
	return 0
}

// unquoteAny is unquote for all strings that there are, those with \u among them.
func unquoteAny(value []byte) (text []byte, ok bool) {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return nil, false
	}
	return []byte(s), true
}
