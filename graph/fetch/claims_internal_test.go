package fetch

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestClaimText(t *testing.T) {
	for claim, want := range map[string]string{
		`"ada"`: "ada", `""`: "", `null`: "", `12.50`: "12.50", `true`: "true", `[]`: "", `["a", "b c", 3, false]`: "a, b c, 3, false", `"Zoë"`: "Zoë",
		`{}`: "error", `[[]]`: "error", `[{}]`: "error", `["a,b"]`: "error", `["a", ""]`: "error", `[" a"]`: "error", `[null]`: "error",
		`"a\nb"`: "error", `"a\u0000"`: "error", `["\r"]`: "error", `"\u007f"`: "error", `" admin"`: "error", `"admin "`: "error", `"\u00a0admin"`: "error", `"a b"`: "a b",
	} {
		d := json.NewDecoder(strings.NewReader(claim))
		d.UseNumber()
		var value any
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		got, err := claimText(value)
		if err != nil {
			if got = "error"; claim == `["a,b"]` && strings.Contains(err.Error(), "a,b") {
				t.Errorf("%s: the error says it: %v", claim, err)
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", claim, got, want)
		}
	}
}
