package plan_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"weft/graph/binding"
	"weft/graph/plan"
	"weft/graph/view"
)

// wide is a schema with an interface of n types, which have these members in common, and each a member of its own:
//
//	interface Node { id: ID!  next: Node  nodes: [Node!]  other: Other }
//
// Other is an interface of every second of them. Every third type's link is answered by a call of its own.
func wide(n int) *plan.Schema {
	shape := view.NewShape("/id", "/next", "/nodes", "/own")
	variants, some := map[string]string{}, map[string]string{}
	types := map[string]*plan.Type{}
	for i := range n {
		name := fmt.Sprintf("T%02d", i)
		t := &plan.Type{Name: name, Satisfies: []string{name, "Node"}, Shape: shape, Fields: map[string]*plan.Field{
			"id":    {Type: plan.Ref("ID!"), Slot: 1, Leaf: view.AppendID},
			"next":  {Type: plan.Ref("Node"), Slot: 2},
			"nodes": {Type: plan.Ref("[Node!]"), Slot: 3},
			"own":   {Type: plan.Ref("String"), Slot: 4, Leaf: view.AppendString},
			"link":  {Type: plan.Ref("Node"), Slot: 2},
		}}
		variants[name] = name
		if i%2 == 0 {
			t.Satisfies = append(t.Satisfies, "Other")
			some[name] = name
		}
		if i%3 == 0 {
			t.Fields["link"] = &plan.Field{Type: plan.Ref("Node"), Bound: &binding.Field{Binding: call(name + ".link"), Sources: []binding.Source{{Slot: 1}}}}
		}
		types[name] = t
	}
	types["Node"] = &plan.Type{Name: "Node", Kind: plan.Abstract, Discriminator: "/type", Variants: variants}
	types["Other"] = &plan.Type{Name: "Other", Kind: plan.Abstract, Discriminator: "/type", Variants: some}
	types["Query"] = &plan.Type{Name: "Query", Satisfies: []string{"Query"}, Fields: map[string]*plan.Field{
		"node": {Type: plan.Ref("Node"), Bound: &binding.Field{Binding: call("Query.node")}},
		"self": {Type: plan.Ref("Query"), Bound: &binding.Field{Binding: call("Query.self")}},
	}}
	return &plan.Schema{Query: "Query", Types: types}
}

func call(name string) *binding.Binding {
	return binding.New(binding.Spec{
		Name: name, Vars: []binding.Var{{Name: "id", Type: &binding.Type{Scalar: "ID"}}},
		Origin: binding.Origin{Upstream: "up", Single: &binding.Call{Template: "/x{?id}"}},
	})
}

func parse(t testing.TB, text string) *ast.QueryDocument {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return doc
}

// nested repeats a field n times, one below the other.
func nested(n int, field, leaf string) string {
	return strings.Repeat("{"+field, n) + leaf + strings.Repeat("}", n)
}

// chain is n fragments on a type, each of which is body with %s for the next one's name; the last is leaf.
func chain(n int, on, body, leaf string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "fragment F%d on %s {%s}\n", i, on, strings.ReplaceAll(body, "%s", fmt.Sprintf("...F%d", i+1)))
	}
	fmt.Fprintf(&b, "fragment F%d on %s {%s}\n", n, on, leaf)
	return b.String()
}

// TestLinear holds the steps of documents that have exponentially many paths, or types along a path, against a figure that
// follows their length.
func TestLinear(t *testing.T) {
	const types = 20
	s := wide(types)
	for name, c := range map[string]struct {
		text   string
		steps  int // at most
		scopes int // at most
	}{
		"interfaces below interfaces":   {"{node" + nested(12, "next", "{id}") + "}", 12*(types+5) + 200, 14},
		"with the types' names":         {"{node" + nested(12, "__typename next", "{id}") + "}", 12*(types+8) + 200, 14},
		"lists of interfaces":           {"{node" + nested(12, "nodes", "{id}") + "}", 12*(types+5) + 200, 14},
		"a type of its own on each":     {"{node" + nested(12, "...on T01{own} next", "{id}") + "}", 12 * (2*types + 20), 26},
		"another interface on each":     {"{node" + nested(12, "...on Other{id} next", "{id}") + "}", 12 * (2*types + 30), 26},
		"each type on each":             {"{node" + nested(6, all(types)+" next", "{id}") + "}", 6 * (types*types + 30*types), 6*types + 3},
		"calls below calls":             {"{node" + nested(12, "link", "{id}") + "}", 12 * 12 * (types + 30) * 3, 12*12*types + 2},
		"fragments spread twice":        {"{...F0}" + chain(60, "Query", "%s %s", "__typename"), 60*4 + 20, 1},
		"fragments in fields, twice":    {"{...F0}" + chain(60, "Query", "self{%s} self{%s}", "__typename"), 60*8 + 20, 61},
		"fragments in aliases":          {"{...F0}" + chain(22, "Query", "a:self{%s} b:self{%s}", "__typename"), 22*16 + 20, 45},
		"ten fragments in aliases":      {"{...F0}" + chain(12, "Query", aliases(10, "self{%s}"), "__typename"), 12*10*14 + 100, 121},
		"fragments on an interface":     {"{node{...F0}}" + chain(22, "Node", "a:next{%s} b:next{%s}", "id"), 22*2*(types*3+20) + 100, 46},
		"inline fragments in fragments": {"{node{...F0}}" + chain(22, "Node", "...on T01{%s} ...on T02{%s}", "own"), 22 * 3 * types * 8, 22},
	} {
		t.Run(name, func(t *testing.T) {
			doc := parse(t, c.text)
			p, err := plan.Build(t.Context(), s, doc, doc.Operations[0], nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d bytes: %d steps, %d scopes", len(c.text), p.Steps, len(p.Scopes))
			if p.Steps > c.steps || len(p.Scopes) > c.scopes {
				t.Errorf("%d steps and %d scopes, want at most %d and %d", p.Steps, len(p.Scopes), c.steps, c.scopes)
			}
		})
	}
}

// all has a fragment for each type.
func all(types int) string {
	var b strings.Builder
	for i := range types {
		fmt.Fprintf(&b, "...on T%02d{own}", i)
	}
	return b.String()
}

func aliases(n int, field string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d:%s ", i, field)
	}
	return b.String()
}

// TestBudget tries a document whose places are really exponentially many: each level has another subset of its fragments.
func TestBudget(t *testing.T) {
	s := wide(20)
	// Below level i, an object of T<i> merges other selection sets than one that is none, so that sets double.
	var body strings.Builder
	for i := range 16 {
		fmt.Fprintf(&body, "fragment F%d on Node { ...on T%02d { next { own ...F%d } } ...on Other { next { id ...F%d } } next { ...F%d } }\n", i, i, i+1, i+1, i+1)
	}
	doc := parse(t, "{node{...F0}}"+body.String()+"fragment F16 on Node { id }")
	p, err := plan.Build(t.Context(), s, doc, doc.Operations[0], nil, nil)
	if refused, ok := errors.AsType[*plan.Refused](err); ok {
		t.Log(refused)
		return
	}
	t.Logf("planned in %d steps, %d scopes", p.Steps, len(p.Scopes))
	if p.Steps > 50_000 {
		t.Errorf("%d steps", p.Steps)
	}
}

// TestBuildEnds tries that a build ends with its context.
func TestBuildEnds(t *testing.T) {
	s := wide(20)
	doc := parse(t, "{node"+nested(200, all(20)+" next", "{id}")+"}")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if p, err := plan.Build(ctx, s, doc, doc.Operations[0], nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v, want the context's error", p, err)
	}
}

// FuzzSteps holds the steps of random documents, of interfaces, aliases, fragments, inline fragments and conditions, against
// the number of their fields.
func FuzzSteps(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(seed, uint8(seed))
	}
	s := wide(20)
	f.Fuzz(func(t *testing.T, seed uint64, size uint8) {
		text := hostile(rand.New(rand.NewPCG(seed, 7)), 1+int(size)%24)
		doc := parse(t, text)
		op := doc.Operations[0]
		p, err := plan.Build(t.Context(), s, doc, op, map[string]any{"a": seed%2 == 0, "b": seed%3 == 0}, nil)
		if refused, ok := errors.AsType[*plan.Refused](err); ok && strings.Contains(refused.Reason, "steps") {
			return // that is the bound
		}
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if limit := 8*plan.Fields(doc, op) + 10_000; p.Steps > limit {
			t.Errorf("%d steps, want at most %d: %s", p.Steps, limit, text)
		}
		check(t, p)
	})
}

// hostile is a random document of up to n fragments on Node, each of which may spread only those after it.
func hostile(rng *rand.Rand, n int) string {
	var b strings.Builder
	b.WriteString("query($a: Boolean!, $b: Boolean!) { node { ...F0 } x: node { ...F0 id } }\n")
	var set func(i, depth int) string
	set = func(i, depth int) string {
		var out strings.Builder
		out.WriteString("{ id ")
		for range 1 + rng.IntN(4) {
			on := []string{"", " on Node", " on Other", fmt.Sprintf(" on T%02d", rng.IntN(20))}[rng.IntN(4)]
			when := []string{"", "", "", " @include(if: $a)", " @skip(if: $b)"}[rng.IntN(5)]
			spread := fmt.Sprintf("...F%d%s ", min(n, i+1+rng.IntN(2)), when)
			alias := []string{"", "", "a: ", "b: ", "c: "}[rng.IntN(5)]
			switch k := rng.IntN(10); {
			case k < 3:
				out.WriteString(spread)
			case k < 5:
				out.WriteString("..." + on + when + " { " + spread + "} ")
			case k < 7 || depth == 0:
				out.WriteString(alias + "next" + when + " { " + spread + "} ")
			case k < 8:
				out.WriteString("nodes" + when + " { __typename " + spread + "} ")
			case k < 9:
				out.WriteString("..." + on + " { own" + " } ")
			default:
				out.WriteString(alias + "next " + set(i, depth-1))
			}
		}
		return out.String() + "} "
	}
	for i := range n {
		fmt.Fprintf(&b, "fragment F%d on Node %s\n", i, set(i, 2))
	}
	fmt.Fprintf(&b, "fragment F%d on Node { id }\n", n)
	return strings.ReplaceAll(b.String(), "{ own }", "{ id }")
}

// check looks whether a plan is a graph whose places can be completed: each feeder's scope comes before what it feeds is
// complete, and no place is below itself.
func check(t *testing.T, p *plan.Plan) {
	t.Helper()
	feeding := make([]int, len(p.Places))
	for i, place := range p.Places {
		if place.Index != i {
			t.Errorf("place %d has index %d", i, place.Index)
		}
		feeding[i] = len(place.Feeders)
	}
	completed := 0
	ready := []*plan.Scope{p.Root}
	for len(ready) > 0 {
		s := ready[0]
		ready = ready[1:]
		completed++
		for _, n := range s.Nodes {
			if n.Direct {
				continue
			}
			for _, place := range n.Places() {
				if feeding[place.Index]--; feeding[place.Index] == 0 {
					ready = append(ready, place.Scopes...)
				}
			}
		}
	}
	fed := 1
	for _, place := range p.Places {
		if len(place.Feeders) > 0 {
			fed += len(place.Scopes)
		}
	}
	if completed != fed {
		t.Errorf("%d scopes are completed, want %d", completed, fed)
	}
	if slices.ContainsFunc(feeding, func(n int) bool { return n > 0 }) {
		t.Errorf("feeders that never come: %v", feeding)
	}
}

// BenchmarkBuild plans 12 levels of an interface with 20 types.
func BenchmarkBuild(b *testing.B) {
	s := wide(20)
	for name, text := range map[string]string{
		"same":      "{node" + nested(12, "next", "{id}") + "}",
		"calls":     "{node" + nested(12, "link", "{id}") + "}",
		"fragments": "{node" + nested(6, all(20)+" next", "{id}") + "}",
	} {
		b.Run(name, func(b *testing.B) {
			doc := parse(b, text)
			b.ReportAllocs()
			steps := 0
			for b.Loop() {
				p, err := plan.Build(b.Context(), s, doc, doc.Operations[0], nil, nil)
				if err != nil {
					b.Fatal(err)
				}
				steps = p.Steps
			}
			b.ReportMetric(float64(steps), "steps/op")
		})
	}
}
