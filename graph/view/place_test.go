package view_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/graph/view"
	"weft/upstream"
)

type failing interface {
	error
	Failure() *upstream.Error
}

// TestFailure: an error says where in the whole answer a value is, what is wanted there and what is there; never the value.
func TestFailure(t *testing.T) {
	list := view.Layout{At: "/data", In: view.List, Each: "/item", Shape: view.NewShape("/size/width", "/names")}
	row := func(i int, read func(view.Object) error) func(view.Rows) error {
		return func(r view.Rows) error { return read(r.At(i)) }
	}
	width := func(o view.Object) error { _, err := view.Get(o, 1, view.Int); return err }
	names := view.ListOf(view.EachAt("/text", view.String))
	for name, c := range map[string]struct {
		layout view.Layout
		text   string
		read   func(view.Rows) error
		want   string
	}{
		"AMember":      {list, ` {"data" : [{"item":{"size":{"width":1}}}, {"item":{"x":{"y":[1,{}]},"size":{"width":{}}}}]}`, row(1, width), "/data/1/item/size/width: want Int, got object"},
		"Null":         {list, `{"data":[{"item":{"size":{"width":null}}}]}`, row(0, width), "/data/0/item/size/width: want Int, got null"},
		"NothingThere": {list, `{"data":[{"item":{}},{"item":{"a":1}}]}`, row(1, width), "/data/1/item/size/width: want Int, got nothing"},
		"NullOnTheWay": {list, `{"data":[{"item":{"size":null}}]}`, row(0, width), "/data/0/item/size: want Int, got null"},
		"AnElement": {list, `{"data":[{"item":{"names":[{"text":"a"},{"text":7}]}}]}`, row(0, func(o view.Object) error {
			_, err := view.Get(o, 2, names)
			return err
		}), "/data/0/item/names/1/text: want String, got number"},
		"ElementWithNothing": {list, `{"data":[{"item":{"names":[{"text":"a"},{}]}}]}`, row(0, func(o view.Object) error {
			_, err := view.Get(o, 2, names)
			return err
		}), "/data/0/item/names/1/text: want String, got nothing"},
		"AKey": {
			view.Layout{At: "/by~1id", In: view.Map, Shape: view.NewShape("/a")},
			`{"by/id":{"secret":{"a":1},"other":{"a~b":0,"a":[]}}}`,
			row(1, width), "/by~1id/*/a: want Int, got list",
		},
		"Escapes": {
			view.Layout{Shape: view.NewShape("/a~1b")}, `{"c":"}]\"","a\/b":"\u0061"}`, row(0, width), "/a~1b: want Int, got string",
		},
		"InAnObject": {view.Layout{Shape: view.NewShape("/o")}, `{"x":[[]],"o":{"v":{"v":true}}}`, row(0, func(o view.Object) error {
			inner, err := view.Get(o, 1, view.Nested[thing](view.NewShape("/v/v")))
			if err != nil {
				return err
			}
			_, err = view.Get(view.ObjectOf(inner), 1, view.Int)
			return err
		}), "/o/v/v: want Int, got boolean"},
		"Kind": {view.Layout{Shape: view.NewShape("/o")}, `{"o":{"kind":"secret"}}`, row(0, func(o view.Object) error {
			_, err := view.Get(o, 1, view.Discriminate[fmt.Stringer]("/kind", nil))
			return err
		}), "/o/kind: want a known Stringer, got another string"},
		"FarBehind": {
			view.Layout{Shape: view.NewShape("/o")},
			`{"x":"` + strings.Repeat("x", 256<<10) + `","o":1}`,
			row(0, func(o view.Object) error { _, err := view.Get(o, 1, view.String); return err }), "/o: want String, got number",
		},
	} {
		t.Run(name, func(t *testing.T) {
			source := &view.Source{Upstream: "catalog", Binding: "Product", At: "shop.graphql:3"}
			if c.layout.In == view.Map {
				source.Key = 2
			}
			rows, err := view.NewScanner(c.layout).Scan([]byte(c.text), source, 7)
			if err == nil {
				err = c.read(rows)
			}
			wrong, ok := errors.AsType[failing](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			got := wrong.Failure()
			if got.Mismatch.String() != c.want {
				t.Errorf("got %s, want %s", got.Mismatch, c.want)
			}
			got.Mismatch = nil
			want := upstream.Error{Upstream: "catalog", Endpoint: "Product", At: "shop.graphql:3", Kind: upstream.BadResponse, Call: 7}
			if diff := cmp.Diff(want.Error(), got.Error()); diff != "" || got.Call != 7 {
				t.Errorf("call %d (-want +got):\n%s", got.Call, diff)
			}
		})
	}
}

type thing view.Object

func TestFailureOfAWholeAnswer(t *testing.T) {
	for text, want := range map[string]string{
		`{"data":7}`:            "/data: want list, got number",
		`{"data":[`:             "want JSON, got something else at byte 9: unexpected end",
		` <!doctype html>`:      "want JSON, got HTML or XML",
		`{"data":[]} <!-- -->`:  "want JSON, got something else at byte 12: text after the value",
		`{"data":[{"a":secret}`: "want JSON, got something else at byte 14: invalid value",
	} {
		_, err := view.NewScanner(view.Layout{At: "/data", In: view.List}).Scan([]byte(text), &view.Source{Upstream: "catalog"}, 1)
		wrong, ok := errors.AsType[failing](err)
		if !ok {
			t.Fatalf("%s: got %v", text, err)
		}
		if got := wrong.Failure().Mismatch.String(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
