package executor_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/view"
)

// sized is a schema with each kind of value, each of which is long: a scalar, a list of them, a nested object and a list of them,
// one that a call answers, and one that Go answers.
func sized(t *testing.T, service *fetch.Service, texts, length int, made *atomic.Int64) graphql.ExecutableSchema {
	t.Helper()
	long := strings.Repeat("x", length)
	item := view.NewShape("/text", "/list", "/one", "/many")
	shape := view.NewShape("/text")
	text := func() *plan.Field { return &plan.Field{Type: plan.Ref("String"), Slot: 1, Leaf: view.AppendString} }
	hand := &plan.Field{
		Type: plan.Ref("String"), Leaf: view.AppendRaw,
		Resolve: func(context.Context, any, view.Object, map[string]any) (any, error) {
			made.Add(1)
			return long, nil
		},
		Marshal: func(_ context.Context, v any) graphql.Marshaler { return graphql.MarshalString(v.(string)) },
	}
	body := fmt.Sprintf(`{"text":%q,"list":[%[2]s],"one":{"text":%[1]q},"many":[%[3]s]}`,
		long, list(texts, `"`+long+`"`), list(texts, `{"text":"`+long+`"}`))
	return limited(t, service, answering(map[string]string{"/item": body, "/part": `{"text":"` + long + `"}`, "/items": "[" + list(texts, "{}") + "]"}),
		&plan.Type{Name: "Query", Fields: map[string]*plan.Field{"item": call("Item", "/item", item), "items": call("[Hand]", "/items", shape)}},
		&plan.Type{Name: "Item", Shape: item, Fields: map[string]*plan.Field{
			"text": text(),
			"list": {Type: plan.Ref("[String]"), Slot: 2, Leaf: view.AppendString},
			"one":  {Type: plan.Ref("Part"), Slot: 3},
			"many": {Type: plan.Ref("[Part]"), Slot: 4},
			"part": call("Part", "/part", shape),
		}},
		&plan.Type{Name: "Part", Shape: shape, Fields: map[string]*plan.Field{"text": text(), "part": call("Part", "/part", shape)}},
		&plan.Type{Name: "Hand", Shape: shape, Fields: map[string]*plan.Field{"text": hand}},
	)
}

func list(n int, element string) string {
	return strings.TrimSuffix(strings.Repeat(element+",", n), ",")
}

// aliased selects a field n times.
func aliased(n int, field string) string {
	var all strings.Builder
	for i := range n {
		fmt.Fprintf(&all, "a%d: %s ", i, field)
	}
	return all.String()
}

// defined reads a document whose fields have no arguments.
func defined(t *testing.T, query string) *ast.QueryDocument {
	t.Helper()
	doc := parse(t, query)
	define(doc.Operations[0].SelectionSet)
	return doc
}

// TestAnswerSize: an answer may have exactly its limit, wherever its bytes come from; with one byte less, it is null with one error.
func TestAnswerSize(t *testing.T) {
	for name, query := range map[string]string{
		"a scalar many times":          `{ item { ` + aliased(5, "text") + `} }`,
		"a list of scalars":            `{ item { list } }`,
		"nested objects":               `{ item { one { text } many { text } } }`,
		"nested objects with a column": `{ item { many { text part { text } } } }`,
		"objects that are called for":  `{ item { part { text part { text } } } }`,
		"hand-written":                 `{ items { text } }`,
		"several root fields":          `{ a: item { text } b: items { text } }`,
	} {
		var made atomic.Int64
		doc := defined(t, query)
		want, errs := execute(t.Context(), sized(t, &fetch.Service{}, 5, 1000, &made), doc, nil, nil)
		if len(errs) > 0 || len(want) < 1000 {
			t.Fatalf("%s: %.100s, %v", name, want, errs)
		}
		for limit, want := range map[int]string{len(want): want, len(want) - 1: "null", 999: "null"} {
			data, errs := execute(t.Context(), sized(t, &fetch.Service{Limits: fetch.Limits{MaxAnswer: limit}}, 5, 1000, &made), doc, nil, nil)
			if data != want {
				t.Errorf("%s with a limit of %d: got %.100s, want %.100s", name, limit, data, want)
			}
			if got, refusal := told(errs), fmt.Sprintf(": the answer has more than %d bytes: select less, or ask for less at a time", limit); want == "null" &&
				(len(got) != 1 || got[0] != refusal || errs[0].Extensions["code"] != "TOO_LARGE") {
				t.Errorf("%s with a limit of %d: got %q, want one error %q, TOO_LARGE", name, limit, got, refusal)
			}
		}
	}
}

// TestAnswerMemory: where a little of an answer is enough to see that it is too large, not much more is made.
func TestAnswerMemory(t *testing.T) {
	const limit = 1 << 20
	for name, query := range map[string]string{
		"a scalar many times":     `{ item { ` + aliased(2000, "text") + `} }`,
		"a list many times":       `{ item { ` + aliased(200, "list") + `} }`,
		"nested lists many times": `{ item { ` + aliased(200, "many { text }") + `} }`,
	} {
		var made atomic.Int64
		s := sized(t, &fetch.Service{Limits: fetch.Limits{MaxAnswer: limit}}, 20, 10_000, &made)
		doc := defined(t, query)
		execute(t.Context(), s, doc, nil, nil) // its plan is kept
		allocated := allocates(func() {
			if data, errs := execute(t.Context(), s, doc, nil, nil); data != "null" || len(errs) != 1 {
				t.Errorf("%s: got %.100s, %v; want null and one error", name, data, errs)
			}
		})
		if allocated > 10*limit { // what grows by a quarter is copied several times
			t.Errorf("%s: %d bytes for a limit of %d", name, allocated, limit)
		}
	}
}

// allocates is how many bytes f has taken, over all goroutines.
func allocates(f func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// TestHandWrittenSize: when what Go has made is too large already, the parents that are left are not asked.
func TestHandWrittenSize(t *testing.T) {
	var made atomic.Int64
	s := sized(t, &fetch.Service{Limits: fetch.Limits{MaxAnswer: 10_000}}, 1000, 1000, &made)
	data, errs := execute(t.Context(), s, defined(t, `{ items { `+aliased(3, "text")+`} }`), nil, nil)
	if data != "null" || len(errs) != 1 {
		t.Errorf("got %.100s, %v; want null and one error", data, errs)
	}
	if n := made.Load(); n > 100 { // ten are enough, and 64 run at once
		t.Errorf("%d texts were made", n)
	}
}

// TestAnswerValues: many short values are too many before their bytes are.
func TestAnswerValues(t *testing.T) {
	s := limited(t, &fetch.Service{Limits: fetch.Limits{MaxAnswer: 3200}}, answering(map[string]string{"/numbers": `{"list":[` + list(150, "1") + `]}`}),
		&plan.Type{Name: "Query", Fields: map[string]*plan.Field{"n": call("N", "/numbers", view.NewShape("/list"))}},
		&plan.Type{Name: "N", Shape: view.NewShape("/list"), Fields: map[string]*plan.Field{
			"list": {Type: plan.Ref("[Int]"), Slot: 1, Leaf: view.AppendInt},
		}},
	)
	data, errs := execute(t.Context(), s, parse(t, `{ n { list } }`), nil, nil)
	if got := strings.Join(told(errs), "; "); data != "null" || !strings.HasPrefix(got, ": the answer has more than 100 values") {
		t.Errorf("got %.100s, %s; want null, and more than 100 values", data, got)
	}
}

// TestReadAgainForEachName: a long value that is selected under many names is read again for each, however little is selected of
// it, so what is read is bounded, too.
func TestReadAgainForEachName(t *testing.T) {
	const most = 4*200_000 + 1<<20
	for name, tt := range map[string]struct {
		field string
		times int
	}{
		"a list, while it is written":       {"many { __typename }", 50},
		"an object, while it is written":    {"one { __typename }", 500},
		"a list, before anything is called": {"many { __typename part { __typename } }", 50},
	} {
		for _, times := range []int{2, tt.times} {
			var made atomic.Int64
			s := sized(t, &fetch.Service{Limits: fetch.Limits{MaxAnswer: 200_000}}, 20, 20_000, &made)
			data, errs := execute(t.Context(), s, defined(t, `{ item { `+aliased(times, tt.field)+`} }`), nil, nil)
			got, refusal := told(errs), fmt.Sprintf(": more than %d bytes would have to be read for the answer", most)
			switch {
			case times == 2 && (len(got) > 0 || data == "null"):
				t.Errorf("%s: got %.100s, %q", name, data, got)
			case times > 2 && (data != "null" || len(got) != 1 || !strings.HasPrefix(got[0], refusal) || errs[0].Extensions["code"] != "TOO_LARGE"):
				t.Errorf("%s, %d times: got %.100s, %q, want one error %q …", name, times, data, got, refusal)
			}
		}
	}
}
