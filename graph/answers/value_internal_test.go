package answers

import (
	"encoding/json"
	"testing"
)

// TestAppendValue tries that different values have different texts, and equal ones the same, whatever is in them.
func TestAppendValue(t *testing.T) {
	object := func(members ...any) map[string]any {
		o := map[string]any{}
		for i := 0; i < len(members); i += 2 {
			o[members[i].(string)] = members[i+1]
		}
		return o
	}
	values := []any{
		nil, true, false, "", "n", "t", "1", "s1", json.Number("1"), json.Number("1.0"), json.Number("11"), int64(1), 1.5,
		[]any{},
		[]any{nil},
		[]any{nil, nil},
		[]any{"a", "b"},
		[]any{"ab"},
		[]any{"a"},
		[]any{[]any{}},
		[]any{[]any{}, "a"},
		[]any{[]any{"a"}},
		object(), object("a", nil), object("a", "b"), object("ab", ""), object("a", object("b", "c")), object("a", object("b", nil), "c", nil),
		object("a", object("b", nil, "c", nil)), object("a", []any{"b"}, "c", "d"), object("a", []any{"b", "c"}, "d", nil),
		[]any{object("a", "b")},
	}
	known := map[string]int{}
	for i, v := range values {
		text, ok := appendValue(nil, v)
		again, _ := appendValue(nil, v)
		if !ok || string(text) != string(again) {
			t.Errorf("%v: %q, %v, then %q", v, text, ok, again)
		}
		if other, taken := known[string(text)]; taken {
			t.Errorf("%v and %v have one text, %q", v, values[other], text)
		}
		known[string(text)] = i
	}
	for _, v := range []any{func() {}, []any{func() {}}, object("a", func() {})} {
		if text, ok := appendValue(nil, v); ok {
			t.Errorf("what cannot be written is %q", text)
		}
	}
}
