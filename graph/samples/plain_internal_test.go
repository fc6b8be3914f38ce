package samples

import (
	"encoding/json"
	"strings"
	"testing"
)

// Each kind of value that generation tells from others stays what it is, and nothing else does.
func TestKinds(t *testing.T) {
	r := rules{words: map[string]bool{"OPEN": true, "7": true}}
	for _, tt := range []struct{ value, want string }{
		{`"Ada Lovelace"`, `"text"`},
		{`""`, `""`},
		{`"OPEN"`, `"OPEN"`},
		{`"open"`, `"text"`},
		{`null`, `null`},
		{`true`, `true`},
		{`false`, `true`},
		{`4711`, `1`},
		{`-4711`, `-1`},
		{`0`, `1`},
		{`3000000000`, `9999999999`},
		{`-3000000000`, `-9999999999`},
		{`3.14`, `1.5`},
		{`-0.5`, `-1.5`},
		{`2.0`, `1.0`},
		{`1e2`, `1.0`},
		{`1.25e1`, `1.5`},
		{`1e20`, `1e10`},
		{`1e400`, `1e999`},
		{`7`, `7`},
		{`"12"`, `"1"`},
		{`"12.50"`, `"1.5"`},
		{`"-3"`, `"-1"`},
		{`"+49301234567"`, `"9999999999"`},
		{`"0x1F"`, `"text"`},
		{`"1_000"`, `"text"`},
		{`"NaN"`, `"text"`},
		{`"2026-03-01"`, `"2001-01-01"`},
		{`"2026-03-01T09:30:12Z"`, `"2001-01-01T00:00:00Z"`},
		{`"2026-03-01 09:30"`, `"2001-01-01 00:00"`},
		{`"2026-03-01T09:30:12.345+02:00"`, `"2001-01-01T00:00:00.0+00:00"`},
		{`"09:30"`, `"00:00"`},
		{`"09:30:12"`, `"00:00:00"`},
		{`"Sun, 01 Mar 2026 09:30:12 GMT"`, `"Mon, 01 Jan 2001 00:00:00 GMT"`},
		{`"https://ada:secret@private.example/a?token=1"`, `"https://example.com/x"`},
		{`"ftp://a/b"`, `"ftp://example.com/x"`},
		{`"/img/ada.png"`, `"/x"`},
		{`"ada@private.example"`, `"x@example.com"`},
		{`"6f1c9a52-0b1e-4c8e-9d5e-1a2b3c4d5e6f"`, `"00000000-0000-4000-8000-000000000000"`},
	} {
		v, err := decode([]byte(tt.value))
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(r.plain(v, "", 0, false))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: got %s (%v), want %s", tt.value, got, err, tt.want)
		}
	}
}

// FuzzPlain: what is plain stays as it is, and adds nothing to itself.
func FuzzPlain(f *testing.F) {
	for _, seed := range []string{
		`{"a": [{"b": 1}, {"c": null}, []], "d": "2026-03-01T09:30:12.345+02:00"}`, `[1, 1.5, "1", "x", {"12": {"a": 1}, "13": {"b": 2}}]`,
		`{"a/b~": [[1], [], ["x"]], "": 1}`, `{"a": "/b?c=1&d"}`, `{"a": {"href": "https://a.example?e=;"}}`, `"Mon, 02 Jan 2006 15:04:05 GMT"`, `{"2026-03-01": [1e400, -0.0, 1e99]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := decode([]byte(text))
		if err != nil {
			return
		}
		r := rules{words: map[string]bool{"OPEN": true}, next: "/a"}
		once := print(t, r.plain(v, "", 0, false))
		again, err := decode([]byte(once))
		if err != nil {
			t.Fatal(err)
		}
		if twice := print(t, r.plain(again, "", 0, false)); twice != once {
			t.Errorf("%s: got\n%s\nand of that\n%s", text, once, twice)
		}
		again, _ = decode([]byte(once))
		same, _ := decode([]byte(once))
		if merged := print(t, r.merge(again, same, "")); merged != once {
			t.Errorf("%s: got\n%s\nand with itself\n%s", text, once, merged)
		}
	})
}

func print(t *testing.T, v any) string {
	t.Helper()
	text, err := encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What is deep, or has many members or elements, is cut.
func TestBounds(t *testing.T) {
	r := rules{}
	deep, err := decode([]byte(strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(print(t, r.plain(deep, "", 0, false)), `"a"`); got != maxDepth+1 {
		t.Errorf("got %d levels, want %d", got, maxDepth+1)
	}
	var list []any
	for i := range 100 {
		list = append(list, map[string]any{strings.Repeat("a", i+1): "x"}) // each has a member of its own
	}
	if got := len(r.plain(list, "", 0, false).([]any)); got != maxElements {
		t.Errorf("got %d elements, want %d", got, maxElements)
	}
	object := map[string]any{}
	for i := range maxMembers + 1 {
		object[strings.Repeat("a", i+1)] = json.Number("1")
	}
	if got := print(t, r.plain(object, "", 0, false)); got != "{\n  \"1\": 1\n}\n" {
		t.Errorf("got %s, want a map", got)
	}
}
