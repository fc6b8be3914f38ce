package view_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"weft/graph/view"
)

// Rows whose white space is another one than that of the row before, in one body and in the next, are read as they are.
func TestScanOtherWhiteSpace(t *testing.T) {
	spaces := []string{"", " ", "\n    ", "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t"}
	spelled := func(i int, open, name, value, after, comma string) string {
		return "{" + open + `"id"` + name + ":" + value + fmt.Sprint(i) + after + "," + comma + `"name"` + name + ":" + value + `"a"` + after + "," + comma +
			`"inner"` + name + ":" + value + "{" + open + `"x"` + name + ":" + value + "true" + after + "}" + after + "}"
	}
	var all []string
	for _, open := range spaces {
		for _, name := range spaces {
			for _, value := range spaces {
				for _, after := range spaces {
					for _, comma := range spaces {
						all = append(all, spelled(len(all), open, name, value, after, comma))
					}
				}
			}
		}
	}
	scanner := view.NewScanner(view.Layout{At: "/data", In: view.List, Shape: view.NewShape("/id", "/inner/x", "/name")})
	for first := range spaces {
		list := all
		if first > 0 { // in another order
			list = nil
			for i := range all {
				list = append(list, all[i*(4*first+1)%len(all)])
			}
		}
		for _, data := range []string{`{"data":`, `{"data": `, `{ "data" :`} {
			rows, err := scanner.Scan([]byte(data+"["+strings.Join(list, ",")+"]}"), &view.Source{Upstream: "s"}, 0)
			if err != nil || rows.Len() != len(list) {
				t.Fatalf("%d rows, %v", rows.Len(), err)
			}
			for i, text := range list {
				var want struct {
					ID    json.Number
					Name  string
					Inner struct{ X bool }
				}
				if err := json.Unmarshal([]byte(text), &want); err != nil {
					t.Fatal(err)
				}
				row := rows.At(i)
				var got []byte
				for slot := range 3 {
					var err error
					if got, err = view.AppendRaw(append(got, ' '), row.Member(1+slot)); err != nil {
						t.Fatal(err)
					}
				}
				if want := fmt.Sprintf(" %s %t %q", want.ID, want.Inner.X, want.Name); string(got) != want {
					t.Fatalf("%q: got %s, want %s", text, got, want)
				}
			}
		}
	}
}
