package executor_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	gqlgen "github.com/99designs/gqlgen/graphql/executor"

	kept "weft/graph/document"
	"weft/graph/executor"
	"weft/graph/plan"
)

// planned is a schema, and what looks up the plan of a document's n-th operation.
func planned(t *testing.T) (graphql.ExecutableSchema, func(doc *kept.Document, n int, variables map[string]any) *plan.Plan) {
	t.Helper()
	r, shape := row("/f")
	s := byHand(t, answering(nil), query(map[string]*plan.Field{"a": call("Row", "/a", shape)}), r)
	return s, func(doc *kept.Document, n int, variables map[string]any) *plan.Plan {
		op := &graphql.OperationContext{Doc: doc.AST, Operation: doc.AST.Operations[n], Variables: variables}
		return executor.PlanOf(kept.With(context.Background(), doc.Operations[n]), s, op)
	}
}

func keep(t *testing.T, c *kept.Cache, text string) *kept.Document {
	t.Helper()
	return c.Add(text, parse(t, text))
}

func TestPlanOnce(t *testing.T) {
	s, planOf := planned(t)
	c := kept.NewCache(0)
	doc := keep(t, c, "query A($x: Int, $b: Boolean!) { a { x @skip(if: $b) ...F } } query B { a { y } } fragment F on Row { y }")
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
		"another document":      {false, planOf(keep(t, c, "{ a { x } }"), 0, nil)},
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
	if got := executor.Kept(s, doc.Operations[0]); got != 3 {
		t.Errorf("%d plans are kept, want 3: what has no plan is remembered, too", got)
	}
	if got := executor.Kept(s, doc.Operations[1]); got != 1 {
		t.Errorf("%d plans are kept of the other operation, want 1", got)
	}
}

// TestOnePlanForAll tries that those who want the same plan at once get one, which one of them makes, and that one whose context has
// ended makes none for the others.
func TestOnePlanForAll(t *testing.T) {
	s, planOf := planned(t)
	c := kept.NewCache(0)
	for n := range 20 {
		doc := keep(t, c, fmt.Sprintf("query($b: Boolean!) { a { x y x%d: x @skip(if: $b) } }", n))
		ended, end := context.WithCancel(kept.With(t.Context(), doc.Operations[0]))
		end()
		op := &graphql.OperationContext{Doc: doc.AST, Operation: doc.AST.Operations[0], Variables: map[string]any{"b": true}}
		got := make([]*plan.Plan, 8)
		var all sync.WaitGroup
		for i := range got {
			all.Go(func() { executor.PlanOf(ended, s, op) })
			all.Go(func() { got[i] = planOf(doc, 0, map[string]any{"b": true}) })
		}
		all.Wait()
		for _, p := range got {
			if p == nil || p != got[0] {
				t.Fatalf("got %v, want one plan for all", got)
			}
		}
		if kept := executor.Kept(s, doc.Operations[0]); kept != 1 {
			t.Errorf("%d plans are kept, want 1", kept)
		}
	}
}

// TestPlansOutsideOfCaches tries that operations whose documents no cache has keep their plans all the same, and weigh them.
func TestPlansOutsideOfCaches(t *testing.T) {
	_, planOf := planned(t)
	const text = "{ a { x y } }"
	doc := kept.New(text, parse(t, text))
	before := doc.Bytes()
	first := planOf(doc, 0, nil)
	if first == nil || planOf(doc, 0, nil) != first {
		t.Error("the second plan is another one")
	}
	if grown := doc.Bytes() - before; grown < first.Size() || grown > 2*first.Size() {
		t.Errorf("it weighs %d bytes more, with a plan of %d", grown, first.Size())
	}
}

// TestPlanBeforeTheFirstRun tries what an engine gets to know of an operation before anybody runs it.
func TestPlanBeforeTheFirstRun(t *testing.T) {
	s, planOf := planned(t)
	planner := s.(interface {
		Plan(ctx context.Context) (*plan.Plan, error)
	})
	early := func(text string) (*kept.Document, *plan.Plan) {
		doc := kept.New(text, parse(t, text))
		op := gqlgenContext(s)
		op.Doc, op.Operation = doc.AST, doc.AST.Operations[0]
		p, err := planner.Plan(graphql.WithOperationContext(kept.With(t.Context(), doc.Operations[0]), op))
		if err != nil {
			t.Fatal(err)
		}
		return doc, p
	}
	doc, p := early("{ a { x } }")
	if p == nil || p != planOf(doc, 0, nil) {
		t.Error("the plan that it runs by is another one")
	}
	doc, p = early("query($b: Boolean!) { a { x @skip(if: $b) } }")
	if p != nil || executor.Kept(s, doc.Operations[0]) != 0 {
		t.Error("it has a plan before variables choose one")
	}
}

// TestPlanVariants tries that those plans which variables choose among are made before any run, as many as are kept.
func TestPlanVariants(t *testing.T) {
	for _, c := range []struct {
		text string
		kept int
		run  map[string]any // finds a plan that was made before
	}{
		{"query { a { x } }", 0, nil},
		{"query($b: Boolean!) { a { x @skip(if: $b) } }", 2, map[string]any{"b": true}},
		{"query($b: Boolean!, $c: Boolean = true) { a { x @skip(if: $b) y @include(if: $c) } }", 4, map[string]any{"b": true, "c": false}},
		{
			"query($b: Boolean!, $c: Boolean = true, $d: Boolean = true) { a { x @skip(if: $b) y @include(if: $c) ...F } }" +
				" fragment F on A { x @skip(if: $d) }",
			executor.MaxVariants,
			map[string]any{"b": false, "c": true, "d": true},
		},
		{ // the other operation's condition is none of this one
			"query A($b: Boolean!) { a { x @skip(if: $b) } } query B($c: Boolean!) { ...F } fragment F on Query { a { x @skip(if: $c) } }",
			2,
			map[string]any{"b": true},
		},
	} {
		s, planOf := planned(t)
		doc := kept.New(c.text, parse(t, c.text))
		op := gqlgenContext(s)
		op.Doc, op.Operation = doc.AST, doc.AST.Operations[0]
		err := s.(interface{ PlanVariants(context.Context) error }).
			PlanVariants(graphql.WithOperationContext(kept.With(t.Context(), doc.Operations[0]), op))
		if got := executor.Kept(s, doc.Operations[0]); err != nil || got != c.kept {
			t.Errorf("%s: %d plans are kept, want %d; %v", c.text, got, c.kept, err)
		}
		before := doc.Bytes()
		if planOf(doc, 0, c.run); c.kept > 0 && doc.Bytes() != before {
			t.Errorf("%s: a run has made a plan that was to be made before", c.text)
		}
	}
}

// gqlgenContext is an operation's context with nothing that intercepts fields.
func gqlgenContext(s graphql.ExecutableSchema) *graphql.OperationContext {
	op, _ := gqlgen.New(s).CreateOperationContext(graphql.StartOperationTrace(context.Background()), &graphql.RawParams{Query: "{__typename}"})
	return op
}

// TestPlansOfConditions tries that each combination of conditions has its own plan, and that few of them are kept.
func TestPlansOfConditions(t *testing.T) {
	s, planOf := planned(t)
	var declared, selected []string
	for i := range 6 {
		declared = append(declared, fmt.Sprintf("$b%d: Boolean!", i))
		selected = append(selected, fmt.Sprintf("k%d: x @include(if: $b%d)", i, i))
	}
	c := kept.NewCache(0)
	doc := keep(t, c, "query("+strings.Join(declared, ",")+") { a { y "+strings.Join(selected, " ")+" } }")
	before := c.Bytes()
	variables := func(bits int) (variables map[string]any, set int) {
		variables = map[string]any{}
		for i := range 6 {
			variables[fmt.Sprintf("b%d", i)] = bits>>i&1 == 1
			set += bits >> i & 1
		}
		return variables, set
	}
	var all sync.WaitGroup
	for bits := range 1 << 6 {
		all.Go(func() {
			vars, set := variables(bits)
			for range 2 {
				p := planOf(doc, 0, vars)
				if got := len(p.Root.Nodes[0].Children.Scopes[0].Nodes); got != 1+set {
					t.Errorf("%v: %d fields, want %d", vars, got, 1+set)
				}
			}
		})
	}
	all.Wait()
	if got := executor.Kept(s, doc.Operations[0]); got != executor.MaxVariants {
		t.Errorf("%d plans are kept, want %d", got, executor.MaxVariants)
	}
	for bits := range 2 * executor.MaxVariants { // displace all that is kept, in whichever order it was made
		vars, _ := variables(bits)
		planOf(doc, 0, vars)
	}
	vars, _ := variables(63)
	widest := planOf(doc, 0, vars)
	if grown, most := c.Bytes()-before, (executor.MaxVariants+1)*widest.Size(); grown <= 0 || grown > most {
		t.Errorf("the cache counts %d bytes for the plans, want up to %d", grown, most)
	}
	for n := range executor.MaxVariants - 1 { // displace all but the last
		vars, _ := variables(2*executor.MaxVariants + n)
		planOf(doc, 0, vars)
	}
	if vars, _ := variables(63); planOf(doc, 0, vars) != widest {
		t.Error("of the plans that were made last one is gone")
	}
}

// TestPlansGoWithTheirDocuments tries that documents and plans have one bound.
func TestPlansGoWithTheirDocuments(t *testing.T) {
	_, planOf := planned(t)
	const most = 100_000
	c := kept.NewCache(most)
	for i := range 200 {
		planOf(keep(t, c, fmt.Sprintf("{ a { x%d: x ...F } } fragment F on Row { y f { y } }", i)), 0, nil)
		if c.Bytes() > most {
			t.Fatalf("%d bytes are kept after %d documents", c.Bytes(), i+1)
		}
	}
	if got := c.Len(); got < 5 || got > 100 {
		t.Errorf("%d documents are kept with their plans in %d bytes", got, most)
	}
}

// TestPlanOfAnotherDocument tries that an operation never runs by a plan of another document than its own.
func TestPlanOfAnotherDocument(t *testing.T) {
	s, _ := planned(t)
	c := kept.NewCache(0)
	mine, other := keep(t, c, "{ a { x } }"), keep(t, c, "{ a { y } }")
	op := &graphql.OperationContext{Doc: mine.AST, Operation: mine.AST.Operations[0]}
	p := executor.PlanOf(kept.With(t.Context(), other.Operations[0]), s, op)
	if got := p.Root.Nodes[0].Children.Scopes[0].Nodes[0].AST.Name; got != "x" {
		t.Errorf("planned %s, want x", got)
	}
	if executor.Kept(s, other.Operations[0]) != 0 || executor.Kept(s, mine.Operations[0]) != 0 {
		t.Error("the plan is kept with a document that is not its own")
	}
}
