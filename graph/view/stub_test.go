package view_test

import (
	"errors"
	"fmt"
	"testing"

	"weft/graph/view"
)

// An object gets what it lacks of several others, one after another, each of which may have got something itself. What is wrong with a member
// names who gave it.
func TestFilled(t *testing.T) {
	shape := view.NewShape("/a", "/b", "/c", "/d", "/e")
	object := func(source, text string) view.Object {
		rows, err := view.NewScanner(view.Layout{In: view.List, Shape: shape}).Scan([]byte(" [ "+text+"]"), &view.Source{Upstream: source}, 0)
		if err != nil {
			t.Fatal(err)
		}
		return rows.At(0)
	}
	gone := errors.New("gone")
	stub := object("first", `{"a": "1"}`).Filled([]int{2}, view.Rest{Object: object("second", `{"a": "2", "b": "2"}`)})
	other := object("third", `{"a": "3", "b": "3", "c": "3"}`).Filled([]int{4, 5}, view.Rest{Object: object("fourth", `{"c": "4", "d": "4"}`)})
	lost := object("fifth", `{"a": "5"}`).Filled([]int{3, 4}, view.Rest{Err: gone})
	for name, c := range map[string]struct {
		object view.Object
		want   string
	}{
		"once":             {stub, "first 1 second 2 - - -"},
		"by one filled":    {stub.Filled([]int{3, 4, 5}, view.Rest{Object: other}), "first 1 second 2 third 3 fourth 4 -"},
		"by part of it":    {stub.Filled([]int{4}, view.Rest{Object: other}), "first 1 second 2 - fourth 4 -"},
		"twice":            {stub.Filled([]int{3}, view.Rest{Object: other}).Filled([]int{4}, view.Rest{Object: other}), "first 1 second 2 third 3 fourth 4 -"},
		"by what is gone":  {stub.Filled([]int{3, 4}, view.Rest{Err: gone}), "first 1 second 2 gone gone -"},
		"by one lost":      {stub.Filled([]int{3, 5}, view.Rest{Object: lost}), "first 1 second 2 gone - -"},
		"gone, then there": {lost.Filled([]int{4}, view.Rest{Object: other}), "fifth 5 - gone fourth 4 -"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for slot := range shape.Len() {
				got += " " + fact(c.object, slot+1)
			}
			if got[1:] != c.want {
				t.Errorf("got %s, want %s", got[1:], c.want)
			}
		})
	}
}

// What an object lacks, and has not got from others either, is missing of who was asked last, also within a member.
func TestFilledWithout(t *testing.T) {
	shape := view.NewShape("/a", "/b", "/c", "/d")
	object := func(source, text string) view.Object {
		rows, err := view.NewScanner(view.Layout{In: view.List, Shape: shape}).Scan([]byte("[{}, "+text+"]"), &view.Source{Upstream: source}, 0)
		if err != nil {
			t.Fatal(err)
		}
		return rows.At(1)
	}
	second := object("second", `{"b": {}, "c": null}`).Filled([]int{4}, view.Rest{Object: object("third", `{}`)})
	filled := object("first", `{"b": 1}`).Filled([]int{2, 3, 4}, view.Rest{Object: second})
	for slot, want := range []string{"first", "second", "second", "third"} {
		if got := filled.Member(slot + 1).Source(); got != want {
			t.Errorf("slot %d: got %s, want %s", slot+1, got, want)
		}
	}
	if got := filled.Member(2).At(view.NewPath("/x/y")).Source(); got != "second" {
		t.Errorf("in slot 2: got %s, want second", got)
	}
	again := object("fourth", `{}`).Filled([]int{1, 2, 3, 4}, view.Rest{Object: filled})
	for slot, want := range []string{"first", "second", "second", "third"} {
		if got := again.Member(slot + 1).Source(); got != want {
			t.Errorf("slot %d of another: got %s, want %s", slot+1, got, want)
		}
	}
}

// fact is a member, with its source: "first 1"; "-" where there is none.
func fact(o view.Object, slot int) string {
	if err := o.Lost(slot, true); err != nil {
		return err.Error()
	}
	v := o.Member(slot)
	if v.IsNull() {
		return "-"
	}
	var mistake *view.Error
	if !errors.As(v.Object(), &mistake) {
		return "no error"
	}
	return fmt.Sprintf("%s %s", mistake.Source, v.Text())
}
