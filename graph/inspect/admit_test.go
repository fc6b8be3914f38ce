package inspect_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"weft/graph/binding/bindingtest/generated"
	"weft/graph/binding/bindingtest/resolver"
	"weft/graph/document"
	"weft/graph/inspect"
	"weft/graph/operation"
	"weft/graph/plan"
	"weft/graph/protocol"
)

// variant is the one of an operation that variables choose, as planned.New's schema has it; nil under gqlgen's executor.
func variant(t *testing.T, tables *plan.Schema, o *document.Operation, variables map[string]any, stock bool) *plan.Variant {
	t.Helper()
	if stock {
		return nil
	}
	p, err := plan.Build(t.Context(), tables, o.Document.AST, o.AST, variables, nil)
	refused, ok := errors.AsType[*plan.Refused](err)
	if err != nil && !ok {
		t.Fatal(err)
	}
	return &plan.Variant{Plan: p, Refused: refused}
}

// An operation whose calls only its variables bound is held to the limit with the variables that it has.
func TestAdmit(t *testing.T) {
	d := generated.Service(resolver.Resolver{}, generated.Functions{})
	engine := operation.New(d.Stock, operation.Options{})
	i := inspect.New(d, inspect.Options{MaxCalls: 2})
	prepared, err := engine.Prepare(t.Context(), "query($ids: [ID!]!) { strict(ids: $ids) { id } }", "")
	if err != nil {
		t.Fatal(err)
	}
	keys := func(n int) map[string]any {
		var ids []any
		for k := range n {
			ids = append(ids, strconv.Itoa(k))
		}
		return map[string]any{"ids": ids}
	}
	for _, c := range []struct {
		keys int
		fits bool
	}{{0, true}, {1, true}, {6, true}, {7, false}} { // three keys a call
		err := i.Admit(t.Context(), prepared.Operation, variant(t, d.Tables, prepared.Operation, nil, false), keys(c.keys))
		if c.fits != (err == nil) {
			t.Errorf("%d keys: got %v, want none: %v", c.keys, err, c.fits)
		}
		if err != nil && err.Extensions["code"] != protocol.CodeTooManyCalls {
			t.Errorf("%d keys: got code %v, want %s", c.keys, err.Extensions["code"], protocol.CodeTooManyCalls)
		}
	}
}

// What nobody can bound does not start, and the error says what would bound it. What asks about the schema only calls nobody.
func TestAdmitUnbounded(t *testing.T) {
	d := generated.Service(resolver.Resolver{}, generated.Functions{})
	engine := operation.New(d.Stock, operation.Options{})
	const (
		page      = "query($n: Int) { byNumber(first: $n) { nodes { owner { name } } } }"
		condition = "query($all: Boolean!) { count __type(name: \"User\") @include(if: $all) { name } }"
	)
	for _, c := range []struct {
		name, text string
		variables  map[string]any
		options    inspect.Options
		want       string // in the error; "": it may start
	}{
		{
			"List", "{ blocks { ...F } } fragment F on Block { product { name } }", nil,
			inspect.Options{},
			"the operation may take any number of calls to services, and 2 are allowed: Query.blocks may have any number of elements: say @listSize",
		},
		{"Page", page, map[string]any{"n": nil}, inspect.Options{}, "may take 21 calls to services, and 2 are allowed"},
		{"SmallPage", page, map[string]any{"n": 1}, inspect.Options{}, ""},
		{"ListAlone", "{ tags }", nil, inspect.Options{}, ""},
		{
			"NoPlan", "{ __schema { types { name } } count }", nil,
			inspect.Options{},
			"a number of calls to services that nobody knows, and 2 are allowed: gqlgen's executor, whose batches depend on time, runs it, since",
		},
		{"NoPlanOfVariant", condition, map[string]any{"all": true}, inspect.Options{}, "that nobody knows"},
		{"PlanOfVariant", condition, map[string]any{"all": false}, inspect.Options{}, ""},
		{"Schema", "{ __schema { types { name } } ...F } fragment F on Query { __typename ... { __typename } }", nil, inspect.Options{}, ""},
		{"Stock", "{ blocks { product { name } } }", nil, inspect.Options{Stock: true}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.options.MaxCalls = 2
			prepared, err := engine.Prepare(t.Context(), c.text, "")
			if err != nil {
				t.Fatal(err)
			}
			i := inspect.New(d, c.options)
			v := variant(t, d.Tables, prepared.Operation, c.variables, c.options.Stock)
			for range 2 { // the second time, it is known
				switch err := i.Admit(t.Context(), prepared.Operation, v, c.variables); {
				case c.want == "" && err != nil:
					t.Errorf("got %v, want none", err)
				case c.want != "" && (err == nil || !strings.Contains(err.Message, c.want) || err.Extensions["code"] != protocol.CodeTooManyCalls):
					t.Errorf("got %v, want %s with %s in it", err, protocol.CodeTooManyCalls, c.want)
				}
			}
		})
	}
}
