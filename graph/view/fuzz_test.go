package view_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"weft/graph/view"
)

// decode is what the fuzz tests hold the scanner against.
func decode(t *testing.T, text []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("decode %q: %v", text, err)
	}
	return v
}

// follow evaluates a pointer on a decoded value; a null on the way is null in the end if through says so.
func follow(v any, pointer string, through bool) (any, bool) {
	path, err := view.ParsePointer(pointer)
	if err != nil {
		return nil, false
	}
	for _, token := range path {
		switch in := v.(type) {
		case nil:
			return nil, through
		case map[string]any:
			inner, ok := in[token]
			if !ok {
				return nil, false
			}
			v = inner
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || strconv.Itoa(i) != token || i < 0 || i >= len(in) {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// astray reports whether the way that a pointer leads ends at a value that has no such members.
func astray(v any, pointer string) bool {
	path, _ := view.ParsePointer(pointer)
	way := strings.Split(pointer, "/")
	for i, token := range path {
		in, _ := follow(v, strings.Join(way[:i+1], "/"), true)
		switch in := in.(type) {
		case nil, map[string]any:
		case []any:
			if len(in) == 0 {
				return false
			}
			if n, err := strconv.Atoi(token); err != nil || strconv.Itoa(n) != token || n < 0 {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// diffOf is cmp.Diff for values that are mostly equal and may be very deep.
func diffOf(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	return fmt.Sprintf("-%.2000v\n+%.2000v", want, got)
}

func checkObject(t *testing.T, o view.Object, want any, shape *view.Shape) {
	t.Helper()
	if diff := diffOf(want, o.Value(0)); diff != "" {
		t.Fatalf("object (-want +got):\n%s", diff)
	}
	complete := true
	for slot := 1; slot <= shape.Len(); slot++ {
		value, has := follow(want, shape.Pointer(slot), want != nil)
		complete = complete && has
		if has != o.Has(slot) {
			t.Fatalf("%s of %s: Has %v, want %v", shape.Pointer(slot), o.JSON(), o.Has(slot), has)
		}
		if diff := diffOf(value, o.Value(slot)); diff != "" {
			t.Fatalf("%s of %s (-want +got):\n%s", shape.Pointer(slot), o.JSON(), diff)
		}
	}
	if _, isObject := want.(map[string]any); o.Complete() != (isObject && complete) {
		t.Fatalf("Complete of %s is %v", o.JSON(), o.Complete())
	}
	if clone := o.Clone(); !o.IsZero() && !bytes.Equal(clone.JSON(), o.JSON()) {
		t.Fatalf("clone of %s is %s", o.JSON(), clone.JSON())
	}
}

func FuzzScan(f *testing.F) {
	for _, text := range trickyDocuments() {
		f.Add([]byte(text), uint8(0), "", "", "/id", "/a/b", "/0")
	}
	f.Add([]byte(`{"data":[{"id":1,"n":{"a":{"b":2}}},{"id":"x"},null,[]]}`), uint8(1), "/data", "/n", "/id", "/a/b", "/a")
	f.Add([]byte(`{"d":{"1":{"a":[7]},"2":{"a":{"0":8}},"1":{}}}`), uint8(2), "/d", "", "", "/a/0", "/a")
	f.Add([]byte(`{"d":[{"a":1}],"d":[{"b":2},{"a":null}]}`), uint8(1), "/d", "", "/a", "/a/b", "/b")
	f.Add([]byte(`{"d":{"e":[{}]},"d":5}`), uint8(1), "/d/e", "", "", "", "")
	f.Add([]byte("{\"\\u0061\":{\"\xff\":\"\\ud800\"}}"), uint8(0), "", "", "", "/a/�", "/a")
	f.Fuzz(func(t *testing.T, text []byte, in uint8, at, each, match, first, second string) {
		for _, pointer := range []string{at, each, match, first, second} {
			if _, err := view.ParsePointer(pointer); err != nil {
				t.Skip()
			}
		}
		layout := view.Layout{At: at, In: view.Container(in % 3), Each: each, Match: match, Shape: view.NewShape(first, second)}
		if layout.In == view.Single {
			layout.Each = ""
		}
		before := bytes.Clone(text)
		rows, err := view.NewScanner(layout).Scan(text, &view.Source{Upstream: "fuzz"}, 0)
		if !bytes.Equal(before, text) {
			t.Fatalf("the text has changed")
		}
		var syntax *view.SyntaxError
		if valid := json.Valid(text); valid != !errors.As(err, &syntax) {
			t.Fatalf("json.Valid(%q) = %v, Scan's error is %v", text, valid, err)
		}
		if syntax != nil {
			if syntax.Offset > len(text) {
				t.Fatalf("offset %d in a text of %d", syntax.Offset, len(text))
			}
			return
		}
		body := decode(t, text)
		if astray(body, at) {
			var wrong *view.Error
			if !errors.As(err, &wrong) || wrong.Want != "object" {
				t.Fatalf("got %v where nothing can be at %s", err, at)
			}
			return
		}
		answer, _ := follow(body, at, true)
		checkRows(t, layout, rows, err, answer)
	})
}

func checkRows(t *testing.T, l view.Layout, rows view.Rows, err error, answer any) {
	t.Helper()
	if answer == nil {
		if err != nil || !rows.Null() || rows.Len() != 0 {
			t.Fatalf("answer is null: got %d rows, Null %v, %v", rows.Len(), rows.Null(), err)
		}
		return
	}
	list, isList := answer.([]any)
	object, isMap := answer.(map[string]any)
	switch {
	case l.In == view.Single:
		if err != nil || rows.Len() != 1 {
			t.Fatalf("got %d rows, %v", rows.Len(), err)
		}
		checkObject(t, rows.At(0), answer, l.Shape)
	case l.In == view.List && isList:
		if err != nil || rows.Len() != len(list) {
			t.Fatalf("got %d rows of %d, %v", rows.Len(), len(list), err)
		}
		for i, element := range list {
			want, _ := follow(element, l.Each, false)
			checkObject(t, rows.At(i), want, l.Shape)
			checkKey(t, rows, i, element, l.Match)
		}
	case l.In == view.Map && isMap:
		last := map[string]int{} // of rows with one name the decoder has the last
		for i := range rows.Len() {
			key, _ := rows.Key(i)
			last[key] = i
		}
		if err != nil || len(last) != len(object) {
			t.Fatalf("got %d names of %d, %v", len(last), len(object), err)
		}
		for key, i := range last {
			element, ok := object[key]
			if !ok {
				t.Fatalf("key %q is not in %v", key, object)
			}
			want, _ := follow(element, l.Each, false)
			checkObject(t, rows.At(i), want, l.Shape)
		}
	default:
		var wrong *view.Error
		if !errors.As(err, &wrong) {
			t.Fatalf("got %v in container %d of %v", err, l.In, answer)
		}
	}
}

func checkKey(t *testing.T, rows view.Rows, i int, element any, match string) {
	t.Helper()
	want, wantOK := "", false
	value, _ := follow(element, match, false)
	switch value := value.(type) {
	case string:
		want, wantOK = value, true
	case json.Number:
		if !strings.ContainsAny(value.String(), ".eE") {
			want, wantOK = value.String(), true
		}
	}
	if match == "" {
		want, wantOK = "", false
	}
	if got, ok := rows.Key(i); got != want || ok != wantOK {
		t.Fatalf("key of row %d is %q, %v; want %q, %v", i, got, ok, want, wantOK)
	}
}

func FuzzFind(f *testing.F) {
	for _, text := range trickyDocuments() {
		f.Add([]byte(text), "/a/b")
		f.Add([]byte(text), "/0")
	}
	f.Add([]byte(`{"error":{"code":7,"error":[1,{"x~/y":null}]}}`), "/error/error/1/x~0~1y")
	f.Add([]byte(`[0,1,2]`), "/01")
	f.Add([]byte(`{"a":1`), "/a")
	f.Fuzz(func(t *testing.T, text []byte, pointer string) {
		got, ok := view.Find(text, pointer)
		if !json.Valid(text) {
			return // whatever it found, it came back
		}
		want, wantOK := follow(decode(t, text), pointer, false)
		if ok != wantOK {
			t.Fatalf("Find(%q, %q) = %v, want %v", text, pointer, ok, wantOK)
		}
		if !ok {
			return
		}
		if diff := diffOf(want, decode(t, got.Raw())); diff != "" {
			t.Fatalf("Find(%q, %q) (-want +got):\n%s", text, pointer, diff)
		}
	})
}

func FuzzPointer(f *testing.F) {
	for _, pointer := range []string{"", "/", "/a/b", "/a~1b/m~0n", "a", "/~", "/~2", "//", "/images/0/url"} {
		f.Add(pointer)
	}
	f.Fuzz(func(t *testing.T, pointer string) {
		tokens, err := view.ParsePointer(pointer)
		if err != nil {
			return
		}
		var again strings.Builder
		for _, token := range tokens {
			again.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(token))
		}
		if again.String() != pointer {
			t.Fatalf("ParsePointer(%q) = %q", pointer, tokens)
		}
	})
}

// FuzzBuild builds an object from one member and reads the member again.
func FuzzBuild(f *testing.F) {
	f.Add("/a", "/a/b", []byte(`{"b":1,"c":2}`), []byte(`"x"`))
	f.Add("/a/1", "/a", []byte(`true`), []byte(`[1,2,3]`))
	f.Add("/a/99999999999", "/b", []byte(`true`), []byte(`null`))
	f.Add("", "/b", []byte(`{"a":{}}`), []byte(`null`))
	f.Fuzz(func(t *testing.T, first, second string, one, two []byte) {
		for _, pointer := range []string{first, second} {
			if _, err := view.ParsePointer(pointer); err != nil || strings.ToValidUTF8(pointer, "") != pointer {
				t.Skip()
			}
		}
		if !json.Valid(one) || !json.Valid(two) {
			t.Skip()
		}
		o := view.ObjectOf(view.Build[product](view.NewShape(first, second), one, two))
		if !json.Valid(o.JSON()) && !o.IsNull() {
			t.Fatalf("Build(%q, %q) wrote %q", first, second, o.JSON())
		}
		if strings.HasPrefix(first, second) || strings.HasPrefix(second, first) {
			return // one changes the other
		}
		for slot, member := range [][]byte{one, two} {
			if diff := diffOf(decode(t, member), o.Value(slot+1)); diff != "" {
				t.Fatalf("slot %d of %s (-want +got):\n%s", slot+1, o.JSON(), diff)
			}
		}
	})
}
