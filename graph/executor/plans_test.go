package executor_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"weak"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/executor"
	"weft/graph/plan"
)

// planned is a schema, and what looks up the plan of a document's n-th operation.
func planned(t *testing.T) (graphql.ExecutableSchema, func(doc *ast.QueryDocument, n int, variables map[string]any) *plan.Plan) {
	t.Helper()
	r, shape := row("/f")
	s := byHand(t, answering(nil), query(map[string]*plan.Field{"a": call("Row", "/a", shape)}), r)
	return s, func(doc *ast.QueryDocument, n int, variables map[string]any) *plan.Plan {
		return executor.PlanOf(s, &graphql.OperationContext{Doc: doc, Operation: doc.Operations[n], Variables: variables})
	}
}

func TestPlanOnce(t *testing.T) {
	s, planOf := planned(t)
	doc := parse(t, "query A($x: Int, $b: Boolean!) { a { x @skip(if: $b) ...F } } query B { a { y } } fragment F on Row { y }")
	first := planOf(doc, 0, map[string]any{"b": true, "x": 1})
	if first == nil {
		t.Fatal("no plan")
	}
	for name, c := range map[string]struct {
		same bool
		got  *plan.Plan
	}{
		"again":                 {true, planOf(doc, 0, map[string]any{"b": true, "x": 1})},
		"another variable":      {true, planOf(doc, 0, map[string]any{"b": true})},
		"another condition":     {false, planOf(doc, 0, map[string]any{"b": false})},
		"another operation":     {false, planOf(doc, 1, nil)},
		"another document":      {false, planOf(parse(t, "{ a { x } }"), 0, nil)},
		"a condition of null":   {false, planOf(doc, 0, map[string]any{"b": nil})},
		"the first one, behind": {true, planOf(doc, 0, map[string]any{"b": true})},
	} {
		if (c.got == first) != c.same {
			t.Errorf("%s: same plan %v, want %v", name, c.got == first, c.same)
		}
	}
	if got := planOf(doc, 0, map[string]any{"b": nil}); got != nil {
		t.Error("a condition of null has a plan")
	}
	if got := executor.Kept(s); !slices.Equal(got, []int{1, 4}) {
		t.Errorf("plans kept: %v", got)
	}
	runtime.KeepAlive(doc)
}

func TestPlansOfConditions(t *testing.T) {
	s, planOf := planned(t)
	var declared, selected []string
	for i := range 6 {
		declared = append(declared, fmt.Sprintf("$b%d: Boolean!", i))
		selected = append(selected, fmt.Sprintf("k%d: x @include(if: $b%d)", i, i))
	}
	doc := parse(t, "query("+strings.Join(declared, ",")+") { a { y "+strings.Join(selected, " ")+" } }")
	var all sync.WaitGroup
	for bits := range 1 << 6 {
		all.Go(func() {
			variables, want := map[string]any{}, 1
			for i := range 6 {
				if set := bits>>i&1 == 1; set {
					variables[fmt.Sprintf("b%d", i)] = true
					want++
				} else {
					variables[fmt.Sprintf("b%d", i)] = false
				}
			}
			for range 2 {
				p := planOf(doc, 0, variables)
				if got := len(p.Root.Nodes[0].Children.Scopes[0].Nodes); got != want {
					t.Errorf("%v: %d fields, want %d", variables, got, want)
				}
			}
		})
	}
	all.Wait()
	if got := executor.Kept(s); !slices.Equal(got, []int{executor.MaxVariants}) {
		t.Errorf("plans kept: %v, want %d", got, executor.MaxVariants)
	}
	runtime.KeepAlive(doc)
}

// TestPlansGoWithTheirDocuments tries that plans do not keep the documents that they were built from.
func TestPlansGoWithTheirDocuments(t *testing.T) {
	s, planOf := planned(t)
	kept := parse(t, "{ a { x } }")
	var gone []weak.Pointer[plan.Plan]
	for i := range 50 {
		gone = append(gone, weak.Make(planOf(parse(t, fmt.Sprintf("{ a { x%d: x ...F } } fragment F on Row { y f { y } }", i)), 0, nil)))
	}
	planOf(kept, 0, nil)
	deadline := time.Now().Add(20 * time.Second)
	for len(executor.Kept(s)) > 1 || slices.ContainsFunc(gone, func(p weak.Pointer[plan.Plan]) bool { return p.Value() != nil }) {
		if time.Now().After(deadline) {
			t.Fatalf("documents are gone, plans are not: %v", executor.Kept(s))
		}
		runtime.GC()
		runtime.Gosched()
	}
	if planOf(kept, 0, nil) == nil || len(executor.Kept(s)) != 1 {
		t.Error("a document that is still there has lost its plan")
	}
	runtime.KeepAlive(kept)
}
