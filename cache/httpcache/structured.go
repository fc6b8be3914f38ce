package httpcache

import (
	"strings"
	"time"
)

// sfKind is the type of a structured value, as far as directives tell them apart.
type sfKind uint8

const (
	sfOther sfKind = iota
	sfInteger
	sfTrue
	sfFalse
)

// bareItem is a structured value.
type bareItem struct {
	kind    sfKind
	integer time.Duration // without a unit, at most 2^31
}

// structured reads structured fields (RFC 8941 §4.2). Its methods consume what they read and report whether it was well formed.
type structured struct{ rest string }

// member reads one member of a dictionary (§4.2.2).
func (s *structured) member() (key string, v bareItem, ok bool) {
	key, ok = s.key()
	if !ok {
		return "", bareItem{}, false
	}
	v = bareItem{kind: sfTrue}
	if s.skip('=') {
		if s.skip('(') {
			v, ok = bareItem{}, s.innerList()
		} else {
			v, ok = s.item()
		}
	}
	return key, v, ok && s.parameters()
}

// separator reads what is between two members: a comma, which nothing may follow that is no member.
func (s *structured) separator() bool {
	s.rest = strings.TrimLeft(s.rest, " \t")
	if !s.skip(',') {
		return false
	}
	s.rest = strings.TrimLeft(s.rest, " \t")
	return s.rest != ""
}

// innerList reads a list after its opening parenthesis (§4.2.1.2).
func (s *structured) innerList() bool {
	for {
		s.rest = strings.TrimLeft(s.rest, " ")
		if s.skip(')') {
			return true
		}
		if _, ok := s.item(); !ok || !s.parameters() {
			return false
		}
		if s.rest == "" || s.rest[0] != ' ' && s.rest[0] != ')' {
			return false
		}
	}
}

// parameters reads the parameters of an item, which mean nothing here (§4.2.3.2).
func (s *structured) parameters() bool {
	for s.skip(';') {
		s.rest = strings.TrimLeft(s.rest, " ")
		if _, ok := s.key(); !ok {
			return false
		}
		if s.skip('=') {
			if _, ok := s.item(); !ok {
				return false
			}
		}
	}
	return true
}

// key reads a key (§4.2.3.3).
func (s *structured) key() (string, bool) {
	if s.rest == "" || !isLower(s.rest[0]) && s.rest[0] != '*' {
		return "", false
	}
	return s.while(func(c byte) bool {
		return isLower(c) || isDigit(c) || strings.IndexByte("_-.*", c) >= 0
	}), true
}

// item reads a bare item (§4.2.3.1).
func (s *structured) item() (bareItem, bool) {
	if s.rest == "" {
		return bareItem{}, false
	}
	switch c := s.rest[0]; {
	case c == '-' || isDigit(c):
		return s.number()
	case c == '"':
		return bareItem{}, s.quoted()
	case c == ':':
		return bareItem{}, s.bytes()
	case c == '?':
		return s.boolean()
	case c == '*' || isLower(c) || c >= 'A' && c <= 'Z':
		s.while(func(c byte) bool { return isToken(c) || c == ':' || c == '/' })
		return bareItem{}, true
	}
	return bareItem{}, false
}

// number reads an integer or a decimal (§4.2.4).
func (s *structured) number() (bareItem, bool) {
	negative := s.skip('-')
	digits := s.while(isDigit)
	if digits == "" {
		return bareItem{}, false
	}
	if s.skip('.') {
		fraction := s.while(isDigit)
		return bareItem{}, len(digits) <= 12 && fraction != "" && len(fraction) <= 3
	}
	value, _ := parseSeconds(digits)
	v := bareItem{kind: sfInteger, integer: value / time.Second}
	if negative {
		v.integer = -v.integer
	}
	return v, len(digits) <= 15
}

// boolean reads ?0 or ?1 (§4.2.8).
func (s *structured) boolean() (bareItem, bool) {
	s.skip('?')
	switch {
	case s.skip('1'):
		return bareItem{kind: sfTrue}, true
	case s.skip('0'):
		return bareItem{kind: sfFalse}, true
	}
	return bareItem{}, false
}

// quoted reads a string (§4.2.5).
func (s *structured) quoted() bool {
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			s.rest = s.rest[i+1:]
			return true
		case c == '\\':
			i++
			if i == len(s.rest) || s.rest[i] != '"' && s.rest[i] != '\\' {
				return false
			}
		case c < ' ' || c > '~':
			return false
		}
	}
	return false
}

// bytes reads a byte sequence (§4.2.7).
func (s *structured) bytes() bool {
	s.skip(':')
	s.while(func(c byte) bool {
		return isLower(c) || isDigit(c) || c >= 'A' && c <= 'Z' || strings.IndexByte("+/=", c) >= 0
	})
	return s.skip(':')
}

// skip consumes c if it is next.
func (s *structured) skip(c byte) bool {
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// while consumes what is of a class.
func (s *structured) while(class func(byte) bool) string {
	i := 0
	for i < len(s.rest) && class(s.rest[i]) {
		i++
	}
	taken := s.rest[:i]
	s.rest = s.rest[i:]
	return taken
}

func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isToken reports whether c may be in a token of HTTP (RFC 9110 §5.6.2).
func isToken(c byte) bool {
	return isLower(c) || isDigit(c) || c >= 'A' && c <= 'Z' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}
