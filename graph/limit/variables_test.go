package limit

import (
	"strings"
	"testing"
)

func TestCheckVariables(t *testing.T) {
	long := make([]any, 1000)
	tests := []struct {
		name, text string
		variables  map[string]any
		most       int // the least limit that lets it pass
	}{
		{"None", "{id}", nil, 0},
		{"Few", "query($v: [Int]) {" + repeat("a%d: list(of: $v) {id} ", 100) + "}", map[string]any{"v": []any{1, 2}}, 0},
		{"Once", "query($v: [Int]) {list(of: $v) {id}}", map[string]any{"v": long}, 1001},
		{"Unused", "query($v: [Int]) {id}", map[string]any{"v": long}, 1001},
		{"NotDefined", "query($w: [Int]) {list(of: $w) {id}}", map[string]any{"v": long}, 0},
		{"Often", "query($v: [Int]) {" + repeat("a%d: list(of: $v) {id} ", 100) + "}", map[string]any{"v": long}, 100_100},
		{"InLiterals", "query($v: [Int]) {list(in: {list: [{n: $v}, {n: $v}]}) {id}}", map[string]any{"v": long}, 2002},
		{"InDirectives", "query($v: Boolean) @x(if: $v) {... @x(if: $v) {id @x(if: $v) ...F @x(if: $v)}} fragment F on Query {id}", map[string]any{"v": long}, 4004},
		{
			"InFragments", "query($v: [Int]) {...F0}" + chain(20, "fragment F%d on Query{a: node{...F%d} b: node{...F%[2]d}}", "fragment F%d on Query{list(of: $v) {id}}"),
			map[string]any{"v": long},
			1001 << 20,
		},
		{
			"InMoreFragments", "query($v: [Int]) {...F0}" + chain(80, "fragment F%d on Query{a: node{...F%d} b: node{...F%[2]d}}", "fragment F%d on Query{list(of: $v) {id}}"),
			map[string]any{"v": long},
			1<<31 - 1,
		},
		{"InACycle", "query($v: [Int]) {...F} fragment F on Query{list(of: $v) {id} node {...F}}", map[string]any{"v": long}, 1001},
		{"Default", "query($v: [Int] = [" + strings.Repeat("1 ", 1000) + "]) {a: list(of: $v) {id} b: list(of: $v) {id}}", nil, 2002},
		{"Objects", "query($v: In) {list(in: $v) {id}}", map[string]any{"v": map[string]any{"list": []any{map[string]any{"n": 1}, map[string]any{"list": long}}}}, 1006},
		{"Text", "query($v: String) {a: list(text: $v) {id} b: list(text: $v) {id}}", map[string]any{"v": strings.Repeat("x", 256*100)}, 202},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc := parse(t, test.text)
			limits := Document{Variables: max(1, test.most)}
			if err := limits.CheckVariables(doc, doc.Operations[0], test.variables); err != nil {
				t.Errorf("with %d: %v", test.most, err)
			}
			if limits.Variables--; limits.Variables <= 0 {
				return
			}
			err := limits.CheckVariables(doc, doc.Operations[0], test.variables)
			if limitOf(err) != "variables" {
				t.Errorf("with %d: got %v, want a refusal", limits.Variables, err)
			}
		})
	}
}

// The attack of 330,000 values that 200 fields use is refused without being told to.
func TestCheckVariablesByDefault(t *testing.T) {
	doc := parse(t, "query($v: [Int]) {"+repeat("a%d: list(of: $v) {id} ", 200)+"}")
	err := Document{}.CheckVariables(doc, doc.Operations[0], map[string]any{"v": make([]any, 330_000)})
	const want = "input:1:7: The variables have too many values for how often they are used: each value counts once for each use, and $v has the most, which may be 100000 at most: ask for less at once, or raise limits.variables"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	doc = parse(t, "query($v: [Int]) {list(of: $v) {id}}")
	for n, refused := range map[int]bool{10_000: false, 99_999: false, 490_000: true} {
		err := Document{}.CheckVariables(doc, doc.Operations[0], map[string]any{"v": make([]any, n)})
		if (err != nil) != refused {
			t.Errorf("%d values used once: got %v; want a refusal: %t", n, err, refused)
		}
	}
}
