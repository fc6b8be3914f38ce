package upstream

import "encoding/json"

// Mismatch says why an answer cannot be used: where in it, what is wanted there, and what is there instead. It never says a value of
// the answer.
type Mismatch struct {
	// Pointer is a JSON pointer (RFC 6901) to the place, as the schema has it: from the object that it is a member of, or from the
	// answer's root. "" is all of the answer.
	Pointer string
	Want    string // a type of GraphQL, a kind of JSON value, or what is wanted of the answer as a whole
	Got     string // the kind of JSON value, or what the answer is as a whole

	// Exact finds the pointer from the answer's root; nil: Pointer is that. It reads the answer, so it is called only for what is shown.
	Exact func() string
}

// Place is the pointer from the answer's root.
func (m *Mismatch) Place() string {
	if m.Exact == nil {
		return m.Pointer
	}
	return m.Exact()
}

// String is the mismatch in words, for logs and errors: "/data/0/size: want Int, got object".
func (m *Mismatch) String() string {
	text := "want " + m.Want + ", got " + m.Got
	if place := m.Place(); place != "" {
		text = place + ": " + text
	}
	return text
}

// MarshalJSON is the mismatch as reports and errors show it.
func (m *Mismatch) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Pointer string `json:"pointer"`
		Want    string `json:"want"`
		Got     string `json:"got"`
	}{m.Place(), m.Want, m.Got})
}

// unusable is the failure of an answer that as a whole is not what is wanted.
func unusable(err error, want, got string) *Error {
	return &Error{Kind: BadResponse, Err: err, Mismatch: &Mismatch{Want: want, Got: got}}
}
