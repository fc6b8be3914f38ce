package planned_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	gqlgen "github.com/99designs/gqlgen/graphql/executor"

	kept "weft/graph/document"
	"weft/graph/fetch"
	"weft/graph/plan"
	"weft/graph/planned"
)

// rows is a schema, and what looks up the plan of a document's n-th operation.
func rows(t *testing.T) (graphql.ExecutableSchema, func(doc *kept.Document, n int, variables map[string]any) *plan.Plan) {
	t.Helper()
	s := planned.New(noStock{}, planned.Options{Tables: rowTables(), Service: new(fetch.Service)})
	return s, func(doc *kept.Document, n int, variables map[string]any) *plan.Plan {
		op := contextOf(s, doc, n, variables)
		return planned.PlanOf(kept.With(context.Background(), doc.Operations[n]), s, op)
	}
}

func keep(t *testing.T, c *kept.Cache, text string) *kept.Document {
	t.Helper()
	return c.Add(text, parse(t, text))
}

func TestPlanOnce(t *testing.T) {
	s, planOf := rows(t)
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
	if got := planned.Kept(s, doc.Operations[0]); got != 3 {
		t.Errorf("%d plans are kept, want 3: what has no plan is remembered, too", got)
	}
	if got := planned.Kept(s, doc.Operations[1]); got != 1 {
		t.Errorf("%d plans are kept of the other operation, want 1", got)
	}
}

// TestOnePlanForAll tries that those who want the same plan at once get one, which one of them makes, and that one whose context has
// ended makes none for the others.
func TestOnePlanForAll(t *testing.T) {
	s, planOf := rows(t)
	c := kept.NewCache(0)
	for n := range 20 {
		doc := keep(t, c, fmt.Sprintf("query($b: Boolean!) { a { x y x%d: x @skip(if: $b) } }", n))
		ended, end := context.WithCancel(kept.With(t.Context(), doc.Operations[0]))
		end()
		op := contextOf(s, doc, 0, map[string]any{"b": true})
		got := make([]*plan.Plan, 8)
		var all sync.WaitGroup
		for i := range got {
			all.Go(func() { planned.PlanOf(ended, s, op) })
			all.Go(func() { got[i] = planOf(doc, 0, map[string]any{"b": true}) })
		}
		all.Wait()
		for _, p := range got {
			if p == nil || p != got[0] {
				t.Fatalf("got %v, want one plan for all", got)
			}
		}
		if kept := planned.Kept(s, doc.Operations[0]); kept != 1 {
			t.Errorf("%d plans are kept, want 1", kept)
		}
	}
}

// TestPlansOutsideOfCaches tries that operations whose documents no cache has keep their plans all the same, and weigh them.
func TestPlansOutsideOfCaches(t *testing.T) {
	_, planOf := rows(t)
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

// TestVariant tries what an engine gets to know of an operation before anybody runs it, for each of its conditions' values.
func TestVariant(t *testing.T) {
	s, planOf := rows(t)
	doc := kept.New("query($b: Boolean!) { a { x @skip(if: $b) y } }", parse(t, "query($b: Boolean!) { a { x @skip(if: $b) y } }"))
	var all []*plan.Variant
	for _, b := range []bool{false, true} {
		v := variantOf(t, s, doc, map[string]any{"b": b})
		if v.Plan == nil || v.Plan != planOf(doc, 0, map[string]any{"b": b}) || v.Refused != nil {
			t.Errorf("%v: got %+v, want the plan that it runs by", b, v)
		}
		if again := variantOf(t, s, doc, map[string]any{"b": b}); again != v {
			t.Errorf("%v: got another one", b)
		}
		if !slices.Equal(v.Plan.Policy.Upstreams, []string{"u"}) {
			t.Errorf("%v: it has the policy %+v", b, v.Plan.Policy)
		}
		all = append(all, v)
	}
	if all[0].Plan == all[1].Plan || all[0].Prefix == "" || all[0].Prefix != all[1].Prefix {
		t.Errorf("got %+v and %+v, want two plans, and one prefix", all[0], all[1])
	}
	other := kept.New("subscription { a { x } }", parse(t, "subscription { a { x } }"))
	if v := variantOf(t, s, other, nil); v.Plan != nil || v.Refused == nil || v.Prefix == "" || v.Prefix == all[0].Prefix {
		t.Errorf("without a plan: got %+v, want why, and a name of its own", v)
	}
}

func variantOf(t *testing.T, s graphql.ExecutableSchema, doc *kept.Document, variables map[string]any) *plan.Variant {
	t.Helper()
	op := contextOf(s, doc, 0, variables)
	v, answerer, err := s.(interface {
		Variant(ctx context.Context) (*plan.Variant, fetch.Answerer, error)
	}).Variant(graphql.WithOperationContext(kept.With(t.Context(), doc.Operations[0]), op))
	if err != nil {
		t.Fatal(err)
	}
	if (answerer == nil) != (v.Plan == nil) {
		t.Errorf("with a plan: %v, it is answered by %v", v.Plan != nil, answerer)
	}
	return v
}

// TestVariants tries that what variables choose among is made before any run, as many as are kept.
func TestVariants(t *testing.T) {
	for _, c := range []struct {
		text string
		kept int
		run  map[string]any // finds a plan that was made before
	}{
		{"query { a { x } }", 1, nil},
		{"query($b: Boolean!) { a { x @skip(if: $b) } }", 2, map[string]any{"b": true}},
		{"query($b: Boolean!, $c: Boolean = true) { a { x @skip(if: $b) y @include(if: $c) } }", 4, map[string]any{"b": true, "c": false}},
		{
			"query($b: Boolean!, $c: Boolean = true, $d: Boolean = true) { a { x @skip(if: $b) y @include(if: $c) ...F } }" +
				" fragment F on A { x @skip(if: $d) }",
			planned.MaxVariants,
			map[string]any{"b": false, "c": true, "d": true},
		},
		{ // the other operation's condition is none of this one
			"query A($b: Boolean!) { a { x @skip(if: $b) } } query B($c: Boolean!) { ...F } fragment F on Query { a { x @skip(if: $c) } }",
			2,
			map[string]any{"b": true},
		},
	} {
		s, planOf := rows(t)
		doc := kept.New(c.text, parse(t, c.text))
		op := contextOf(s, doc, 0, nil)
		err := s.(interface{ Variants(context.Context) error }).
			Variants(graphql.WithOperationContext(kept.With(t.Context(), doc.Operations[0]), op))
		if got := planned.Kept(s, doc.Operations[0]); err != nil || got != c.kept {
			t.Errorf("%s: %d plans are kept, want %d; %v", c.text, got, c.kept, err)
		}
		before := doc.Bytes()
		if planOf(doc, 0, c.run); doc.Bytes() != before {
			t.Errorf("%s: a run has made a plan that was to be made before", c.text)
		}
	}
}

// contextOf is that of a document's n-th operation, in which nothing intercepts fields.
func contextOf(s graphql.ExecutableSchema, doc *kept.Document, n int, variables map[string]any) *graphql.OperationContext {
	op, _ := gqlgen.New(s).CreateOperationContext(graphql.StartOperationTrace(context.Background()), &graphql.RawParams{Query: "{__typename}"})
	op.Doc, op.Operation, op.Variables = doc.AST, doc.AST.Operations[n], variables
	return op
}

// TestPlansOfConditions tries that each combination of conditions has its own plan, and that few of them are kept.
func TestPlansOfConditions(t *testing.T) {
	s, planOf := rows(t)
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
	if got := planned.Kept(s, doc.Operations[0]); got != planned.MaxVariants {
		t.Errorf("%d plans are kept, want %d", got, planned.MaxVariants)
	}
	for bits := range 2 * planned.MaxVariants { // displace all that is kept, in whichever order it was made
		vars, _ := variables(bits)
		planOf(doc, 0, vars)
	}
	vars, _ := variables(63)
	widest := planOf(doc, 0, vars)
	if grown, most := c.Bytes()-before, (planned.MaxVariants+1)*widest.Size(); grown <= 0 || grown > most {
		t.Errorf("the cache counts %d bytes for the plans, want up to %d", grown, most)
	}
	for n := range planned.MaxVariants - 1 { // displace all but the last
		vars, _ := variables(2*planned.MaxVariants + n)
		planOf(doc, 0, vars)
	}
	if vars, _ := variables(63); planOf(doc, 0, vars) != widest {
		t.Error("of the plans that were made last one is gone")
	}
}

// TestPlansGoWithTheirDocuments tries that documents and plans have one bound.
func TestPlansGoWithTheirDocuments(t *testing.T) {
	_, planOf := rows(t)
	const most = 100_000
	c := kept.NewCache(most)
	for i := range 200 {
		text := fmt.Sprintf("{ a { x%d: x ...F } } fragment F on Row { y f { y } }", i)
		planOf(keep(t, c, text), 0, nil)
		c.Find([]byte(text)) // so that it may have more than a fourth of the room
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
	s, _ := rows(t)
	c := kept.NewCache(0)
	mine, other := keep(t, c, "{ a { x } }"), keep(t, c, "{ a { y } }")
	op := contextOf(s, mine, 0, nil)
	p := planned.PlanOf(kept.With(t.Context(), other.Operations[0]), s, op)
	if got := p.Root.Nodes[0].Children.Scopes[0].Nodes[0].AST.Name; got != "x" {
		t.Errorf("planned %s, want x", got)
	}
	if planned.Kept(s, other.Operations[0]) != 0 || planned.Kept(s, mine.Operations[0]) != 0 {
		t.Error("the plan is kept with a document that is not its own")
	}
}
