package view_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"weft/graph/view"
)

// itemBody returns a list of n objects as a catalog answers it: eight members, one nested, more than are asked for.
func itemBody(n int) []byte {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(`{"id":"item-%d","name":"Item number %d of the catalog","price":%d.95,"count":%d,"active":%v,`+
			`"desc":"A short description of thirty-five","owner":{"id":"u%d","name":"Owner %d","mail":"someone@example.org"},"tags":["a","b"]}`,
			i, i, i, i*3, i%2 == 0, i%7, i%7)
	}
	return []byte("[" + strings.Join(items, ",") + "]")
}

var itemShape = view.NewShape("/id", "/name", "/price", "/count", "/active", "/desc", "/owner/id", "/owner/name")

func BenchmarkScan(b *testing.B) {
	body := itemBody(100)
	scanner := view.NewScanner(view.Layout{Form: view.List, Match: "/id", Shape: itemShape})
	b.Run("view", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if rows, err := scanner.Scan(body, "catalog"); err != nil || rows.Len() != 100 {
				b.Fatal(rows.Len(), err)
			}
		}
	})
	b.Run("encodingjson_struct", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			var items []struct {
				ID, Name string
				Price    float64
				Count    int
				Active   bool
				Desc     *string
				Owner    *struct{ ID, Name string }
			}
			if err := json.Unmarshal(body, &items); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encodingjson_valid", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if !json.Valid(body) {
				b.Fatal("invalid")
			}
		}
	})
}
