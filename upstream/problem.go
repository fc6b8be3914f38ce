package upstream

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxProblem bounds the bytes read of a problem document.
const maxProblem = 16 << 10

// Problem is what an upstream says about a failure in application/problem+json (RFC 9457), as far as we let it through.
// Each member is "" when absent or not of its type, holds printable characters only and is cut to a bounded length.
type Problem struct {
	Type   string `json:"type,omitempty"`   // RFC 9457 §3.1.1, at most 256 bytes
	Title  string `json:"title,omitempty"`  // RFC 9457 §3.1.3, at most 256 bytes
	Detail string `json:"detail,omitempty"` // RFC 9457 §3.1.4, at most 1024 bytes
	Code   string `json:"code,omitempty"`   // an extension member (§3.2) that many services use, string or number, at most 64 bytes
}

// NewProblem returns a problem of these members, cut and cleaned as [Problem] promises; nil when nothing is left. It is for
// what an upstream says in another form than a problem document.
func NewProblem(typ, title, detail, code string) *Problem {
	p := Problem{Type: printable(typ, 256), Title: printable(title, 256), Detail: printable(detail, 1024), Code: printable(code, 64)}
	if p == (Problem{}) {
		return nil
	}
	return &p
}

// parseProblem reads a problem document. It returns nil when body is not a JSON object or has none of the members.
func parseProblem(body []byte) *Problem {
	var members struct{ Type, Title, Detail, Code json.RawMessage }
	if json.Unmarshal(body, &members) != nil {
		return nil
	}
	code := text(members.Code)
	if number := json.Number(""); code == "" && json.Unmarshal(members.Code, &number) == nil {
		code = number.String()
	}
	return NewProblem(text(members.Type), text(members.Title), text(members.Detail), code)
}

// text returns raw's value when it is a JSON string, otherwise "".
func text(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// printable drops what a log or a terminal could take for more than text, and cuts to at most limit bytes.
func printable(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, text)
	if len(text) <= limit {
		return text
	}
	for !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}
