package view_test

import (
	"testing"

	"weft/graph/view"
)

func TestCloneList(t *testing.T) {
	shape := view.NewShape("/id", "/origin/city")
	scanner := view.NewScanner(view.Layout{At: "/data", In: view.List, Each: "/it", Match: "/id", Shape: shape})
	rows, err := scanner.Scan([]byte(`{"other":"xxxx","data":[{"it":{"id":1,"origin":{"city":"Ulm"}}}, {"it":null}, {}, {"it":{"origin":{},"id":"é"}}]}`), &view.Source{Upstream: "s"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	list, text := view.CloneList(rows.Objects(), `{"items":`, `,"next":"n"}`)
	const want = `{"items":[{"id":1,"origin":{"city":"Ulm"}},null,null,{"origin":{},"id":"é"}],"next":"n"}`
	if string(text) != want {
		t.Errorf("text\n got %s\nwant %s", text, want)
	}
	if size := view.SizeOf(list); size < len(want) || size > 1000 {
		t.Errorf("size %d", size)
	}
	again, err := view.NewScanner(view.Layout{At: "/items", In: view.List, Shape: shape}).Scan(text, &view.Source{Upstream: "s"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range list {
		for slot := range 1 + shape.Len() {
			if got, scanned, original := o.Value(slot), again.At(i).Value(slot), rows.At(i).Value(slot); slot > 0 && (got != scanned || got != original) {
				t.Errorf("object %d, slot %d: the clone has %v, scanned anew it is %v, the original has %v", i, slot, got, scanned, original)
			}
		}
		if o.IsNull() != rows.At(i).IsNull() || o.Complete() != rows.At(i).Complete() {
			t.Errorf("object %d: null or complete differ", i)
		}
	}
}

func TestCloneListEmpty(t *testing.T) {
	if list, text := view.CloneList(nil, "", ""); len(list) != 0 || string(text) != "[]" {
		t.Errorf("got %v, %s", list, text)
	}
	if list, text := view.CloneList([]view.Object{{}}, "", ""); !list[0].IsNull() || string(text) != "[null]" {
		t.Errorf("got %v, %s", list, text)
	}
}
