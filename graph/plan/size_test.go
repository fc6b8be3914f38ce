package plan_test

import (
	"runtime"
	"testing"

	"weft/graph/plan"
)

// TestSize holds what a plan says of its size against what the runtime says of many.
func TestSize(t *testing.T) {
	s := wide(20)
	for name, text := range map[string]string{
		"few fields":  "{node{id}}",
		"one scope":   "{node" + nested(12, "next", "{id}") + "}",
		"many scopes": "{node" + nested(12, "link", "{id}") + "}",
		"many fields": "{node{...on T01{" + aliases(500, "id") + "}}}",
		"in common":   "{node{" + aliases(500, "id") + "}}",
	} {
		t.Run(name, func(t *testing.T) {
			doc := parse(t, text)
			const n = 20
			plans := make([]*plan.Plan, n)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			for i := range plans {
				p, err := plan.Build(t.Context(), s, doc, doc.Operations[0], nil, nil)
				if err != nil {
					t.Fatal(err)
				}
				plans[i] = p
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			kept := (float64(after.HeapAlloc) - float64(before.HeapAlloc)) / n
			said := float64(plans[0].Size())
			if ratio := said / kept; ratio < 0.75 || ratio > 3 {
				t.Errorf("Size is %.0f, and a plan keeps %.0f bytes: %.2f times as much", said, kept, ratio)
			}
			runtime.KeepAlive(plans)
		})
	}
}
