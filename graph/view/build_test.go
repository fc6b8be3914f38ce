package view_test

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/graph/view"
)

func TestBuild(t *testing.T) {
	raw := func(members ...string) (list [][]byte) {
		for _, m := range members {
			if m == "" {
				list = append(list, nil)
			} else {
				list = append(list, []byte(m))
			}
		}
		return list
	}
	for name, c := range map[string]struct {
		pointers []string
		members  [][]byte
		want     string
	}{
		"Flat":            {[]string{"/id", "/a\"b", "/c~1d"}, raw(`1`, `"x"`, `[ ]`), `{"id":1,"a\"b":"x","c/d":[ ]}`},
		"Absent":          {[]string{"/id", "/n", "/m"}, raw(``, `2`), `{"n":2}`},
		"Nothing":         {nil, nil, `{}`},
		"Nested":          {[]string{"/id", "/origin/city", "/origin/zip"}, raw(`1`, `"a"`, `"b"`), `{"id":1,"origin":{"city":"a","zip":"b"}}`},
		"List":            {[]string{"/images/2/url", "/images/0/url"}, raw(`"c"`, `"a"`), `{"images":[{"url":"a"},null,{"url":"c"}]}`},
		"NumberedMember":  {[]string{"/0", "/a/b"}, raw(`1`, `2`), `{"0":1,"a":{"b":2}}`},
		"FarIndex":        {[]string{"/a/5000"}, raw(`1`), `{"a":{"5000":1}}`},
		"Mixed":           {[]string{"/a/0", "/a/x"}, raw(`1`, `2`), `{"a":{"0":1,"x":2}}`},
		"DeeperCounts":    {[]string{"/o/city", "/o"}, raw(`"new"`, `{"city":"old","zip":{"a":1}}`), `{"o":{"city":"new","zip":{"a":1}}}`},
		"DeeperInList":    {[]string{"/o", "/o/1/x"}, raw(`[1,{"x":2,"y":3},4]`, `5`), `{"o":[1,{"x":5,"y":3},4]}`},
		"DeeperInScalar":  {[]string{"/o", "/o/x"}, raw(`null`, `5`), `{"o":{"x":5}}`},
		"DeeperInEmpty":   {[]string{"/o", "/o/0"}, raw(`{}`, `5`), `{"o":{"0":5}}`},
		"Equal":           {[]string{"/a", "/a"}, raw(`1`, `2`), `{"a":2}`},
		"EqualFirstGiven": {[]string{"/a", "/a"}, raw(`1`, ``), `{"a":1}`},
		"Whole":           {[]string{"", "/a"}, raw(`{"a":1,"b":2}`, `3`), `{"a":3,"b":2}`},
		"NotUTF8":         {[]string{"/a"}, raw("\"\xff\""), `{"a":"�"}`},
	} {
		t.Run(name, func(t *testing.T) {
			o := view.ObjectOf(view.Build[product](view.NewShape(c.pointers...), c.members...))
			if got := string(o.JSON()); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			checkObject(t, o, decode(t, []byte(c.want)), view.NewShape(c.pointers...))
		})
	}
}

func TestBuildPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"NotJSON":   func() { view.Build[product](view.NewShape("/a"), []byte(`{`)) },
		"Injection": func() { view.Build[product](view.NewShape("/a"), []byte(`1,"admin":true`)) },
		"Deeper":    func() { view.Build[product](view.NewShape("/a", "/a/b"), []byte(`[1,]`), []byte(`1`)) },
		"TooMany":   func() { view.Build[product](view.NewShape("/a"), []byte(`1`), []byte(`2`)) },
		"NilShape":  func() { view.Build[product](nil, []byte(`1`)) },
	} {
		if got := panicOf(f); !strings.HasPrefix(got, "view: ") {
			t.Errorf("%s: panic is %q", name, got)
		}
	}
}

type money struct{ cents int }

func (m money) MarshalGQL(w io.Writer) { fmt.Fprintf(w, `"%d.%02d"`, m.cents/100, m.cents%100) }

func TestJSON(t *testing.T) {
	p := view.Build[product](nameShape, view.JSON("a"))
	for want, values := range map[string][]any{
		`null`:                     {nil, (*string)(nil), (*int)(nil), (*product)(nil), product{}, view.Raw(nil), []string(nil), (*money)(nil), map[string]int(nil)},
		`"a<b>\"\\\u000a\u0000é�"`: {"a<b>\"\\\n\x00é\xff", ptr("a<b>\"\\\n\x00é\xff")},
		`1`:                        {1, ptr(1), int64(1), uint8(1), 1.0, view.Raw("1")},
		`1.5`:                      {1.5, ptr(1.5)},
		`true`:                     {true, ptr(true)},
		`{"name":"a"}`: {p, *p, view.ObjectOf(p), map[string]any{"name": "a"}, struct {
			Name string `json:"name"`
		}{"a"}},
		`[{"name":"a"},null]`:    {[]*product{p, nil}, []product{*p, {}}, []view.Object{view.ObjectOf(p), {}}},
		`["a","b"]`:              {[]string{"a", "b"}, []*string{ptr("a"), ptr("b")}, []any{"a", view.Raw(`"b"`)}},
		`[]`:                     {[]string{}},
		`[[1],null,[]]`:          {[][]int{{1}, nil, {}}},
		`"1.05"`:                 {money{105}, &money{105}},
		`["1.05","0.01"]`:        {[]money{{105}, {1}}},
		`"2024-05-06T00:00:00Z"`: {time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC), ptr(time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC))},
		`"AQI="`:                 {[]byte{1, 2}},
		`"RED<"`:                 {color("RED<")},
	} {
		for _, v := range values {
			if got := string(view.JSON(v)); got != want {
				t.Errorf("JSON(%T %v) = %s, want %s", v, v, got, want)
			}
		}
	}
	for _, v := range []any{math.NaN(), make(chan int)} {
		if got := panicOf(func() { view.JSON(v) }); !strings.HasPrefix(got, "view: ") {
			t.Errorf("JSON(%v): panic is %q", v, got)
		}
	}
}

func TestJSONAt(t *testing.T) {
	for pointer, want := range map[string]string{"/part": `{"part":[1]}`, "/a/b": `{"a":{"b":[1]}}`, "/a/1": `{"a":[null,[1]]}`, "": `[1]`} {
		text := view.JSONAt(pointer, []byte(`[1]`))
		if string(text) != want {
			t.Errorf("%q: got %s, want %s", pointer, text, want)
		}
		if v, ok := view.Find(text, pointer); !ok || string(v.Raw()) != "[1]" {
			t.Errorf("%q leads to %s in %s", pointer, v.Raw(), text)
		}
	}
	if got := panicOf(func() { view.JSONAt("/a", []byte(`1,2`)) }); !strings.HasPrefix(got, "view: ") {
		t.Errorf("panic is %q", got)
	}
}

func TestEnumJSON(t *testing.T) {
	values := view.EnumValues{"red-ish": "RED", "crimson": "RED", "g": "GREEN"}
	for v, want := range map[color]string{"RED": `"crimson"`, "GREEN": `"g"`, "BLUE": `"BLUE"`} {
		if got := string(view.EnumJSON(values, v)); got != want {
			t.Errorf("%s = %s, want %s", v, got, want)
		}
		if got := string(view.EnumJSONOpt(values, &v)); got != want {
			t.Errorf("&%s = %s, want %s", v, got, want)
		}
	}
	if got := string(view.EnumJSONOpt[color](values, nil)); got != "null" {
		t.Errorf("nil = %s", got)
	}
	element := func(c color) []byte { return view.EnumJSON(values, c) }
	for want, list := range map[string][]color{`["g","crimson"]`: {"GREEN", "RED"}, `[]`: {}, `null`: nil} {
		if got := string(view.ListJSON(list, element)); got != want {
			t.Errorf("list = %s, want %s", got, want)
		}
	}
}

func TestRaw(t *testing.T) {
	var r view.Raw
	if err := r.UnmarshalGQL(map[string]any{"a": []any{1, "<"}}); err != nil || string(r) != `{"a":[1,"<"]}` {
		t.Errorf("UnmarshalGQL: %s, %v", r, err)
	}
	if err := r.UnmarshalGQL(make(chan int)); err == nil {
		t.Error("UnmarshalGQL of a channel succeeded")
	}
	text := []byte(`[1]`)
	if err := r.UnmarshalJSON(text); err != nil {
		t.Error(err)
	}
	text[1] = '2'
	for want, r := range map[string]view.Raw{`[1]`: r, `null`: nil} {
		var w strings.Builder
		r.MarshalGQL(&w)
		got, err := r.MarshalJSON()
		if diff := cmp.Diff([]string{want, want}, []string{w.String(), string(got)}); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}

func TestFind(t *testing.T) {
	text := []byte(` {"error":{"code":7,"text":"a\nb","ok":false,"more":[null,{}]},"n":null} `)
	for pointer, want := range map[string]struct {
		raw, text string
		null      bool
	}{
		"/error/code":   {"7", "7", false},
		"/error/text":   {`"a\nb"`, "a\nb", false},
		"/error/ok":     {"false", "false", false},
		"/error/more":   {"[null,{}]", "", false},
		"/error/more/1": {"{}", "", false},
		"/error/more/0": {"null", "", true},
		"/n":            {"null", "", true},
	} {
		v, ok := view.Find(text, pointer)
		if !ok || string(v.Raw()) != want.raw || v.Text() != want.text || v.IsNull() != want.null {
			t.Errorf("%s = %s, %q, null %v, found %v", pointer, v.Raw(), v.Text(), v.IsNull(), ok)
		}
	}
	for _, pointer := range []string{"/x", "/n/x", "/error/more/2", "/error/more/x", "/error/code/x", "error", "/~"} {
		if v, ok := view.Find(text, pointer); ok {
			t.Errorf("%s = %s, want nothing", pointer, v.Raw())
		}
	}
	if v, ok := view.Find(nil, ""); ok || v.Raw() != nil || !v.IsNull() || v.Text() != "" {
		t.Errorf("in no text: %s", v.Raw())
	}
}

func TestParsePointer(t *testing.T) {
	for pointer, want := range map[string][]string{
		"": nil, "/": {""}, "/a": {"a"}, "/a/0/b": {"a", "0", "b"}, "/~1~0": {"/~"}, "/~01": {"~1"}, "//": {"", ""}, "/é%20 ": {"é%20 "},
	} {
		if got, err := view.ParsePointer(pointer); err != nil || !cmp.Equal(got, want) {
			t.Errorf("ParsePointer(%q) = %q, %v; want %q", pointer, got, err, want)
		}
	}
	for pointer, want := range map[string]string{
		"a":    `JSON pointer "a" does not start with a slash`,
		"#/a":  `JSON pointer "#/a" does not start with a slash`,
		"/a~":  `JSON pointer "/a~": a tilde is written ~0`,
		"/~2a": `JSON pointer "/~2a": a tilde is written ~0`,
	} {
		if _, err := view.ParsePointer(pointer); errText(err) != want {
			t.Errorf("ParsePointer(%q): got %q, want %q", pointer, errText(err), want)
		}
	}
}
