package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

func TestVerify(t *testing.T) {
	for _, o := range operations() {
		right, err := json.Marshal(map[string]any{"data": o.data})
		if err != nil {
			t.Fatal(err)
		}
		if err := verify(right, o); err != nil {
			t.Errorf("%s: the right answer is refused: %v", o.name, err)
		}
		for _, wrong := range []string{
			"", "{}", `{"data":null}`, `{"data":{"posts":[]}}`, strings.Replace(string(right), `"data"`, `"errors":[],"data"`, 1), strings.Replace(string(right), "l", "L", 1),
		} {
			if err := verify([]byte(wrong), o); err == nil {
				t.Errorf("%s: %.60q is accepted", o.name, wrong)
			}
		}
	}
}

// TestFixture holds the bodies to the lengths of the public workload's.
func TestFixture(t *testing.T) {
	bodies := newFixture().bodies()
	for path, want := range map[string]int{"/posts": 27_500, "/users": 5_600} {
		if got := len(bodies[path]); got < want*9/10 || got > want*11/10 {
			t.Errorf("%s has %d bytes, want about %d", path, got, want)
		}
	}
	if got := operations()[0].size(); got < 13_000 || got > 17_000 {
		t.Errorf("the answer to q1 has %d bytes, want about 15000", got)
	}
}

func TestParseCalls(t *testing.T) {
	const nginx = "Active connections: 1 \nserver accepts handled requests\n 7 8 93 \nReading: 0 Writing: 1 Waiting: 0 \n"
	for text, want := range map[string]int64{"0": 0, "12\n": 12, nginx: 93} {
		if got, err := parseCalls(text); got != want || err != nil {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "many", "server accepts handled requests\n 7 8"} {
		if got, err := parseCalls(text); err == nil {
			t.Errorf("%q gives %d and no error", text, got)
		}
	}
}

// TestReviews holds the answer of the reviews service to about the length of the public workload's.
func TestReviews(t *testing.T) {
	o := operations()[4]
	if got := o.size(); got < 78_000 || got > 96_000 {
		t.Errorf("the answer to %s has %d bytes, want about 87000", o.name, got)
	}
}

func TestRounds(t *testing.T) {
	for i, want := range []string{
		"/posts; /users?id=1&id=2&id=3&id=4&id=5&id=6&id=7&id=8&id=9&id=10",
		"/posts; /users/1 /users/2 /users/3 /users/4 /users/5 /users/6 /users/7 /users/8 /users/9 /users/10",
		"/posts", "",
		"/accounts/users /catalogue/products; /reviews/reviews?authorId=1&authorId=2&authorId=3&authorId=4&authorId=5&authorId=6 " +
			"/reviews/reviews?productUpc=1&productUpc=2&productUpc=3&productUpc=4&productUpc=5&productUpc=6&productUpc=7&productUpc=8&productUpc=9 " +
			"/inventory/stock?upc=1&upc=2&upc=3&upc=4&upc=5&upc=6&upc=7&upc=8&upc=9",
	} {
		o := operations()[i]
		var rounds []string
		for _, paths := range o.rounds {
			rounds = append(rounds, strings.Join(paths, " "))
		}
		if got := strings.Join(rounds, "; "); got != want {
			t.Errorf("%s: got %q, want %q", o.name, got, want)
		}
	}
}

// TestPeerSchema holds Tailcall's schema to the operations: each of them is valid there.
func TestPeerSchema(t *testing.T) {
	for _, s := range tailcallSharing {
		text := s.schema("8000", "http://127.0.0.1:9000")
		for what, want := range map[string]int{
			"dedupe: true":                           map[calling]int{joint: 3}[s.calls],
			"httpCache: ":                            map[calling]int{none: 1}[s.calls],
			`"http://127.0.0.1:9000` + s.below + "/": 3,
		} {
			if got := strings.Count(text, what); got != want {
				t.Errorf("%s: got %s %d times, want %d", s.mode, what, got, want)
			}
		}
		doc, err := parser.ParseSchema(&ast.Source{Input: text})
		if err != nil {
			t.Fatal(err)
		}
		for _, directive := range []string{"server", "upstream", "http", "expr"} {
			for _, list := range directives(doc) {
				*list = slices.DeleteFunc(*list, func(d *ast.Directive) bool { return d.Name == directive })
			}
		}
		prelude, err := parser.ParseSchema(validator.Prelude)
		if err != nil {
			t.Fatal(err)
		}
		prelude.Merge(doc)
		schema, err := validator.ValidateSchemaDocument(prelude)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range operations() {
			if o.of.name != postsWorkload.name {
				continue
			}
			query, err := parser.ParseQuery(&ast.Source{Input: o.query})
			if err != nil {
				t.Fatal(err)
			}
			if errs := validator.ValidateWithRules(schema, query, rules.NewDefaultRules()); errs != nil {
				t.Errorf("%s: %v", o.name, errs)
			}
		}
	}
}

// directives are all places of a schema that have some.
func directives(doc *ast.SchemaDocument) []*ast.DirectiveList {
	var lists []*ast.DirectiveList
	for _, s := range doc.Schema {
		lists = append(lists, &s.Directives)
	}
	for _, d := range doc.Definitions {
		for _, f := range d.Fields {
			lists = append(lists, &f.Directives)
		}
	}
	return lists
}
