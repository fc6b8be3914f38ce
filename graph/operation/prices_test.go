package operation_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/cost"
	"weft/graph/operation"
	"weft/graph/protocol"
)

var prices = &cost.Schema{Fields: map[string]*cost.Field{
	"Query.greeting": {Weight: new(10.0)},
	"Query.product":  {Arguments: map[string]float64{"size": 2}},
}}

// An operation that may cost more than the limit is not executed, and its error says what it may cost.
func TestMaxCost(t *testing.T) {
	ran := 0
	e := newEngine(func(ctx context.Context) *graphql.Response { ran++; return greet(ctx) }, operation.Options{Said: operation.Said{Costs: prices}, MaxCost: 11})
	for _, c := range []struct{ name, body, want string }{
		{"Fits", `{"query":"{ greeting }"}`, helloData},
		{"Exceeds", `{"query":"{ greeting a: product(id: 1, size: 2) { name } }"}`, `{"errors":[{"message":` +
			`"the operation may cost 13, and the limit is 11: select fewer fields, or smaller pages","locations":[{"line":1,"column":1}],` +
			`"extensions":{"code":"COST_ESTIMATED_TOO_EXPENSIVE","cost":{"field":13,"type":2},"limit":"cost","most":11}}]}`},
		{"ExceedsWithVariables", `{"query":"query($s: Boolean!) { greeting a: greeting @skip(if: $s) }","variables":{"s":false}}`, `{"errors":[{"message":` +
			`"the operation may cost 20, and the limit is 11: select fewer fields, or smaller pages","locations":[{"line":1,"column":1}],` +
			`"extensions":{"code":"COST_ESTIMATED_TOO_EXPENSIVE","cost":{"field":20,"type":1},"limit":"cost","most":11}}]}`},
		{"FitsWithVariables", `{"query":"query($s: Boolean!) { greeting a: greeting @skip(if: $s) }","variables":{"s":true}}`, helloData},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := ran
			for range 2 { // the second time its document is known
				if got := (request{body: c.body}).of(t, e); got.body != c.want {
					t.Errorf("got  %s\nwant %s", got.body, c.want)
				}
			}
			if want := map[bool]int{true: 2}[c.want == helloData]; ran-before != want {
				t.Errorf("it ran %d times, want %d", ran-before, want)
			}
		})
	}
}

// A field that wants exactly one of its slicing arguments gets it, whatever else is limited.
func TestRequiredArgument(t *testing.T) {
	one := &cost.Schema{Fields: map[string]*cost.Field{"Query.product": {Size: &cost.Size{Slicing: [][]string{{"size"}}, One: true}}}}
	e := newEngine(greet, operation.Options{Said: operation.Said{Costs: one}})
	if got := (request{body: `{"query":"{ product(id: 1, size: 2) { name } }"}`}).of(t, e); got.body != helloData {
		t.Errorf("with it: got %s", got.body)
	}
	const want = `{"errors":[{"message":"product wants exactly one of size, and has 0 of them","locations":[{"line":1,"column":3}],` +
		`"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`
	if got := (request{body: `{"query":"{ product(id: 1) { name } }"}`}).of(t, e); got.body != want {
		t.Errorf("without it:\ngot  %s\nwant %s", got.body, want)
	}
	const perhaps = `{"query":"query($s: Int) { product(id: 1, size: $s) { name } }","variables":{`
	for range 2 {
		if got := (request{body: perhaps + `"s":1}}`}).of(t, e); got.body != helloData {
			t.Errorf("with a variable: got %s", got.body)
		}
		if got := (request{body: perhaps + `}}`}).of(t, e); got.body != strings.Replace(want, `"column":3`, `"column":18`, 1) {
			t.Errorf("with a variable that has no value: got %s", got.body)
		}
	}
}

// Who asks for a report is told what the operation may cost; nothing finds it out for anybody else.
func TestCostInReport(t *testing.T) {
	e := newEngine(greet, operation.Options{Said: operation.Said{Costs: prices}, Reports: true})
	for _, c := range []struct {
		header string
		want   bool
	}{{protocol.ReportHeader, true}, {protocol.WithoutHeader, false}} {
		value := map[bool]string{true: "calls", false: "memo"}[c.want]
		got := request{body: hello, headers: http.Header{c.header: {value}}}.of(t, e)
		if strings.Contains(got.body, `"cost":{"field":10,"type":1}`) != c.want {
			t.Errorf("with %s: got %s", c.header, got.body)
		}
	}
}
