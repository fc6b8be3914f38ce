package view_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"weft/graph/view"
)

// Rows whose members differ in order, number and name are read as encoding/json reads them, also after those of another body.
func TestRowsThatDiffer(t *testing.T) {
	names := []string{"a", "ab", "id", "seven77", "eight888", "fifteen15151515", "sixteen161616161", "b", "abc", "", "é", "c"}
	var pointers []string
	for _, name := range names[:9] {
		pointers = append(pointers, "/"+name)
	}
	scanner := view.NewScanner(view.Layout{In: view.List, Shape: view.NewShape(append(pointers, "/b/a", "/b/id")...)})
	random := rand.New(rand.NewPCG(1, 2))
	object := func(b []byte, inner string) []byte {
		order := random.Perm(len(names))
		if random.IntN(3) > 0 { // mostly as always
			order = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
		}
		b = append(b, '{')
		for _, i := range order {
			if random.IntN(8) == 0 {
				continue
			}
			value := fmt.Sprint(random.IntN(1000))
			if names[i] == "b" && inner != "" {
				value = inner
			}
			b = fmt.Appendf(b, `"%s":%s,`, names[i], value)
			if random.IntN(20) == 0 {
				b = fmt.Appendf(b, `"%s":"again",`, names[i])
			}
		}
		return append([]byte(strings.TrimSuffix(string(b), ",")), '}')
	}
	for range 200 {
		body := []byte{'['}
		for range 20 {
			if len(body) > 1 {
				body = append(body, ',')
			}
			body = object(body, string(object(nil, "")))
		}
		body = append(body, ']')
		rows, err := scanner.Scan(body, &view.Source{Upstream: "u"}, 0)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		var want []map[string]json.RawMessage
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		for i, members := range want {
			var inner map[string]json.RawMessage
			_ = json.Unmarshal(members["b"], &inner) // a text has no members
			for slot, name := range names[:9] {
				if got := rows.At(i).Member(slot + 1).Literal(); got != string(members[name]) {
					t.Fatalf("row %d of %s: %q is %s, want %s", i, body, name, got, members[name])
				}
			}
			for slot, name := range []string{"a", "id"} {
				if got := rows.At(i).Member(slot + 10).Literal(); got != string(inner[name]) {
					t.Fatalf("row %d of %s: b's %q is %s, want %s", i, body, name, got, inner[name])
				}
			}
		}
	}
}

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
				got := fmt.Sprint(row.Member(1).Literal(), row.Member(2).Literal(), row.Member(3).Literal())
				if want := fmt.Sprint(want.ID, want.Inner.X, strconv.Quote(want.Name)); got != want {
					t.Fatalf("%q: got %s, want %s", text, got, want)
				}
			}
		}
	}
}
