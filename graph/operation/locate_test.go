package operation_test

import (
	"strings"
	"testing"
)

// TestErrorsAreWhereThingsBegin holds where errors are: at the character behind each ¦ of a document, which is not sent.
func TestErrorsAreWhereThingsBegin(t *testing.T) {
	e := newCoercion()
	for _, marked := range []string{
		`{f0(v: ¦"x")}`,
		`{a: f3(v: "é😀") f0(v: ¦"x")}`,
		"{\r\n  f0(v:\r    ¦\"x\")\n}",
		`{f9(v: {n: 1, tags: [¦{}], any: "x"})}`,
		`{f9(v: {subs: [{any: ["é"], n: ¦"1"}]})}`,
		"{f0(v: ¦\"\"\"x\n  y\n\"\"\")}",
		`query($a: Int = ¦"x") {f0(v: $a)}`,
		`{f0 ¦@nope}`,
		"{f0 ¦@ ,\n nope}",
		`{f0 @include(if: ¦"x")}`,
		`{¦...Nope}`,
		"{¦... \n Nope}",
		`{f3(v: "é") ... on ¦Nope {f0}}`,
		`{... ¦@nope {f0}}`,
		`{f3(v: ¦"\ud83d")}`,
	} {
		document := strings.ReplaceAll(marked, "¦", "")
		before, _, _ := strings.Cut(marked, "¦")
		before = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(before)
		line := strings.Count(before, "\n") + 1
		column := len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
		got := ask(t, e, document)
		errs := refusal(t, got)
		if len(errs) != 1 || len(errs[0].Locations) != 1 || errs[0].Locations[0].Line != line || errs[0].Locations[0].Column != column {
			t.Errorf("%s: got %s, want line %d and column %d", document, got, line, column)
		}
	}
}

// TestNumbersEndBeforeNames holds that a name that begins within a number is a mistake of syntax, where it begins.
func TestNumbersEndBeforeNames(t *testing.T) {
	e := newCoercion()
	for document, at := range map[string]string{
		`{a: f3(v: "é") f10(v: [1a])}`: `{"line":1,"column":25}`,
		"{f10(v: [\n 1.5_])}":          `{"line":2,"column":5}`,
		`{f7(v: {a: [-0x1]})}`:         `{"line":1,"column":15}`,
	} {
		got := ask(t, e, document)
		if !strings.Contains(got, `"locations":[`+at+`],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}`) {
			t.Errorf("%s: got %s, want a mistake of syntax at %s", document, got, at)
		}
	}
}
