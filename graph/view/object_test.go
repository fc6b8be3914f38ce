package view_test

import (
	"encoding/json"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"weft/graph/view"
)

func items(t testing.TB, n int) view.Rows {
	t.Helper()
	rows, err := view.NewScanner(view.Layout{In: view.List, Match: "/id", Shape: itemShape}).Scan(itemBody(n), &view.Source{Upstream: "catalog"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestObject(t *testing.T) {
	rows, err := view.NewScanner(view.Layout{In: view.List, Shape: view.NewShape("/a", "/b")}).Scan(
		[]byte(`[{"a":1,"b":null},{"a":1},null,5,{"b":{}}]`), &view.Source{Upstream: "src"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	type facts struct {
		Zero, Null, A, B, Complete bool
		Kind                       view.Kind
		Source                     string
	}
	factsOf := func(o view.Object) facts {
		return facts{o.IsZero(), o.IsNull(), o.Has(1), o.Has(2), o.Complete(), o.Kind(0), o.Source()}
	}
	want := []facts{
		{A: true, B: true, Complete: true, Kind: view.KindObject, Source: "src"},
		{A: true, Kind: view.KindObject, Source: "src"},
		{Null: true, Kind: view.KindNull, Source: "src"},
		{Kind: view.KindNumber, Source: "src"},
		{B: true, Kind: view.KindObject, Source: "src"},
		{Zero: true, Null: true, Kind: view.KindNothing},
	}
	for i, o := range append(rows.Objects(), view.Object{}) {
		if diff := cmp.Diff(want[i], factsOf(o)); diff != "" {
			t.Errorf("object %d (-want +got):\n%s", i, diff)
		}
	}
	if size := unsafe.Sizeof(view.Object{}); size != 16 {
		t.Errorf("an Object has %d bytes", size)
	}
}

func TestObjectKeys(t *testing.T) {
	type result struct {
		Key    string
		KeyOK  bool
		Keys   []string
		KeysOK bool
	}
	for text, want := range map[string]result{
		`"a"`:             {Key: "a", KeyOK: true},
		`"\u0061/"`:       {Key: "a/", KeyOK: true},
		`12`:              {Key: "12", KeyOK: true},
		`-3`:              {Key: "-3", KeyOK: true},
		`1.0`:             {},
		`1e3`:             {},
		`true`:            {},
		`null`:            {},
		``:                {},
		`{}`:              {},
		`[]`:              {Keys: []string{}, KeysOK: true},
		`[1,"b",null]`:    {Keys: []string{"1", "b"}, KeysOK: true},
		`["a",{}]`:        {},
		`[ "\n" , [1] ]`:  {},
		`[ "\n" , 1e1 ]`:  {},
		`[null , null  ]`: {Keys: []string{}, KeysOK: true},
	} {
		o := object(t, text)
		var got result
		got.Key, got.KeyOK = o.Key(1)
		got.Keys, got.KeysOK = o.Keys(1, view.Path{})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestObjectValue(t *testing.T) {
	for text, want := range map[string]any{
		`"a\n"`: "a\n", `1.50`: json.Number("1.50"), `true`: true, `false`: false, `null`: nil, ``: nil, `[]`: []any{}, `{}`: map[string]any{},
		`{"\u0061":[1,{"b":null}],"a":["x"]}`: map[string]any{"a": []any{"x"}},
	} {
		if diff := cmp.Diff(want, object(t, text).Value(1)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestJSONCannotReachBeyondTheObject(t *testing.T) {
	o := items(t, 2).At(0)
	before := string(items(t, 2).At(1).JSON())
	_ = append(o.JSON(), "xxxxxxxxxx"...)
	raw, err := view.Get(o, 1, view.Any)
	if err != nil {
		t.Fatal(err)
	}
	_ = append(raw, "xxxxxxxxxx"...)
	if got := string(items(t, 2).At(1).JSON()); got != before {
		t.Errorf("got %s, want %s", got, before)
	}
}

func TestCloneHoldsOnlyItself(t *testing.T) {
	rows := items(t, 100)
	o := rows.At(42)
	c := o.Clone()
	for slot := 0; slot <= itemShape.Len(); slot++ {
		if diff := cmp.Diff(o.Value(slot), c.Value(slot)); diff != "" {
			t.Errorf("slot %d (-original +clone):\n%s", slot, diff)
		}
	}
	if c.Source() != "catalog" || !c.Complete() {
		t.Errorf("clone of %s: source %q, complete %v", o.JSON(), c.Source(), c.Complete())
	}
	if unsafe.SliceData(c.JSON()) == unsafe.SliceData(o.JSON()) {
		t.Error("the clone shares its body's text")
	}
	if cap(c.JSON()) != len(c.JSON()) || c.Size() < len(c.JSON())+8*(1+itemShape.Len()) || c.Size() > 2*len(c.JSON()) {
		t.Errorf("a clone of %d bytes of text has size %d", len(c.JSON()), c.Size())
	}
	if z := (view.Object{}).Clone(); !z.IsZero() || z.Size() != 0 || z.JSON() != nil {
		t.Errorf("clone of no object is %v", z)
	}
}

func TestViews(t *testing.T) {
	rows, err := view.NewScanner(view.Layout{In: view.List, Shape: nameShape}).Scan([]byte(`[{"name":"a"},null,{"name":"b"}]`), &view.Source{Upstream: "x"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	list := view.AsList[product](rows.Objects())
	if len(list) != 3 || list[0].name() != "a" || list[1] != nil || list[2].name() != "b" {
		t.Errorf("AsList = %v", list)
	}
	if one := view.As[product](rows.At(2)); view.ObjectOf(one) != rows.At(2) {
		t.Errorf("ObjectOf(As) = %v, want %v", view.ObjectOf(one), rows.At(2))
	}
	if null := view.As[product](rows.At(1)); null != nil || !view.ObjectOf(null).IsZero() {
		t.Errorf("a view of null is %v", null)
	}
}

func TestReadingDoesNotAllocate(t *testing.T) {
	o := items(t, 10).At(3)
	rows := items(t, 10)
	for name, f := range map[string]func(){
		"String":  func() { _, _ = view.Get(o, 2, view.String) },
		"ID":      func() { _, _ = view.Get(o, 1, view.ID) },
		"Float":   func() { _, _ = view.Get(o, 3, view.Float) },
		"Int":     func() { _, _ = view.Get(o, 4, view.Int) },
		"Boolean": func() { _, _ = view.Get(o, 5, view.Boolean) },
		"Key":     func() { _, _ = o.Key(1); _, _ = rows.Key(3) },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func TestScanAllocatesOnceForAllRows(t *testing.T) {
	body := itemBody(100)
	scanner := view.NewScanner(view.Layout{In: view.List, Match: "/id", Shape: itemShape})
	n := testing.AllocsPerRun(20, func() {
		if _, err := scanner.Scan(body, &view.Source{Upstream: "x"}, 0); err != nil {
			t.Error(err)
		}
	})
	if n > 4 {
		t.Errorf("a scan of 100 objects makes %v allocations", n)
	}
}
