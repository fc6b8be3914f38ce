package acceptance_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"weft/graph/operation"
	"weft/graph/schema/examples"
)

// clientDocuments are texts of several sizes as clients send them, each the n-th of any number.
var clientDocuments = map[string]func(n int) string{
	"short":    func(n int) string { return fmt.Sprintf(`{ product(id: "p-%d") { name } }`, n) },
	"examples": func(n int) string { all := examples.All(); return fmt.Sprintf("%s# %d", all[n%len(all)].Query, n) },
	"long": func(n int) string {
		var b strings.Builder
		for i := range 100 {
			fmt.Fprintf(&b, `a%d: product(id: "p-%d") { name price { amount } brand { name } } `, i, n)
		}
		return "{ " + b.String() + "}"
	},
	"with conditions": func(n int) string {
		var b strings.Builder
		for i := range 5 {
			fmt.Fprintf(&b, `... @include(if: $c%d) { a%d: product(id: "p-%d") { name price { amount } reviews(first: 3) { title author { name } } } } `, i, i, n)
		}
		return "query($c0: Boolean!, $c1: Boolean!, $c2: Boolean!, $c3: Boolean!, $c4: Boolean!) { " + b.String() + "}"
	},
}

// TestDocumentBytes has clients send more documents than are kept, each with any values of its conditions: what is kept is said to weigh what the
// heap has grown by, more or less, and no more than is allowed.
func TestDocumentBytes(t *testing.T) {
	if !alone(t) {
		return
	}
	const allowed = 8 << 20
	for name, text := range clientDocuments {
		t.Run(name, func(t *testing.T) {
			e := storefrontEngine(t, operation.Options{MaxDocumentBytes: allowed})
			runDocument(t, e, "{ __typename }") // and what is kept of the schema is there
			before := heapBytes()
			said := fillDocuments(t, e, text)
			grown := float64(heapBytes()) - float64(before)
			if ratio := float64(said) / grown; said > allowed || said < allowed*4/5 || ratio < 0.8 || ratio > 1.3 {
				t.Errorf("%d bytes of %d are said to be kept, %.2f times the %.0f that the heap has grown by", said, allowed, ratio, grown)
			}
			runtime.KeepAlive(e)
		})
	}
}

// fillDocuments has an engine run documents until it has no room for more, each twice, so that they may have all of it, and returns what those are
// said to weigh that it keeps.
func fillDocuments(t *testing.T, e *operation.Engine, text func(n int) string) (said int) {
	for n, full := 0, false; !full; {
		for range 200 {
			runDocument(t, e, text(n))
			runDocument(t, e, text(n))
			n++
		}
		said = 0
		for i := n - 1; i >= 0; i-- { // to find one makes it the newest
			p := e.Find([]byte(text(i)), "")
			if full = full || p == nil; p != nil {
				said += p.Bytes()
			}
		}
	}
	return said
}

// runDocument has an engine run a text, eight times with other values where it has conditions.
func runDocument(t *testing.T, e *operation.Engine, text string) {
	times := 1
	if strings.Contains(text, "$c0") {
		times = 8
	}
	for bits := range times {
		values := map[string]any{}
		for i := range 5 {
			values[fmt.Sprint("c", i)] = bits>>i&1 == 1
		}
		e.Run(t.Context(), &operation.Request{Text: text, Variables: values})
	}
}
