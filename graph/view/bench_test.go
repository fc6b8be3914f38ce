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
	scanner := view.NewScanner(view.Layout{In: view.List, Match: "/id", Shape: itemShape})
	b.Run("view", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if rows, err := scanner.Scan(body, &view.Source{Upstream: "catalog"}, 0); err != nil || rows.Len() != 100 {
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

func BenchmarkRead(b *testing.B) {
	rows := items(b, 100)
	o := rows.At(42)
	run := func(name string, f func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("string", func() error { _, err := view.Get(o, 2, view.String); return err })
	run("float", func() error { _, err := view.Get(o, 3, view.Float); return err })
	run("int", func() error { _, err := view.Get(o, 4, view.Int); return err })
	run("key", func() error { _, _ = rows.Key(42); return nil })
	run("clone", func() error { _ = o.Clone(); return nil })
	whole := object(b, string(o.JSON()))
	ownerShape := view.NewShape("/owner/id", "/owner/name")
	nested := view.Nested[product](ownerShape)
	run("nested", func() error { _, err := view.Get(whole, 1, nested); return err })
}

func BenchmarkBuild(b *testing.B) {
	shape := view.NewShape("/id", "/name", "/price")
	b.ReportAllocs()
	for b.Loop() {
		view.Build[product](shape, view.JSON("7"), view.JSON("Item"), view.JSON(1.5))
	}
}

// BenchmarkScanThree scans a body of 27 KB, indented as jsonplaceholder writes its posts, for three of the four members of each of its objects.
func BenchmarkScanThree(b *testing.B) {
	body := postsBody(100)
	scanner := view.NewScanner(view.Layout{In: view.List, Shape: view.NewShape("/userId", "/id", "/title")})
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if rows, err := scanner.Scan(body, &view.Source{Upstream: "posts"}, 0); err != nil || rows.Len() != 100 {
			b.Fatal(rows.Len(), err)
		}
	}
}

// postsBody returns n posts, each with a text of four lines.
func postsBody(n int) []byte {
	posts := make([]string, n)
	for i := range posts {
		line := strings.Repeat("lorem ipsum dolor ", 2)
		posts[i] = fmt.Sprintf("  {\n    \"userId\": %d,\n    \"id\": %d,\n    \"title\": \"A post of %d words\",\n    \"body\": \"%s\"\n  }",
			i/10+1, i+1, i, line+`\n`+line+`\n`+line+`\n`+line+"amet consectetur")
	}
	return []byte("[\n" + strings.Join(posts, ",\n") + "\n]")
}
