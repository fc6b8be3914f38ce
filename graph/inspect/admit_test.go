package inspect_test

import (
	"strconv"
	"testing"

	"weft/graph/binding/bindingtest/generated"
	"weft/graph/binding/bindingtest/resolver"
	"weft/graph/inspect"
	"weft/graph/operation"
	"weft/graph/protocol"
)

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
		err := i.Admit(t.Context(), prepared.Operation, keys(c.keys))
		if c.fits != (err == nil) {
			t.Errorf("%d keys: got %v, want none: %v", c.keys, err, c.fits)
		}
		if err != nil && err.Extensions["code"] != protocol.CodeTooManyCalls {
			t.Errorf("%d keys: got code %v, want %s", c.keys, err.Extensions["code"], protocol.CodeTooManyCalls)
		}
	}
}
