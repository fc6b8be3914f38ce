package view_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/graph/view"
)

type (
	product view.Object
	review  view.Object
)

// trickyDocuments are texts, valid and not, on which JSON readers tend to differ.
func trickyDocuments() []string {
	docs := []string{
		// white space and what surrounds the value
		"", " ", "null", " \t\r\n null \n", "\ufeffnull", "null null", "null,", "\fnull", "\x00", "null\x00", "\vtrue", "\u00a0null",
		// literals
		"true", "false", "tru", "truE", "nul", "nulll", "falsey", "True", "undefined", "NaN", "Infinity", "-Infinity",
		// numbers
		"0", "-0", "-", "+1", "01", "-01", "1.", ".5", "1.5", "-1.5e+10", "1e", "1e+", "1E-7", "1e5.5", "0e0", "0x10", "1_000", "--1", "1e400", "-0.0", "00", "1 2",
		"9007199254740993", "123456789012345678901234567890", "0." + strings.Repeat("0", 400) + "1",
		// strings
		`""`, `"a`, `"`, `"\"`, `"\\"`, `"\x41"`, `"\u12"`, `"\u12G4"`, `"\u00e9"`, `"\uD834\uDD1E"`, `"\ud834"`, `"\ud834\ud834\udd1e"`, `"\udd1e"`, `"\ud834A"`,
		`"\ud834\n"`, `"\/\b\f\n\r\t\"\\"`, "\"\x00\"", "\"a\tb\"", "\"\x1f\"", "\"\x7f\"", "\"é€😀\"", "\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\\\xff\"",
		"\xff", "[\xff]", `'a'`, `"1234567"`, `"12345678"`, "\"1234567\n\"", `"12345678\u0041"`, `"1234567\"8"`, "\"\u2028\"", `"\U0041"`, `"a"b`, `"\`,
		// lists
		"[]", "[ ]", "[1]", "[1,]", "[,1]", "[1 2]", "[1,2", "[", "]", "[]]", "[[]", "[[],[[]]]", `["a",null,true,{}]`, "[1}", "[1,,2]",
		// objects
		"{}", "{ }", `{"a":1}`, `{"a":1,}`, `{,"a":1}`, `{"a"}`, `{"a":}`, `{"a" 1}`, `{a:1}`, `{"a":1 "b":2}`, `{"a":1`, `{"a`, "{", "}", `{"a":1]`, `{1:2}`, `{null:1}`, `{"a"::1}`,
		`{"a":1,"a":2}`, `{"a":{"b":1},"a":{}}`, `{"a":{"b":1},"a":null}`, `{"a":{"b":1},"a":[]}`, `{"a":[{"b":1}],"a":3}`, `{"\u0061":{"\u0062":1},"a":{"b":2}}`, `{"a":{"b":2},"\u0061":{"\u0062":1}}`,
		`{"":1}`, `{"a":{"":1}}`, `{"a/b":1,"a~b":2}`, `{"0":"zero"}`, "{\"a\xff\":1,\"a�\":2}", "{\"a\x00\":1}", `{"a" : { "b" : [ 1 , 2 ] } }`, "{\r\n\t\"a\":\t1}", `{"a":1}}`, `{"a":1},`,
		// comments and other languages
		"/**/null", "null//", "# x", "{'a':1}", "[1,2,...]", "<html>", `{"a":undefined}`,
	}
	for _, depth := range []int{100, 9999, 10000, 10001, 20000} {
		docs = append(docs,
			strings.Repeat("[", depth)+strings.Repeat("]", depth),
			strings.Repeat(`{"a":`, depth)+"1"+strings.Repeat("}", depth),
			strings.Repeat("[", depth))
	}
	return docs
}

func TestScanAcceptsWhatEncodingJSONDoes(t *testing.T) {
	shape := view.NewShape("/a", "/a/b", "/0", "")
	scanner := view.NewScanner(view.Layout{Shape: shape})
	for _, text := range trickyDocuments() {
		rows, err := scanner.Scan([]byte(text), &view.Source{Upstream: "x"}, 0)
		var syntax *view.SyntaxError
		if valid := json.Valid([]byte(text)); valid != !errors.As(err, &syntax) {
			t.Errorf("json.Valid(%.60q) = %v, Scan: %v", text, valid, err)
			continue
		}
		if syntax != nil || rows.Null() {
			continue
		}
		checkObject(t, rows.At(0), decode(t, []byte(text)), shape)
	}
}

func TestScanSyntaxErrors(t *testing.T) {
	scanner := view.NewScanner(view.Layout{Shape: view.NewShape("/a")})
	for text, want := range map[string]view.SyntaxError{
		``:                               {Offset: 0, Problem: "unexpected end"},
		`{"a":`:                          {Offset: 5, Problem: "unexpected end"},
		`{"a":1} x`:                      {Offset: 8, Problem: "text after the value"},
		`{"a":01}`:                       {Offset: 6, Problem: "expected a comma or the object's end"},
		`[1.x]`:                          {Offset: 3, Problem: "invalid value"},
		`[tru]`:                          {Offset: 1, Problem: "invalid value"},
		`["a\x"]`:                        {Offset: 3, Problem: "invalid string"},
		"[\"\xff\xff\", \"\n\"]":         {Offset: 8, Problem: "invalid string"},
		`{"a" 1}`:                        {Offset: 5, Problem: "expected a colon"},
		`{a}`:                            {Offset: 1, Problem: "expected a member name"},
		`[1 2]`:                          {Offset: 3, Problem: "expected a comma or the list's end"},
		strings.Repeat("[", 10001):       {Offset: 10000, Problem: "nested too deeply"},
		strings.Repeat(`{"a":`, 10001):   {Offset: 50000, Problem: "nested too deeply"},
		`{"abcdefgh":1,"abcdefgh\n" "`:   {Offset: 27, Problem: "expected a colon"},
		`{"a":"unterminated and long...`: {Offset: 30, Problem: "invalid string"},
	} {
		want.Source = "catalog"
		_, err := scanner.Scan([]byte(text), &view.Source{Upstream: "catalog"}, 0)
		var got *view.SyntaxError
		if !errors.As(err, &got) {
			t.Errorf("%.40q: got %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, *got); diff != "" {
			t.Errorf("%.40q (-want +got):\n%s", text, diff)
		}
	}
}

// row is what a test expects of one row.
type row struct {
	JSON string
	Key  string
	OK   bool
}

func rowsOf(rows view.Rows) []row {
	var got []row
	for i := range rows.Len() {
		key, ok := rows.Key(i)
		got = append(got, row{string(rows.At(i).JSON()), key, ok})
	}
	return got
}

func TestScanLayouts(t *testing.T) {
	shape := view.NewShape("/id", "/n")
	list := view.Layout{In: view.List, Match: "/id", Shape: shape}
	under := func(at string, l view.Layout) view.Layout { l.At = at; return l }
	wrapped := view.Layout{In: view.List, Each: "/node", Match: "/node/id", Shape: shape}
	byName := view.Layout{In: view.Map, Shape: shape}
	for name, c := range map[string]struct {
		layout view.Layout
		text   string
		want   []row
		null   bool
		err    string
	}{
		"SingleObject":         {layout: view.Layout{At: "/d", Shape: shape}, text: `{"d": {"id":1} }`, want: []row{{`{"id":1}`, "", false}}},
		"SingleScalar":         {layout: view.Layout{Shape: shape}, text: ` "x" `, want: []row{{`"x"`, "", false}}},
		"SingleNull":           {layout: view.Layout{Shape: shape}, text: `null`, null: true},
		"SingleAbsent":         {layout: view.Layout{At: "/d"}, text: `{"e":1}`, null: true},
		"SingleNullOnTheWay":   {layout: view.Layout{At: "/d/e"}, text: `{"d":null}`, null: true},
		"SingleInString":       {layout: view.Layout{At: "/d"}, text: ` "secret" `, err: "x: want object, got string"},
		"SingleInNumber":       {layout: view.Layout{At: "/d/e/f"}, text: `{"d":{"e":7}}`, err: "x: /d/e: want object, got number"},
		"SingleInBoolean":      {layout: view.Layout{At: "/d~1/e"}, text: `{"d/":false}`, err: "x: /d~1: want object, got boolean"},
		"SingleInAList":        {layout: view.Layout{At: "/d"}, text: `[{"d":1}]`, err: "x: want object, got list"},
		"SingleInNoElement":    {layout: view.Layout{At: "/0/d"}, text: `[]`, null: true},
		"SingleInEmptyList":    {layout: view.Layout{At: "/d"}, text: `[]`, null: true},
		"SingleIsNullAbove":    {layout: view.Layout{At: "/d"}, text: `null`, null: true},
		"SingleLastWins":       {layout: view.Layout{At: "/d"}, text: `{"d":1,"d":2}`, want: []row{{`2`, "", false}}},
		"SingleInList":         {layout: view.Layout{At: "/d/1"}, text: `{"d":[1,2]}`, want: []row{{`2`, "", false}}},
		"List":                 {layout: list, text: `[{"id":1},{"id":"a\tb"},{"id":1.5},{},null,5]`, want: []row{{`{"id":1}`, "1", true}, {`{"id":"a\tb"}`, "a\tb", true}, {`{"id":1.5}`, "", false}, {`{}`, "", false}, {`null`, "", false}, {`5`, "", false}}},
		"ListEmpty":            {layout: list, text: ` [ ] `},
		"ListNull":             {layout: list, text: `null`, null: true},
		"ListAbsent":           {layout: under("/d", list), text: `{}`, null: true},
		"ListInString":         {layout: under("/d", list), text: `"secret"`, err: "x: want object, got string"},
		"ListMissingInString":  {layout: view.Layout{At: "/d", In: view.List, Empty: view.EmptyMissing}, text: `"secret"`, err: "x: want object, got string"},
		"ListMissing":          {layout: view.Layout{At: "/d", In: view.List, Empty: view.EmptyMissing}, text: `{}`},
		"ListLastWins":         {layout: under("/d", list), text: `{"d":[{"id":1},{"id":2}],"d":[{"id":3}]}`, want: []row{{`{"id":3}`, "3", true}}},
		"ListLastIsNull":       {layout: under("/d", list), text: `{"d":[{"id":1}],"d":null}`, null: true},
		"ListLastWinsAbove":    {layout: under("/d/e", list), text: `{"d":{"e":[{"id":1}]},"d":{}}`, null: true},
		"ListIsObject":         {layout: under("/d", list), text: `{"d":{}}`, err: "x: /d: want list, got object"},
		"ListIsString":         {layout: list, text: `"secret"`, err: "x: want list, got string"},
		"ListLastIsString":     {layout: under("/d", list), text: `{"d":[],"d":"secret"}`, err: "x: /d: want list, got string"},
		"ListWrongThenRight":   {layout: under("/d", list), text: `{"d":"secret","d":[]}`},
		"ListOfLists":          {layout: view.Layout{In: view.List, Match: "/0"}, text: `[["k",1],["l",2]]`, want: []row{{`["k",1]`, "k", true}, {`["l",2]`, "l", true}}},
		"ListOfKeys":           {layout: view.Layout{In: view.List}, text: `["k"]`, want: []row{{`"k"`, "", false}}},
		"ListEach":             {layout: wrapped, text: `[{"node":{"id":1}},{"node":null},{},{"node":{"id":2},"node":{"n":1}}]`, want: []row{{`{"id":1}`, "1", true}, {`null`, "", false}, {``, "", false}, {`{"n":1}`, "", false}}},
		"ListMatchIsTheObject": {layout: view.Layout{In: view.List, Each: "/id", Match: "/id"}, text: `[{"id":7}]`, want: []row{{`7`, "7", true}}},
		"Map":                  {layout: byName, text: `{"1":{"id":1},"\u0032":null,"":{}}`, want: []row{{`{"id":1}`, "1", true}, {`null`, "2", true}, {`{}`, "", true}}},
		"MapEmpty":             {layout: byName, text: `{}`},
		"MapTwice":             {layout: byName, text: `{"1":{"id":1,"n":2},"2":{},"\u0031":{"id":3}}`, want: []row{{`{"id":1,"n":2}`, "1", true}, {`{}`, "2", true}, {`{"id":3}`, "1", true}}},
		"MapEach":              {layout: view.Layout{In: view.Map, Each: "/v"}, text: `{"1":{"v":5},"2":{},"1":{}}`, want: []row{{`5`, "1", true}, {``, "2", true}, {``, "1", true}}},
		"MapInNumber":          {layout: under("/d", byName), text: `7`, err: "x: want object, got number"},
		"MapIsList":            {layout: byName, text: `[]`, err: "x: want object, got list"},
		"MapAgain":             {layout: under("/d", byName), text: `{"d":{"1":{}},"d":{"1":{"id":2}}}`, want: []row{{`{"id":2}`, "1", true}}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := view.NewScanner(c.layout).Scan([]byte(c.text), &view.Source{Upstream: "x"}, 0)
			if got := errText(err); got != c.err {
				t.Fatalf("got error %q, want %q", got, c.err)
			}
			if diff := cmp.Diff(c.want, rowsOf(rows)); diff != "" || rows.Null() != c.null {
				t.Errorf("Null %v, rows (-want +got):\n%s", rows.Null(), diff)
			}
			if got := rows.Objects(); len(got) != len(c.want) || len(got) > 0 && got[0] != rows.At(0) {
				t.Errorf("Objects = %v", got)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestScanCompositeKeys(t *testing.T) {
	scanner := view.NewScanner(view.Layout{In: view.List, MatchAll: []string{"/sku", "/at/store"}})
	rows, err := scanner.Scan([]byte(`[{"sku":1,"at":{"store":"s"}},{"sku":1,"at":null},{"sku":1,"at":{"store":"s"},"at":{}}]`), &view.Source{Upstream: "stock"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := rows.Keys(0); !ok || !cmp.Equal(got, []string{"1", "s"}) {
		t.Errorf("Keys(0) = %q, %v", got, ok)
	}
	for i := 1; i < 3; i++ {
		if got, ok := rows.Keys(i); ok {
			t.Errorf("Keys(%d) = %q, want none", i, got)
		}
	}
	if got, ok := items(t, 1).Keys(0); !ok || !cmp.Equal(got, []string{"item-0"}) {
		t.Errorf("Keys of a simple key = %q, %v", got, ok)
	}
	if key, ok := rows.Key(0); ok {
		t.Errorf("Key(0) = %q of a composite key, want none", key)
	}
}

// The first element is shorter, then longer, than the others: the estimate of what the rest needs is wrong both times.
func TestScanRowsOfUnevenLength(t *testing.T) {
	scanner := view.NewScanner(view.Layout{In: view.List, Match: "/id", Shape: view.NewShape("/id")})
	long := `{"id":"` + strings.Repeat("x", 500) + `"}`
	for _, first := range []string{"0", long} {
		text := "[" + first + strings.Repeat(`,{"id":7}`, 3000) + strings.Repeat(","+long, 300) + "]"
		rows, err := scanner.Scan([]byte(text), &view.Source{Upstream: "x"}, 0)
		if err != nil || rows.Len() != 3301 {
			t.Fatalf("got %d rows, %v", rows.Len(), err)
		}
		for i := 1; i <= 3000; i++ {
			if key, _ := rows.Key(i); key != "7" || string(rows.At(i).JSON()) != `{"id":7}` {
				t.Fatalf("row %d is %s", i, rows.At(i).JSON())
			}
		}
	}
}

func TestScannerIsConcurrent(t *testing.T) {
	scanner := view.NewScanner(view.Layout{In: view.Map, Shape: itemShape})
	done := make(chan error, 4)
	for range cap(done) {
		go func() {
			_, err := scanner.Scan([]byte(`{"a":{"id":1},"b":{"id":2}}`), &view.Source{Upstream: "x"}, 0)
			done <- err
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestShapePointers(t *testing.T) {
	text := `{"id":1,"origin":{"city":"a","geo":[{"lat":1},{"lat":2}]},"m/n":3,"m~n":4,"0":5,
		"created_at_time":"c","created_at_date":"d","created_to_time":"e","":6,"z":null,"dup":{"x":1},"dup":{}}`
	for pointer, want := range map[string]string{
		"":                  strings.TrimSpace(text),
		"/id":               "1",
		"/origin/city":      `"a"`,
		"/origin/geo":       `[{"lat":1},{"lat":2}]`,
		"/origin/geo/1/lat": "2",
		"/origin/geo/0":     `{"lat":1}`,
		"/origin/geo/2/lat": "",
		"/origin/geo/01":    "",
		"/origin/geo/-":     "",
		"/m~1n":             "3",
		"/m~0n":             "4",
		"/0":                "5",
		"/created_at_time":  `"c"`,
		"/created_at_date":  `"d"`,
		"/created_to_time":  `"e"`,
		"/created_to_date":  "",
		"/":                 "6",
		"/z":                "null",
		"/z/a/0":            "null",
		"/id/x":             "",
		"/dup":              "{}",
		"/dup/x":            "",
	} {
		rows, err := view.NewScanner(view.Layout{Shape: view.NewShape("/id", pointer, "/origin/city", pointer)}).Scan([]byte(text), &view.Source{Upstream: "x"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, slot := range []int{2, 4} {
			raw, _ := view.Get(rows.At(0), slot, view.Null(view.Any))
			if want == "null" {
				if rows.At(0).Kind(slot) != view.KindNull {
					t.Errorf("%q is %v, want null", pointer, rows.At(0).Kind(slot))
				}
			} else if string(raw) != want {
				t.Errorf("%q = %s, want %s", pointer, raw, want)
			}
		}
	}
}

func TestNewShapePanics(t *testing.T) {
	for name, f := range map[string]func(){
		"Shape":        func() { view.NewShape("id") },
		"At":           func() { view.NewScanner(view.Layout{At: "/~"}) },
		"Match":        func() { view.NewScanner(view.Layout{In: view.List, Match: "x"}) },
		"EachAt":       func() { view.EachAt("x", view.ID) },
		"Discriminate": func() { view.Discriminate[named]("x", nil) },
		"Variant":      func() { view.Variant[named](view.String) },
	} {
		if got := panicOf(f); !strings.HasPrefix(got, "view: ") {
			t.Errorf("%s: panic is %q", name, got)
		}
	}
}

func panicOf(f func()) (text string) {
	defer func() { text, _ = recover().(string) }()
	f()
	return ""
}
