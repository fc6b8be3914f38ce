package view_test

import (
	"testing"

	"weft/graph/view"
)

// TestMeant: each spelling of nothing by itself, and what is none of them.
func TestMeant(t *testing.T) {
	shape := view.NewShape("/m")
	all := view.EmptyMissing | view.EmptyNull | view.EmptyNoContent | view.EmptyArray | view.EmptyNotFound
	for _, c := range []struct {
		text string
		e    view.Empty
		want string
	}{
		{`{}`, view.EmptyMissing, "[]"},
		{`{}`, all &^ view.EmptyMissing, ""},
		{`{"m": null}`, view.EmptyNull, "[]"},
		{`{"m": null}`, all &^ view.EmptyNull, "null"},
		{`{"m": [ ]}`, view.EmptyArray, ""},
		{`{"m": [ ]}`, all &^ view.EmptyArray, "[ ]"},
		{`{"m": [null]}`, all, "[null]"},
		{`{"m": {}}`, all, "{}"},
		{`{"m": ""}`, all, `""`},
	} {
		rows, err := view.NewScanner(view.Layout{Shape: shape}).Scan([]byte(c.text), &view.Source{Upstream: "u"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(rows.At(0).Member(1).Meant(c.e).Raw()); got != c.want {
			t.Errorf("%s with %s: got %q, want %q", c.text, c.e, got, c.want)
		}
	}
}
