package document_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"weft/graph/document"
)

// TestSize holds what documents are said to weigh against what the heap grows by.
func TestSize(t *testing.T) {
	var inner strings.Builder
	for n := range 30 {
		fmt.Fprintf(&inner, "field%d: other(first: %d, text: \"some text\") @include(if: $yes) { id ...F%d ... on T { name } }\n", n, n, n%3)
	}
	for name, c := range map[string]string{
		"fields":     "{ " + strings.Repeat("a b c d { e f } ", 40) + "}",
		"everything": "query Q($yes: Boolean! = true, $list: [[In!]!] = [[{a: 1}]]) {\n" + inner.String() + "}\nfragment F0 on T { a } fragment F1 on T { b } fragment F2 on T { c }",
		"values":     `{ a(list: [1, 2.5, "x", null, {b: {c: [ENUM, true]}}, ` + strings.Repeat("[[{d: 7}]], ", 50) + "]) }",
		"strings":    `{ a(text: "` + strings.Repeat(`\n`, 4000) + `") }`,
		"comments":   "{ a \n" + strings.Repeat("# a comment that says nothing\nb\n# and another\n\n#\nc", 60) + "}",
	} {
		t.Run(name, func(t *testing.T) {
			const count = 200
			kept := make([]*document.Document, count)
			said := 0
			before := heap()
			for n := range kept {
				cache := document.NewCache(0)
				text := fmt.Sprintf("%s # %d", c, n)
				kept[n] = cache.Add(text, parse(t, text))
				said += cache.Bytes()
			}
			grown := heap() - before
			if ratio := float64(said) / float64(grown); ratio < 0.8 || ratio > 1.4 {
				t.Errorf("said to weigh %d bytes each, the heap has grown by %d: %.2f", said/count, grown/count, ratio)
			}
			runtime.KeepAlive(kept)
		})
	}
}

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
