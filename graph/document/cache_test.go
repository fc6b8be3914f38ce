package document_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"weft/graph/document"
)

func parse(t testing.TB, text string) *ast.QueryDocument {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func add(t testing.TB, c *document.Cache, text string) *document.Document {
	t.Helper()
	return c.Add(text, parse(t, text))
}

func TestFind(t *testing.T) {
	c := document.NewCache(0)
	d := add(t, c, "{ a }")
	if got := c.Find([]byte("{ a }")); got != d || got.Text != "{ a }" || got.AST != d.AST {
		t.Errorf("found %v, want %v", got, d)
	}
	if got := c.Find([]byte("{ a  }")); got != nil {
		t.Errorf("found %v of another text", got)
	}
	if again := add(t, c, "{ a }"); again != d {
		t.Error("the second document of a text has replaced the first")
	}
	if c.Len() != 1 {
		t.Errorf("%d documents, want 1", c.Len())
	}
}

// A document that has a name is found by it as long as it is kept, counts as used then, and goes with its name.
func TestFindDigest(t *testing.T) {
	digest := func(n int) string { return fmt.Sprintf("%064d", n) }
	one := document.NewCache(0)
	add(t, one, text(0)).Name(digest(0))
	weight := one.Bytes()
	c := document.NewCache(10 * weight)
	first := add(t, c, text(0))
	if c.FindDigest(digest(0)) != nil {
		t.Error("found before it has a name")
	}
	first.Name(digest(0))
	first.Name("other")
	if c.FindDigest(digest(0)) != first || c.FindDigest("other") != nil {
		t.Error("not found by its first name alone")
	}
	for n := 1; n < 10; n++ {
		add(t, c, text(n)).Name(digest(n))
	}
	for n := range 10 {
		if got := c.FindDigest(digest(n)); (got == nil) != (n > 0 && n < 8) { // a fourth of ten is two, of those that are new
			t.Errorf("document %d: kept %v", n, got != nil)
		}
	}
	first.Charge(2 * weight) // it leaves: it is more than an eighth
	first.Name(digest(0))
	if c.FindDigest(digest(0)) != nil {
		t.Error("found after it has gone")
	}
}

// text returns the n-th of many documents that weigh the same.
func text(n int) string { return fmt.Sprintf("{ a%06d }", n) }

// full returns a cache that has 30 documents which were asked for again, text(0) to text(29), and room for 10 others.
func full(t *testing.T) (c *document.Cache, weight int) {
	one := document.NewCache(0)
	add(t, one, text(0))
	weight = one.Bytes()
	c = document.NewCache(40 * weight)
	for n := range 30 {
		add(t, c, text(n))
		c.Find([]byte(text(n)))
	}
	return c, weight
}

// TestNewOnesDisplaceNewOnes: whoever sends one document after the other has a fourth of the room, whether or not others need the rest.
func TestNewOnesDisplaceNewOnes(t *testing.T) {
	c, weight := full(t)
	for n := range 1000 {
		add(t, c, text(100+n))
	}
	if c.Bytes() != 40*weight {
		t.Errorf("%d bytes, want %d", c.Bytes(), 40*weight)
	}
	for n := range 1100 {
		if got := c.Find([]byte(text(n))); (got == nil) != (n >= 30 && n < 1090) {
			t.Errorf("document %d: kept %v", n, got != nil)
		}
	}
	empty := document.NewCache(40 * weight)
	for n := range 1000 {
		add(t, empty, text(n))
	}
	if empty.Bytes() != 10*weight {
		t.Errorf("%d bytes of documents that came once, want %d", empty.Bytes(), 10*weight)
	}
}

// TestLeastRecentlyUsedGoesFirst: of what was asked for again it is one more of those that were asked for once, and goes as they do.
func TestLeastRecentlyUsedGoesFirst(t *testing.T) {
	c, _ := full(t)
	c.Find([]byte(text(0))) // text(1) is now the least recently used
	add(t, c, text(30))
	c.Find([]byte(text(30)))
	for n := range 9 {
		add(t, c, text(100+n))
	}
	if c.Len() != 40 {
		t.Errorf("%d documents, want 40", c.Len())
	}
	add(t, c, text(109))
	for n := range 31 {
		if got := c.Find([]byte(text(n))); (got == nil) != (n == 1) {
			t.Errorf("document %d: kept %v", n, got != nil)
		}
	}
}

func TestTooLargeToKeep(t *testing.T) {
	c := document.NewCache(16 << 10)
	long := "{ " + strings.Repeat("a ", 100) + "}"
	d := add(t, c, long)
	if c.Find([]byte(long)) != nil || c.Bytes() != 0 {
		t.Errorf("a document of more than an eighth is kept: %d bytes", c.Bytes())
	}
	d.Charge(100) // what is not there is not counted
	if c.Bytes() != 0 {
		t.Errorf("%d bytes are counted of what is not kept", c.Bytes())
	}
	if d.AST == nil {
		t.Error("it cannot be used")
	}
}

func TestDerived(t *testing.T) {
	c := document.NewCache(0)
	d := add(t, c, "{ a }")
	made := 0
	if got := d.Operations[0].Derived("a"); got != nil {
		t.Errorf("derived %v before anybody did", got)
	}
	derive := func(by any) any { return d.Operations[0].Derive(by, func() any { made++; return made }) }
	if a, b, again := derive("a"), derive("b"), derive("a"); a != 1 || b != 2 || again != 1 {
		t.Errorf("derived %v, %v, %v; want 1, 2, 1", a, b, again)
	}
	if got := d.Operations[0].Derived("a"); got != 1 {
		t.Errorf("derived %v, want 1", got)
	}
}

// TestOutsideOfCaches holds that a document of no cache is weighed as others are, and bounded by nobody.
func TestOutsideOfCaches(t *testing.T) {
	c := document.NewCache(0)
	kept := add(t, c, text(1))
	own := document.New(kept.Text, kept.AST)
	if own.Bytes() != kept.Bytes() || own.Bytes() != c.Bytes() {
		t.Errorf("it weighs %d bytes, in a cache %d", own.Bytes(), kept.Bytes())
	}
	own.Charge(document.DefaultMaxBytes)
	if got := own.Bytes() - kept.Bytes(); got != document.DefaultMaxBytes {
		t.Errorf("it weighs %d bytes more, want %d", got, document.DefaultMaxBytes)
	}
	if c.Bytes() != kept.Bytes() || c.Len() != 1 {
		t.Error("a cache counts what is outside of it")
	}
}

func TestOperation(t *testing.T) {
	one := document.New("", parse(t, "query A { a }"))
	two := document.New("", parse(t, "query A { a } mutation B { b }"))
	for _, c := range []struct {
		of   *document.Document
		name string
		want *document.Operation
	}{
		{one, "", one.Operations[0]},
		{one, "A", one.Operations[0]},
		{one, "B", nil},
		{two, "", nil},
		{two, "A", two.Operations[0]},
		{two, "B", two.Operations[1]},
		{two, "C", nil},
	} {
		if got := c.of.Operation(c.name); got != c.want {
			t.Errorf("of %d the one called %q: got %v, want %v", len(c.of.Operations), c.name, got, c.want)
		}
	}
	if two.Operations[1].AST.Name != "B" || two.Operations[1].Document != two {
		t.Errorf("got %+v", two.Operations[1])
	}
}

// TestDerivedWeighs tries that what is derived counts like a document, and goes with it.
func TestDerivedWeighs(t *testing.T) {
	c := document.NewCache(100_000)
	first, second := add(t, c, text(1)), add(t, c, text(2))
	before := c.Bytes()
	first.Charge(1000)
	if c.Bytes() != before+1000 {
		t.Errorf("%d bytes, want %d", c.Bytes(), before+1000)
	}
	first.Charge(-1000)
	for n := range 20 {
		add(t, c, text(100+n)).Charge(10_000)
	}
	if c.Bytes() > 100_000 {
		t.Errorf("%d bytes are kept of 100,000", c.Bytes())
	}
	if c.Find([]byte(first.Text)) != nil {
		t.Error("the least recently used is still there")
	}
	second.Charge(10_000) // has gone, too
	if c.Bytes() > 100_000 {
		t.Errorf("%d bytes are kept of 100,000", c.Bytes())
	}
	last := add(t, c, text(1000))
	before = c.Bytes()
	last.Charge(12_501)
	if c.Find([]byte(last.Text)) != nil || c.Bytes() >= before {
		t.Error("a document is kept that weighs more than an eighth with what is derived of it")
	}
}

func TestConcurrentUse(t *testing.T) {
	c := document.NewCache(20_000)
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for n := range 500 {
				d := c.Find([]byte(text((n + g) % 60)))
				if d == nil {
					d = add(t, c, text((n+g)%60))
				}
				d.Operations[0].Derive(c, func() any { return n })
				d.Charge(n % 7)
			}
		})
	}
	all.Wait()
	if c.Bytes() > 20_000 || c.Bytes() <= 0 || c.Len() == 0 {
		t.Errorf("%d bytes of 20,000, %d documents", c.Bytes(), c.Len())
	}
}

func TestContext(t *testing.T) {
	if got := document.From(t.Context()); got != nil {
		t.Errorf("a document from nowhere: %v", got)
	}
	d := add(t, document.NewCache(0), "{ a }").Operations[0]
	if got := document.From(document.With(t.Context(), d)); got != d {
		t.Errorf("got %v, want %v", got, d)
	}
}
