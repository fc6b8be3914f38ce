package view_test

import (
	"fmt"
	"testing"

	"weft/graph/view"
)

// lists are the values at /list of two bodies of the same length.
func lists(t *testing.T) [2]view.Value {
	t.Helper()
	shape := view.NewShape("/list")
	var values [2]view.Value
	for i := range values {
		body := fmt.Sprintf(`{"list": [{"a": "%d1"}, {"b": 2}, 7, {"a": null, "c": {"a": 4}}, {"a": "%[1]d5"}]}`, i)
		rows, err := view.NewScanner(view.Layout{Shape: shape}).Scan([]byte(body), &view.Source{Upstream: "u"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		values[i] = rows.At(0).Member(1)
	}
	return values
}

// Nested objects keep what they have when others are scanned after them, also those of another body.
func TestNest(t *testing.T) {
	shape := view.NewShape("/a", "/c/a")
	var nest view.Nest
	var got []view.Object
	for _, list := range lists(t) {
		elements := list.Elements()
		for e, ok := elements.Next(); ok; e, ok = elements.Next() {
			o, err := nest.Object(e, shape, 0)
			if (err != nil) != (e.Kind() == view.KindNumber) {
				t.Errorf("%s: %v", e.Raw(), err)
			}
			if err == nil {
				got = append(got, o)
			}
		}
	}
	want := []string{`"01"/`, `/`, `null/4`, `"05"/`, `"11"/`, `/`, `null/4`, `"15"/`}
	for i, o := range got {
		if text := o.Member(1).Literal() + "/" + o.Member(2).Literal(); text != want[i] {
			t.Errorf("object %d has %s, want %s", i, text, want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d objects, want %d", len(got), len(want))
	}
}

// A scratch holds one object, of whatever body and shape.
func TestScratch(t *testing.T) {
	var scratch view.Scratch
	shapes := []*view.Shape{view.NewShape("/a"), view.NewShape("/c", "/a")}
	for _, c := range []struct {
		list, shape int
		want        string
	}{{0, 0, `"01"`}, {1, 0, `"11"`}, {1, 1, `"11"`}, {0, 1, `"01"`}, {0, 0, `"01"`}} {
		elements := lists(t)[c.list].Elements()
		first, _ := elements.Next()
		o, err := scratch.Object(first, shapes[c.shape])
		if got := o.Member(shapes[c.shape].Len()).Literal(); err != nil || got != c.want {
			t.Errorf("%+v: got %q, %v", c, got, err)
		}
		if c.list == 0 {
			scratch.Forget()
		}
	}
	if _, err := scratch.Object(view.Value{}, shapes[0]); err == nil {
		t.Error("nothing is no object")
	}
}

func TestElementsOfNoList(t *testing.T) {
	for _, text := range []string{`{"a": [1]}`, `{"a": {"list": []}}`, `{"a": null}`, `{"a": "[1]"}`, `{}`} {
		rows, err := view.NewScanner(view.Layout{Shape: view.NewShape("/a")}).Scan([]byte(text), &view.Source{Upstream: "u"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		elements, n := rows.At(0).Member(1).Elements(), 0
		for _, ok := elements.Next(); ok; _, ok = elements.Next() {
			n++
		}
		if want := map[bool]int{true: 1}[text == `{"a": [1]}`]; n != want {
			t.Errorf("%s has %d elements, want %d", text, n, want)
		}
	}
}

// What is copied as it is written is what the decoder would have read.
func TestAppendNumbers(t *testing.T) {
	shape := view.NewShape("/a")
	for _, number := range []string{
		"0", "-0", "1", "-1", "12345678", "123456789", "2147483647", "2147483648", "-2147483648", "-2147483649", "1.0", "1e2", "1E2", "0.5", "1e-999", "1e999",
		`"7"`, `"007"`, `"1e2"`, `"x"`, "true", "[1]", "12345678901234567890123456789012345678901234567890",
	} {
		rows, err := view.NewScanner(view.Layout{Shape: shape}).Scan([]byte(`{"a": `+number+`}`), &view.Source{Upstream: "u"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		v := rows.At(0).Member(1)
		whole, wantErr := view.Int(v)
		text, err := view.AppendInt(nil, v)
		if (err != nil) != (wantErr != nil) || err == nil && string(text) != fmt.Sprint(whole) {
			t.Errorf("%s as Int: %s, %v, want %d, %v", number, text, err, whole, wantErr)
		}
		_, wantErr = view.Float(v)
		if text, err = view.AppendFloat(nil, v); (err != nil) != (wantErr != nil) {
			t.Errorf("%s as Float: %s, %v, want %v", number, text, err, wantErr)
		}
	}
}
