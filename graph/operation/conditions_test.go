package operation_test

import (
	"testing"

	"weft/graph/operation"
)

// TestConditionsAreNotNull holds that null for a condition is an error of the operation, with the place of the variable.
func TestConditionsAreNotNull(t *testing.T) {
	e := newCoercion()
	const declared, null = "query Q($s: Boolean = true) ", `{"s":null}`
	for _, tt := range []struct {
		query, variables string
		column           int // of the error; 0: it is executed
	}{
		{declared + "{f0 @skip(if: $s)}", null, 43},
		{declared + "{f0 @include(if: $s)}", null, 46},
		{declared + "{...{f0 @skip(if: $s)}}", null, 47},
		{declared + "{... @skip(if: $s) {f0}}", null, 44},
		{declared + "{...F @skip(if: $s)} fragment F on Query {f0}", null, 45},
		{declared + "{...F ...F} fragment F on Query {f0 ...G} fragment G on Query {f0 @include(if: $s)}", null, 108},
		{declared + "{f0 @skip(if: false) @include(if: $s)}", null, 63},
		{declared + "{f0 @skip(if: $s)}", `{"s":false}`, 0},
		{declared + "{f0 @skip(if: $s)}", `{}`, 0},
		{declared + "{f5(v: $s)}", null, 0},
		{declared + "{f5(v: $s)} query R($s: Boolean = true) {f0 @skip(if: $s)}", null, 0},
		{declared + "{f5(v: $s)} query R($s: Boolean = true) {...F} fragment F on Query {f0 @skip(if: $s)}", null, 0},
	} {
		got := request{body: `{"query":"` + tt.query + `","operationName":"Q","variables":` + tt.variables + `}`}.of(t, e)
		errs := refusal(t, got.body)
		const want = `Argument "if" of non-null type "Boolean!" must not be null: variable $s is.`
		switch {
		case tt.column == 0 && errs == nil && got.class == operation.Executed:
		case tt.column == 0 || len(errs) != 1:
			t.Errorf("%s %s: got %d %s", tt.query, tt.variables, got.class, got.body)
		case errs[0].Message != want || len(errs[0].Locations) != 1 || errs[0].Locations[0].Column != tt.column:
			t.Errorf("%s %s: got %s, want %s at column %d", tt.query, tt.variables, got.body, want, tt.column)
		}
	}
	if got := ask(t, e, "{f0 @skip(if: null)}"); refusal(t, got) == nil {
		t.Errorf("a literal null: got %s", got)
	}
}
