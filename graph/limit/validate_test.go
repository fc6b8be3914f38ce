package limit

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// TestValidateIsGqlparsers holds that the errors of a document that has few are gqlparser's.
func TestValidateIsGqlparsers(t *testing.T) {
	for _, text := range []string{
		"{id}", "{ids}", "{id: name id}", "{list(off: 1, in: {m: 1}) {id}}", "{node{id{id}} product}", "query($v: Int){id}", "{list(order: VALUE_x){id}}",
		"{...F} fragment G on Nod {id}", "{node{...on T1{own1 own2}}}",
		"{node{...on T1{...on T2{id}} ...on Query{...on Node{id}} ...on Left{...on Last{id}} ...on In{...on Order{id}} ...on Nothing{id} ...{id}}}",
		"{left{...F} right{...F}} fragment F on Right{...on Left{...G}} fragment G on Node{id}", "{left{...on Last{...on Right{...on L1{id} ...on Last{id}}}}}",
	} {
		want := validator.ValidateWithRules(attackSchema, parse(t, text), rules.NewDefaultRules())
		got := Validate(attackSchema, parse(t, text), rules.NewDefaultRules())
		if got.Error() != want.Error() {
			t.Errorf("%s: got\n%v\nwant\n%v", text, got, want)
		}
	}
}

func TestValidateEnds(t *testing.T) {
	tests := []struct {
		name, text string
		errors     int
	}{
		{"ManyErrors", "{" + repeat("x%d ", 1000) + "}", 20},
		{"MuchText", "{" + repeat(strings.Repeat("x", 1000)+"%d ", 1000) + "}", 16},
		{"LongLiteral", `{list(in: "` + strings.Repeat("é", 100_000) + `") {id}}`, 1},
		{"LongEnum", `{list(order: "` + strings.Repeat("x", 100_000) + `") {id}}`, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			errs := Validate(attackSchema, parse(t, test.text), rules.NewDefaultRules())
			if len(errs) != test.errors {
				t.Errorf("got %d errors, want %d", len(errs), test.errors)
			}
			for _, err := range errs {
				if len(err.Message) > mostMessage+10 || strings.ToValidUTF8(err.Message, "") != err.Message {
					t.Errorf("got a message of %d bytes: %.60s", len(err.Message), err.Message)
				}
			}
		})
	}
}

func TestValidatePanics(t *testing.T) {
	defer func() {
		if recover() != "a rule's" {
			t.Error("a rule's panic is gone")
		}
	}()
	Validate(attackSchema, parse(t, "{id}"), rules.NewRules(validator.Rule{Name: "Panics", RuleFunc: func(events *validator.Events, _ validator.AddErrFunc) {
		events.OnField(func(*validator.Walker, *ast.Field) { panic("a rule's") })
	}}))
}

// BenchmarkAttack is what each attack costs until it is refused, or until it would be executed.
func BenchmarkAttack(b *testing.B) {
	limits := Document{}.WithDefaults()
	for _, a := range attacks {
		text := a.text(a.n)
		b.Run(a.name, func(b *testing.B) {
			for b.Loop() {
				doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, limits.Tokens)
				if err != nil || limits.Check(aboutAttacks, doc) != nil {
					continue
				}
				Validate(attackSchema, doc, rules.NewDefaultRules())
			}
		})
	}
}

// FuzzCheck holds that checking a document, and validating what is within limits, takes a bounded number of counted steps.
func FuzzCheck(f *testing.F) {
	for _, a := range attacks {
		f.Add(a.text(4))
	}
	f.Add("{...A} fragment A on Query{...B} fragment B on Query{...A}")
	f.Add("subscription @x {a: b(c: [{d: $e}])} fragment A on B {id} fragment A on C {...A}")
	limits := Document{Tokens: 2000, Nodes: 1000, Repeats: 1000, Depth: 20}.WithDefaults()
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, limits.Tokens)
		if err != nil {
			return
		}
		refused, steps := limits.check(aboutAttacks, doc)
		if most := 2 * (limits.Nodes + selections(doc) + 1); steps > most {
			t.Errorf("got %d steps, want %d at most", steps, most)
		}
		if refused == nil {
			limits.holds(t, doc)
			Validate(attackSchema, doc, rules.NewDefaultRules())
		}
	})
}
