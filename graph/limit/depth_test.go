package limit

import "testing"

// TestDepth: a document is within a limit of its own depth, and not within one less.
func TestDepth(t *testing.T) {
	for text, want := range map[string]int{
		"{ id }":                             1,
		"{ next { id } }":                    2,
		"{ next { id } ... { ... { id } } }": 4,
		"{ next { ...A } } fragment A on Query { next { ...B } } fragment B on Query { id ... on Query { id } }":         6,
		"{ next { ...A ...B } ...B } fragment A on Query { next { ...B } } fragment B on Query { next { next { id } } }": 8,
	} {
		doc, err := Document{}.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := (Document{}).DepthOf(doc, doc.Operations[0]); got != want {
			t.Errorf("%s: got %d, want %d", text, got, want)
		}
		if err := (Document{Depth: want}).Check(aboutAttacks, doc); err != nil {
			t.Errorf("%s is refused with a limit of %d: %v", text, want, err)
		}
		if err := (Document{Depth: want - 1}).Check(aboutAttacks, doc); want > 1 && err == nil {
			t.Errorf("%s is not refused with a limit of %d", text, want-1)
		}
	}
}
