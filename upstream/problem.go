package upstream

import (
	"cmp"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxProblem bounds the bytes read of what a failure says.
const maxProblem = 16 << 10

// MaxProblemFields is how many fields a problem says something of.
const MaxProblemFields = 20

// Problem is what an upstream says about a failure, as far as we let it through: in application/problem+json (RFC 9457), and where the
// schema says that it does. Each member is "" when absent or not of its type, holds printable characters only and is cut to a bounded length.
type Problem struct {
	Type   string `json:"type,omitempty"`   // RFC 9457 §3.1.1, at most 256 bytes
	Title  string `json:"title,omitempty"`  // RFC 9457 §3.1.3, at most 256 bytes
	Detail string `json:"detail,omitempty"` // RFC 9457 §3.1.4, at most 1024 bytes
	Code   string `json:"code,omitempty"`   // an extension member (§3.2) that many services use, string or number, at most 64 bytes

	// Where the schema says so:

	Parameter     string         `json:"parameter,omitempty"`     // of the request, that it is about, at most 256 bytes
	Documentation string         `json:"documentation,omitempty"` // a URL, at most 512 bytes: a longer one is none
	Fields        []ProblemField `json:"fields,omitempty"`        // at most MaxProblemFields
}

// ProblemField is what a problem says of one field of the request.
type ProblemField struct {
	Field  string `json:"field,omitempty"`  // at most 256 bytes
	Code   string `json:"code,omitempty"`   // at most 64 bytes
	Detail string `json:"detail,omitempty"` // at most 256 bytes
}

// NewProblem returns a problem of the members of another one, cut and cleaned as [Problem] promises; nil when nothing is left.
func NewProblem(said Problem) *Problem {
	p := Problem{
		Type: printable(said.Type, 256), Title: printable(said.Title, 256), Detail: printable(said.Detail, 1024), Code: printable(said.Code, 64),
		Parameter: printable(said.Parameter, 256),
	}
	if printable(said.Documentation, 512) == said.Documentation {
		p.Documentation = said.Documentation
	}
	for _, f := range said.Fields {
		f = ProblemField{printable(f.Field, 256), printable(f.Code, 64), printable(f.Detail, 256)}
		if f != (ProblemField{}) && len(p.Fields) < MaxProblemFields {
			p.Fields = append(p.Fields, f)
		}
	}
	if p.Type+p.Title+p.Detail+p.Code+p.Parameter+p.Documentation == "" && p.Fields == nil {
		return nil
	}
	return &p
}

// or returns the problem with the members of another one where it has none; either may be nil.
func (p *Problem) or(other *Problem) *Problem {
	if p == nil || other == nil {
		return cmp.Or(p, other)
	}
	p.Type, p.Title = cmp.Or(p.Type, other.Type), cmp.Or(p.Title, other.Title)
	p.Detail, p.Code = cmp.Or(p.Detail, other.Detail), cmp.Or(p.Code, other.Code)
	return p
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
	return NewProblem(Problem{Type: text(members.Type), Title: text(members.Title), Detail: text(members.Detail), Code: code})
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
