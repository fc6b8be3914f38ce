package cost_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/cost"
	"weft/graph/protocol"
)

// TestNaive compares costs of random documents with those that a model finds which knows no places: it goes down every path, for
// every type of every object, with gqlgen's CollectFields.
func TestNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	fields := 0.0
	for n := range 800 {
		w := &writer{r: r}
		doc := parse(t, shop, w.document())
		op := doc.Operations[0]
		got, err := weights.Of(shop, doc, op, map[string]any{})
		if err != nil {
			t.Fatalf("%s: %v", w.text, err)
		}
		m := model{op: &graphql.OperationContext{Doc: doc}}
		if want := m.object(shop.Query, op.SelectionSet, 1); got != want {
			t.Fatalf("document %d:\n%s\ngot %v, want %v", n, w.text, got, want)
		}
		fields += got.Field
	}
	if fields < 8_000 {
		t.Errorf("all of them cost %g: they are too small to show anything", fields)
	}
}

// model is the other way to a cost.
type model struct{ op *graphql.OperationContext }

// object is what one object of a type costs; size is that of the lists of a page.
func (m model) object(def *ast.Definition, set ast.SelectionSet, size int) (c cost.Cost) {
	if def.IsAbstractType() {
		for _, object := range shop.GetPossibleTypes(def) {
			one := m.object(object, set, size)
			c = cost.Cost{Field: max(c.Field, one.Field), Type: max(c.Type, one.Type)}
		}
		return c
	}
	c.Type = 1
	if w, ok := weights.Types[def.Name]; ok {
		c.Type = w
	}
	satisfies := []string{def.Name}
	for _, t := range shop.GetImplements(def) {
		satisfies = append(satisfies, t.Name)
	}
	for _, f := range graphql.CollectFields(m.op, set, satisfies) {
		one := m.field(def, f, size)
		c.Field, c.Type = c.Field+one.Field, c.Type+one.Type
	}
	return c
}

func (m model) field(def *ast.Definition, f graphql.CollectedField, size int) (c cost.Cost) {
	if f.Name == "__typename" {
		return c
	}
	declared := def.Fields.ForName(f.Name)
	named := shop.Types[declared.Type.Name()]
	said := weights.Fields[def.Name+"."+f.Name]
	n, below := 1, 1
	switch {
	case def.Name == "Page" && declared.Type.Elem != nil:
		n = size
	case f.Name == "page":
		if below = 3; f.Arguments.ForName("first") != nil {
			below = int(f.Arguments.ForName("first").Value.Raw[0] - '0')
		}
	case declared.Type.Elem != nil && said != nil && said.Size.Assumed > 0 && said.Size.Slicing == nil:
		n = said.Size.Assumed
	case declared.Type.Elem != nil:
		n = cost.Unsized
	}
	if len(f.Selections) > 0 {
		one := m.object(named, f.Selections, below)
		c.Field, c.Type = 1+one.Field*float64(n), one.Type*float64(n)
	} else if w, ok := weights.Types[named.Name]; ok {
		c.Type = w * float64(n)
	}
	if said != nil && said.Weight != nil {
		c.Field = *said.Weight
	}
	return c
}

// writer writes random documents of the shop.
type writer struct {
	r         *rand.Rand
	text      string
	fragments []string // their types
	within    int      // the fragment that is being written; -1: the operation
}

func (w *writer) document() string {
	w.within = -1
	w.text = "{ " + w.set("Query", 0) + "}"
	for i := 0; i < len(w.fragments); i++ {
		w.within = i
		w.text += fmt.Sprintf(" fragment F%d on %s { %s}", i, w.fragments[i], w.set(w.fragments[i], 2))
	}
	return w.text
}

// set is a random selection set of a type.
func (w *writer) set(of string, depth int) string {
	var b strings.Builder
	def := shop.Types[of]
	b.WriteString("__typename ")
	for range 1 + w.r.IntN(4) {
		switch {
		case w.r.IntN(4) == 0:
			w.spread(&b, def)
		case w.r.IntN(4) == 0:
			name := w.narrower(def)
			b.WriteString("... on " + name + " { " + w.set(name, depth+1) + "} ")
		default:
			w.field(&b, def, depth)
		}
	}
	return b.String()
}

// spread spreads a fragment: a new one, or one that stands behind what is being written.
func (w *writer) spread(b *strings.Builder, def *ast.Definition) {
	i := w.within + 1 + w.r.IntN(6)
	switch {
	case i < len(w.fragments) && (w.fragments[i] == def.Name || def.IsAbstractType() && strings.Contains("User Robot", w.fragments[i])):
	case len(w.fragments) < 8:
		i = len(w.fragments)
		w.fragments = append(w.fragments, w.narrower(def))
	default:
		return
	}
	fmt.Fprintf(b, "...F%d ", i)
}

// narrower is a type that a fragment in a selection set of a type may have.
func (w *writer) narrower(def *ast.Definition) string {
	if possible := shop.GetPossibleTypes(def); def.IsAbstractType() && w.r.IntN(3) > 0 {
		return possible[w.r.IntN(len(possible))].Name
	}
	return def.Name
}

func (w *writer) field(b *strings.Builder, def *ast.Definition, depth int) {
	var all ast.FieldList
	for _, f := range def.Fields {
		if named := shop.Types[f.Type.Name()]; (named.IsLeafType() || depth < 4) && !strings.HasPrefix(f.Name, "__") &&
			f.Name != "strict" && f.Name != "lax" && f.Name != "defaulted" && f.Name != "matrix" && f.Name != "add" {
			all = append(all, f)
		}
	}
	if len(all) == 0 {
		return
	}
	f := all[w.r.IntN(len(all))]
	text := f.Name
	if f.Name == "page" { // one alias for each value: fields that are merged have equal arguments
		first := w.r.IntN(6)
		text = []string{"page", fmt.Sprintf("p%d: page(first: %[1]d)", first)}[w.r.IntN(2)]
	}
	if named := shop.Types[f.Type.Name()]; named.IsCompositeType() {
		text += " { " + w.set(named.Name, depth+1) + "}"
	}
	b.WriteString(text + " ")
}

// hostile is a document whose costs differ for each path through its interfaces.
func hostile(n, depth int) (*ast.Source, string) {
	var s strings.Builder
	s.WriteString("type Query { node: Node } interface Node { next: Node id: ID }\n")
	for i := range n {
		fmt.Fprintf(&s, "type T%d implements Node { next: Node id: ID }\n", i)
	}
	var doc strings.Builder
	doc.WriteString("{ node { ...L0 } } ")
	for d := range depth {
		fmt.Fprintf(&doc, "fragment L%d on Node { id ", d)
		for i := range n {
			fmt.Fprintf(&doc, "... on T%d { next { a%[1]d_%d: id ...C%[1]d_%[2]d ", i, d)
			if d+1 < depth {
				fmt.Fprintf(&doc, "...L%d ", d+1)
			}
			doc.WriteString("} } ")
		}
		doc.WriteString("} ")
		for i := range n {
			fmt.Fprintf(&doc, "fragment C%d_%d on Node { %s id %s } ", i, d, strings.Repeat("next { ", depth), strings.Repeat("} ", depth))
		}
	}
	return &ast.Source{Name: "hostile.graphql", Input: s.String()}, doc.String()
}

// TestSteps: what takes too long to find out is refused.
func TestSteps(t *testing.T) {
	source, text := hostile(8, 8)
	schema := mustLoad(t, source)
	doc := parse(t, schema, text)
	_, err := new(cost.Schema).Of(schema, doc, doc.Operations[0], nil)
	if err == nil || err.Extensions["code"] != protocol.CodeTooCostly {
		t.Errorf("got %v, want that it costs too much", err)
	}
}

// TestLinear: an operation takes as many steps as its document has selections, whatever its fragments make of it.
func TestLinear(t *testing.T) {
	var b strings.Builder
	b.WriteString("{ user { ...F0 } }")
	for i := range 60 {
		fmt.Fprintf(&b, " fragment F%d on User { friends { ...F%d } either { ... on User { ...F%[2]d } } }", i, i+1)
	}
	b.WriteString(" fragment F60 on User { id }")
	doc := parse(t, shop, b.String())
	if _, err := weights.Of(shop, doc, doc.Operations[0], nil); err != nil { // of 2^60 paths
		t.Error(err)
	}
}

// BenchmarkOf finds out what a document costs that takes most of the steps that there are.
func BenchmarkOf(b *testing.B) {
	source, text := hostile(8, 3)
	schema := mustLoad(b, source)
	doc := parse(b, schema, text)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := new(cost.Schema).Of(schema, doc, doc.Operations[0], nil); err != nil {
			b.Fatal(err)
		}
	}
}

func mustLoad(t testing.TB, source *ast.Source) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(source)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
