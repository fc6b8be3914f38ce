package forecast_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"weft/graph/binding"
	"weft/graph/cost"
	"weft/graph/forecast"
	"weft/graph/plan"
	"weft/graph/view"
)

var schema = gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: `
	type Query {
		found(limit: Int): Found
		item(id: ID!): Item
		items(ids: [ID!]): [Item]
		pages(first: Int, after: String): Pages
	}
	type Found { items: [Item!] others: [Item!] one: Item }
	type Item { id: ID owner: Item single: Item related: [Item!] }
	type Pages { nodes: [Item!]! }
`})

// tables are of that schema: items come in batches of 10, owners' too, singles do not.
func tables(style binding.PageStyle) *plan.Schema {
	object := view.NewShape("/id", "/ownerId", "/relatedIds")
	id := []binding.Var{{Name: "id", Type: &binding.Type{Scalar: "ID"}}}
	item := binding.New(binding.Spec{
		Name: "Item", Vars: id, Entity: true,
		Origin: binding.Origin{
			Upstream: "a",
			Single:   &binding.Call{Template: "/items/{id}"},
			Batch:    &binding.Batch{Call: binding.Call{Template: "/items{?id*}"}, Keys: "id", Match: []string{"/id"}, Max: 10},
		},
		Result: binding.Result{Shape: object, Object: "Item", KeySlots: []int{1}},
	})
	single := binding.New(binding.Spec{
		Name: "Item.single", Vars: id,
		Origin: binding.Origin{Upstream: "a", Single: &binding.Call{Template: "/single/{id}"}},
		Result: binding.Result{Shape: object, Object: "Item"},
	})
	found := binding.New(binding.Spec{
		Name: "Query.found", Vars: []binding.Var{{Name: "limit", Type: &binding.Type{Scalar: "Int"}}},
		Origin: binding.Origin{Upstream: "a", Single: &binding.Call{Template: "/found{?limit}"}},
		Result: binding.Result{Shape: view.NewShape("/items", "/others", "/one"), Object: "Found"},
	})
	pages := binding.New(binding.Spec{
		Name: "Query.pages", Vars: []binding.Var{{Name: "n", Type: &binding.Type{Scalar: "Int"}}, {Name: "at", Type: &binding.Type{Scalar: "Int"}}},
		Origin: binding.Origin{Upstream: "a", Single: &binding.Call{Template: "/pages{?n,at}"}},
		Result: binding.Result{Shape: object, Object: "Pages", List: true, Page: &binding.Page{Style: style, Size: "n", Start: "at", Max: 50}},
	})
	load := func(slot int, keys bool) *binding.Field {
		return &binding.Field{Binding: item, Sources: []binding.Source{{Slot: slot}}, Keys: keys}
	}
	page := []binding.Source{{Page: true}, {Page: true}}
	return &plan.Schema{Query: "Query", Types: map[string]*plan.Type{
		"Query": {Name: "Query", Satisfies: []string{"Query"}, Fields: map[string]*plan.Field{
			"found": {Type: plan.Ref("Found"), Bound: &binding.Field{Binding: found, Sources: []binding.Source{{Argument: "limit"}}}},
			"item":  {Type: plan.Ref("Item"), Bound: &binding.Field{Binding: item, Sources: []binding.Source{{Argument: "id"}}}},
			"items": {Type: plan.Ref("[Item]"), Bound: &binding.Field{Binding: item, Sources: []binding.Source{{Argument: "ids"}}, Keys: true}},
			"pages": {Type: plan.Ref("Pages"), Bound: &binding.Field{Binding: pages, Sources: page}},
		}},
		"Found": {Name: "Found", Satisfies: []string{"Found"}, Shape: found.Shape, Fields: map[string]*plan.Field{
			"items": {Type: plan.Ref("[Item!]"), Slot: 1}, "others": {Type: plan.Ref("[Item!]"), Slot: 2}, "one": {Type: plan.Ref("Item"), Slot: 3},
		}},
		"Item": {Name: "Item", Satisfies: []string{"Item"}, Shape: object, Fields: map[string]*plan.Field{
			"id":      {Type: plan.Ref("ID"), Slot: 1, Leaf: view.AppendID},
			"owner":   {Type: plan.Ref("Item"), Bound: load(2, false)},
			"single":  {Type: plan.Ref("Item"), Bound: &binding.Field{Binding: single, Sources: []binding.Source{{Slot: 1}}}},
			"related": {Type: plan.Ref("[Item!]"), Bound: load(3, true)},
		}},
		"Pages": {Name: "Pages", Kind: plan.Connection, Satisfies: []string{"Pages"}, Fields: map[string]*plan.Field{
			"nodes": {Type: plan.Ref("[Item!]!")},
		}},
	}}
}

var sizes = &cost.Schema{Fields: map[string]*cost.Field{
	"Query.found":  {Size: &cost.Size{Slicing: [][]string{{"limit"}}, Sized: []string{"items"}}},
	"Query.items":  {Size: &cost.Size{Slicing: [][]string{{"ids"}}, Keys: true}},
	"Query.pages":  {Size: &cost.Size{Slicing: [][]string{{"first"}}, Sized: []string{"nodes"}, Assumed: 50, Default: 20}},
	"Item.related": {Size: &cost.Size{Assumed: 7}},
}}

// long is a key that no URL has room for beside another one.
func long(n int) string { return strings.Repeat(strconv.Itoa(n), 5000) }

// of forecasts an operation: its calls, or what is unbounded.
func of(t *testing.T, style binding.PageStyle, text string, variables map[string]any) string {
	t.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(schema, text, rules.NewDefaultRules())
	if errs != nil {
		t.Fatal(errs)
	}
	if variables != nil {
		coerced, err := validator.VariableValues(schema, doc.Operations[0], variables)
		if err != nil {
			t.Fatal(err)
		}
		variables = coerced
	}
	p, err := plan.Build(t.Context(), tables(style), doc, doc.Operations[0], variables, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := forecast.Tables{Schema: schema, Costs: sizes}.Of(p, variables)
	if f.Unbounded != nil {
		return f.Unbounded.String()
	}
	return fmt.Sprint(f.Calls)
}

func TestOf(t *testing.T) {
	const endless = " may have any number of elements: "
	none := map[string]any{}
	for _, c := range []struct {
		name      string
		style     binding.PageStyle
		text      string
		variables map[string]any
		want      string
	}{
		{"One", 0, `{ item(id: 1) { owner { id } single { id } } }`, none, "3"},
		{"EqualOnes", 0, `{ item(id: 1) { id } same: item(id: 1) { id } }`, none, "1"},
		{"OthersInABatch", 0, `{ item(id: 1) { id } other: item(id: 2) { id } }`, none, "1"},
		{"KeysOfAnArgument", 0, `{ items(ids: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) { single { id } } }`, none, "13"}, // two batches, 11 calls
		{"LongKey", 0, `{ item(id: "` + long(1) + `") { id } }`, none, "1"},
		{"LongKeys", 0, `{ item(id: "` + long(1) + `") { id } other: item(id: "` + long(2) + `") { id } }`, none, "2"},
		{"SameLongKeys", 0, `{ item(id: "` + long(1) + `") { id } other: items(ids: ["` + long(1) + `", "2"]) { id } }`, none, "1"},
		{"LongKeysOfAnArgument", 0, `{ items(ids: ["` + long(1) + `", "2", "` + long(3) + `"]) { id } }`, none, "2"},
		{
			"LongKeysOfAVariable", 0, `query($ids: [ID!]) { items(ids: $ids) { id } }`,
			map[string]any{"ids": []any{long(1), long(2), long(3)}},
			"3",
		},
		{
			"LongKeysBesideAVariable", 0, `query($id: ID!) { items(ids: [$id, "` + long(1) + `", "` + long(2) + `"]) { id } }`, nil, "2",
		},
		{
			"LongKeyByDefault", 0, `query($id: ID = "` + long(1) + `") { item(id: "` + long(2) + `") { id } items(ids: [$id]) { id } }`,
			none, "2",
		},
		{
			"LongKeyByDefaultOrNot", 0, `query($id: ID = "` + long(1) + `") { item(id: "` + long(2) + `") { id } items(ids: [$id]) { id } }`,
			nil, "1",
		},
		{"NoKeys", 0, `{ items { single { id } } }`, none, "0"},
		{
			"KeysUnknown", 0, `query($ids: [ID!]) { items(ids: $ids) { id } }`, nil,
			"Query.items" + endless + "give the argument ids a value, or say @listSize(assumedSize:) in the schema",
		},
		{"KeysKnown", 0, `query($ids: [ID!]) { items(ids: $ids) { id } }`, map[string]any{"ids": []any{"1", "2"}}, "1"},
		{"KeysOfAMember", 0, `{ item(id: 1) { related { related { id } } } }`, none, "7"}, // 7 keys, 49 keys
		{"SizedField", 0, `{ found(limit: 12) { items { owner { id } } } }`, none, "3"},
		{
			"SizedFieldTwice", 0, `{ a: found(limit: 12) { ...F } b: found(limit: 9) { ...F } } fragment F on Found { items { owner { id } } }`,
			none, "5",
		},
		{
			"SizedFieldUnknown", 0, `query($n: Int) { found(limit: $n) { items { single { id } } } }`, nil,
			"Query.found" + endless + "give the argument limit a value, or say @listSize(assumedSize:) in the schema",
		},
		{
			"NoSize", 0, `{ found(limit: 1) { others { single { id } } } }`, none,
			"Found.others" + endless + "say @listSize(assumedSize:) in the schema",
		},
		{"NoSizeThatMatters", 0, `{ found(limit: 1) { others { id } one { single { id } } } }`, none, "2"},
		{"Page", 0, `{ pages(first: 12) { nodes { owner { id } } } }`, none, "3"},
		{"PageWithoutFirst", 0, `{ pages { nodes { owner { id } } } }`, none, "3"},
		{"LargestPage", 0, `query($n: Int) { pages(first: $n) { nodes { owner { id } } } }`, nil, "6"},
		{"NumberedPage", binding.PageNumber, `{ pages { nodes { id } } }`, none, "1"},
		{"NumberedPageBehindACursor", binding.PageNumber, `query($c: String) { pages(after: $c) { nodes { id } } }`, nil, "2"},
		{"NumberedPageFromTheStart", binding.PageNumber, `query($c: String) { pages(after: $c) { nodes { id } } }`, none, "1"},
		{"PageOfACursor", binding.Cursor, `{ pages(after: "x") { nodes { id } } }`, none, "2"},
		{"PageOfALink", binding.Link, `{ pages(after: "x") { nodes { id } } }`, none, "5"},
		{"Conditions", 0, `query($a: Boolean!) { item(id: 1) @skip(if: $a) { id } found @include(if: $a) { one { id } } }`, nil, "2"},
		{
			"ConditionsKnown", 0, `query($a: Boolean!) { item(id: 1) @skip(if: $a) { id } found @include(if: $a) { one { id } } }`,
			map[string]any{"a": true},
			"1",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := of(t, c.style, c.text, c.variables); got != c.want {
				t.Errorf("%s with %v: got %s, want %s", c.text, c.variables, got, c.want)
			}
		})
	}
}

// Keys of 40 bytes do not all fit into one URL.
func TestLongURLs(t *testing.T) {
	b := binding.New(binding.Spec{
		Name: "Item", Entity: true, Vars: []binding.Var{{Name: "id", Type: &binding.Type{Scalar: "ID"}}},
		Origin: binding.Origin{Batch: &binding.Batch{Call: binding.Call{Template: "/items{?id*}"}, Keys: "id", Match: []string{"/id"}, Max: 400}},
	})
	for keys, want := range map[int]int{0: 0, 1: 1, 186: 1, 187: 2, 372: 2, 373: 3, 401: 3} { // 8 KiB have room for 186
		if got := b.Calls(keys, 0); got != want {
			t.Errorf("%d keys: got %d calls, want %d", keys, got, want)
		}
	}
}

// A part of a key that the operation says is as long as it says.
func TestLongPartsOfKeys(t *testing.T) {
	b := binding.New(binding.Spec{
		Name: "Shelf", Entity: true,
		Vars: []binding.Var{{Name: "sku", Type: &binding.Type{Scalar: "ID"}}, {Name: "store", Type: &binding.Type{Scalar: "ID"}}},
		Origin: binding.Origin{Batch: &binding.Batch{
			Call: binding.Call{Template: "/stock", Query: []binding.QueryParam{{Name: "sku", Value: "{of.sku}"}, {Name: "store", Value: "{of.store}"}}},
			Keys: "of", Match: []string{"/sku", "/store"},
		}},
	})
	f := &binding.Field{Binding: b, Sources: []binding.Source{{Slot: 1}, {Argument: "store"}}}
	for length, want := range map[int]int{1: 2, 40: 2, 81: 2, 1000: 15, 9000: 100} { // 8 KiB have room for 88 keys of 80 bytes, beside names
		args := binding.Arguments{"store": strings.Repeat("s", length)}
		keys := make([]string, 100)
		for i := range keys {
			keys[i] = binding.Key(fmt.Sprintf("%040d", i), args["store"].(string))
		}
		calls := 0
		for rest := keys; len(rest) > 0; calls++ {
			rest = rest[b.Piece(rest, 100):]
		}
		if got := b.Calls(100, f.Length(args)); got != want || calls > got {
			t.Errorf("a store of %d bytes: foreseen are %d calls, want %d, and there are %d", length, got, want, calls)
		}
	}
}
