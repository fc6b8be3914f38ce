package limit

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"Document", "{id}", ""},
		{"Tokens", "{a b c d}", "input: The document is too long: these are names, literals and punctuation in it, which may be 5 at most: ask for less at once, or raise limits.tokens"},
		{"Syntax", "{id", `input:1:4: Expected Name, found <EOF>`},
		{"LongName", "{id} " + strings.Repeat("x", 10_000), `input:1:6: Unexpected Name "` + strings.Repeat("x", mostMessage/2-17) + " … " + strings.Repeat("x", mostMessage/2-1) + `"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc, err := Document{Tokens: 5}.Parse(test.text)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want || (doc == nil) == (err == nil) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
