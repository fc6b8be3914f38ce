package limit

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"weft/graph/generated"
	"weft/graph/protocol"
)

// TestDocuments holds that what people send passes with much room: what tools ask about a schema, and pages as they are written with
// Relay, without, and by programs.
func TestDocuments(t *testing.T) {
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	files, err := filepath.Glob("testdata/documents/*.graphql")
	if err != nil || len(files) < 6 {
		t.Fatalf("got %d documents, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			full := Document{}.WithDefaults()
			quarter := Document{
				Tokens: full.Tokens / 4, Name: full.Name / 4, Depth: full.Depth / 4, Nodes: full.Nodes / 4,
				Repeats: full.Repeats / 4, Introspections: 1,
			}
			doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: string(text)}, quarter.Tokens)
			if err != nil {
				t.Fatal(err)
			}
			if err := quarter.Check(NewSchema(schema), doc); err != nil {
				t.Errorf("under a quarter of the limits: %v", err)
			}
			if errs := Validate(schema, doc, rules.NewDefaultRules()); len(errs) > 0 {
				t.Error(errs)
			}
		})
	}
}

// TestAttacks holds which limit refuses each attack, and that nothing is done that is not counted.
func TestAttacks(t *testing.T) {
	limits := Document{}.WithDefaults()
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: a.text(a.n)}, limits.Tokens)
			if err != nil {
				if a.want != "tokens" && a.want != "parser" {
					t.Fatal(err)
				}
				return
			}
			refused, steps := limits.check(aboutAttacks, doc)
			if got := limitOf(refused); got != a.want {
				t.Errorf("got %q (%v), want %q", got, refused, a.want)
			}
			if most := 2 * (limits.Nodes + selections(doc)); steps > most {
				t.Errorf("got %d steps, want %d at most", steps, most)
			}
			if refused != nil && len(refused.Locations) != 1 {
				t.Errorf("got locations %v, want one", refused.Locations)
			}
		})
	}
}

// TestAttacksBegin holds that smaller ones of the same kinds pass, so that it is their size that is refused.
func TestAttacksBegin(t *testing.T) {
	for _, a := range attacks {
		if a.want == "name" || a.want == "cycle" || a.name == "NoText" { // no size of them is right
			continue
		}
		doc, err := parser.ParseQuery(&ast.Source{Input: a.text(3)})
		if err != nil {
			t.Fatalf("%s: %v", a.name, err)
		}
		if err := (Document{}).Check(aboutAttacks, doc); err != nil {
			t.Errorf("%s: %v", a.name, err)
		}
	}
}

func TestCycles(t *testing.T) {
	tests := []struct{ text, want string }{
		{"{...A} fragment A on Query{...A}", `Cannot spread fragment "A" within itself.`},
		{"{...A} fragment A on Query{node{id}...B} fragment B on Query{product{...C}} fragment C on Category{...A}", `Cannot spread fragment "A" within itself via "B", "C".`},
		{"{id} fragment A on Query{...B} fragment B on Query{...C} fragment C on Query{...B}", `Cannot spread fragment "B" within itself via "C".`},
		{"{...A ...B} fragment A on Query{...C} fragment B on Query{...C} fragment C on Query{...Unknown}", ""},
	}
	for _, test := range tests {
		got := ""
		if err := (Document{}).Check(aboutAttacks, parse(t, test.text)); err != nil {
			got = err.Message
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.text, got, test.want)
		}
	}
}

func TestError(t *testing.T) {
	err := Document{Depth: 2}.Check(aboutAttacks, parse(t, "{\n  node {\n    next {\n      id\n    }\n  }\n}"))
	const want = "input:4:7: The document selects too deeply: these are selection sets inside each other, which may be 2 at most: ask for less at once, or raise limits.depth"
	if err == nil || err.Error() != want {
		t.Fatalf("got %v, want %s", err, want)
	}
	if err.Extensions["code"] != protocol.CodeTooCostly || err.Extensions["most"] != 2 {
		t.Errorf("got extensions %v", err.Extensions)
	}
}

func limitOf(err *gqlerror.Error) string {
	if err == nil {
		return ""
	}
	limit, limited := err.Extensions["limit"].(string)
	if !limited {
		return "cycle"
	}
	return limit
}

func parse(t *testing.T, text string) *ast.QueryDocument {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// selections counts the selections that stand in a document.
func selections(doc *ast.QueryDocument) int {
	n := 0
	var count func(ast.SelectionSet)
	count = func(set ast.SelectionSet) {
		n += len(set)
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				count(s.SelectionSet)
			case *ast.InlineFragment:
				count(s.SelectionSet)
			}
		}
	}
	for _, op := range doc.Operations {
		count(op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		count(f.SelectionSet)
	}
	return n
}
