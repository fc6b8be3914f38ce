package stock

import (
	"io"
	"strings"
	"testing"

	"weft/graph/fetch"
)

// What comes before the limit is written; from the write on that passes it nothing is, and the answer is too large.
func TestBounded(t *testing.T) {
	service := &fetch.Service{Limits: fetch.Limits{MaxAnswer: 10}}
	for name, c := range map[string]struct {
		parts   []string
		want    string
		tooMuch bool
	}{
		"all of it":             {[]string{"12345", "67890"}, "1234567890", false},
		"one byte more":         {[]string{"12345", "678901", "2"}, "12345", true},
		"a part that is longer": {[]string{strings.Repeat("x", 11), "1"}, "", true},
		"nothing":               {nil, "", false},
	} {
		for _, way := range []string{"Write", "WriteString"} {
			t.Run(name+"/"+way, func(t *testing.T) {
				x := fetch.BeginFields(service, fetch.FieldOptions{})
				defer x.Close()
				var out strings.Builder
				w := &bounded{Writer: &out, o: &operation{Fields: x}, left: x.Limits().Bytes}
				for _, part := range c.parts {
					var n int
					var err error
					if way == "Write" {
						n, err = w.Write([]byte(part))
					} else {
						n, err = io.WriteString(w, part)
					}
					if n != len(part) || err != nil {
						t.Fatalf("writing %q: %d, %v: gqlgen's executor would see that", part, n, err)
					}
				}
				if out.String() != c.want || (x.Excess() != nil) != c.tooMuch {
					t.Errorf("wrote %q, too much: %v, want %q, %v", out.String(), x.Excess(), c.want, c.tooMuch)
				}
			})
		}
	}
}
