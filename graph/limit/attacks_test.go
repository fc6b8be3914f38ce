package limit

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// attackSchema has something for each attack: an interface of many types, arguments of all kinds, fields with names to suggest.
var attackSchema = func() *ast.Schema {
	var b strings.Builder
	b.WriteString(`type Query implements Node {
	id: ID name: String next: Node node: Node product: Category
	list(of: [Int], nested: [[Int]], in: In, text: String, order: Order): Query
	many(` + repeat("a%d: Int ", 100) + `): Query
	` + repeat("field%d: Int ", 40) + `
}
interface Node { id: ID name: String next: Node }
type Category { id: ID parent: Category }
input In { in: In list: [In] n: Int s: String order: Order }
enum Order { ` + repeat("VALUE_%d ", 20) + `}
`)
	for i := range 20 {
		fmt.Fprintf(&b, "type T%d implements Node { id: ID name: String next: Node own%d: Int }\n", i, i)
	}
	b.WriteString("type Last { id: ID left: Left right: Right } extend type Query { left: Left right: Right }\n")
	b.WriteString(repeat("type L%d { id: ID } type R%[1]d { id: ID }\n", 150))
	b.WriteString("union Left = " + repeat("L%d | ", 150) + "Last union Right = " + repeat("R%d | ", 150) + "Last\n")
	return gqlparser.MustLoadSchema(&ast.Source{Name: "attack.graphql", Input: b.String()})
}()

// aboutAttacks is attackSchema, measured.
var aboutAttacks = NewSchema(attackSchema)

// attack is a document of a kind whose validation would cost more than its size.
type attack struct {
	name string
	text func(n int) string // of size n
	n    int                // for which it was found
	want string             // the limit that refuses it, cycle or parser; "" if it is cheap
}

var attacks = []attack{
	{"InterfaceBelowInterface", func(n int) string { return "{node{" + nest("next{", n, "id") + "}}" }, 4, ""},
	{"FragmentTwiceInParents", func(n int) string {
		return "{product{...F0}}" + chain(n, "fragment F%d on Category{parent{...F%d} parent{...F%[2]d}}", "fragment F%d on Category{id}")
	}, 22, ""},
	{"FragmentTwiceInAliases", func(n int) string {
		return "{product{...F0}}" + chain(n, "fragment F%d on Category{a:parent{...F%d} b:parent{...F%[2]d}}", "fragment F%d on Category{id}")
	}, 22, "nodes"},
	{"FragmentTenTimesInParents", func(n int) string {
		return "{product{...F0}}" + chain(n, "fragment F%d on Category{"+strings.Repeat("parent{...F%[2]d} ", 10)+"}", "fragment F%d on Category{id}")
	}, 12, ""},
	{"FragmentSpreadTwice", func(n int) string {
		return "{...F0}" + chain(n, "fragment F%d on Query{...F%d ...F%[2]d}", "fragment F%d on Query{__typename}")
	}, 45, ""},
	{"InlineFragmentsInside", func(n int) string { return "{product{" + nest("id id id id id ...{", n, "id") + "}}" }, 245, "depth"},
	{"InlineFragmentsWide", func(n int) string { return "{product{" + nest(strings.Repeat("id ", n)+"...{", 20, "id") + "}}" }, 40, "repeats"},
	{"SameFieldFlat", func(n int) string { return "{" + strings.Repeat("id ", n) + "}" }, 1985, "repeats"},
	{"SameParentFlat", func(n int) string { return "{" + strings.Repeat("node{id} ", n) + "}" }, 1985, "repeats"},
	{"SameSpreadFlat", func(n int) string {
		return "{" + strings.Repeat("...F ...G ", n) + "} fragment F on Query{id} fragment G on Query{name}"
	}, 2000, "repeats"},
	{"AllFragmentsTogether", func(n int) string {
		return "{" + repeat("...F%d ", n) + "}" + repeat("fragment F%d on Query{id} ", n)
	}, 1000, "repeats"},
	{"FragmentChainWithField", func(n int) string {
		return "{...F0}" + chain(n, "fragment F%d on Query{id ...F%d}", "fragment F%d on Query{id}")
	}, 1000, "depth"},
	{"EachReachesAll", func(n int) string {
		var b strings.Builder
		b.WriteString("{...F0}")
		for i := range n {
			fmt.Fprintf(&b, "fragment F%d on Query{a%[1]d:id ", i)
			for j := i + 1; j < n; j++ {
				fmt.Fprintf(&b, "...F%d ", j)
			}
			b.WriteString("}")
		}
		return b.String()
	}, 90, "repeats"},
	{"ManyOperations", func(n int) string {
		return repeat("query Q%d{...F} ", n) + "fragment F on Query{" + repeat("a%d:id ", n) + "}"
	}, 1000, "repeats"},
	{"UnknownFields", func(n int) string { return "{" + repeat(strings.Repeat("x", 480)+"%d ", n) + "}" }, 1900, "name"},
	{"UnknownFieldsOfModestNames", func(n int) string { return "{" + repeat(strings.Repeat("x", 240)+"%d ", n) + "}" }, 1200, ""},
	{"LongName", func(n int) string { return "{" + strings.Repeat("x", n) + "}" }, 900_000, "name"},
	{"UnknownTypes", func(n int) string {
		return "{...F0}" + repeat("fragment F%d on "+strings.Repeat("x", 200)+"%[1]d{id}", n)
	}, 1000, ""},
	{"Schemas", func(n int) string {
		body := strings.TrimPrefix(whole[strings.Index(whole, "__schema"):], "__schema")
		end := strings.Index(body, "\n}\n")
		return "{" + repeat("a%d:__schema{...S} ", n) + "} fragment S on __Schema" + body[:end] + body[end+2:]
	}, 250, "introspections"},
	{"NamesInLists", func(n int) string {
		return "{__schema{types{fields{type{fields{type{" + repeat("n%d:name ", n) + "}}}}}}}"
	}, 900, "introspections"},
	{"ArgumentsCompared", func(n int) string {
		list := strings.Repeat("1 ", 40)
		return "{" + strings.Repeat("list(of:["+list+"]){id} ", n) + "}"
	}, 200, "repeats"},
	{"ManyArguments", func(n int) string {
		return "{" + strings.Repeat("many("+repeat("a%d:1 ", 100)+"){id} ", n) + "}"
	}, 40, "repeats"},
	{"ObjectsInside", func(n int) string {
		return "{list(in:" + strings.Repeat("{in:", n) + "1" + strings.Repeat("}", n) + "){id}}"
	}, 900, "depth"},
	{"ObjectsInsideMany", func(n int) string {
		one := "list(in:" + strings.Repeat("{in:", 90) + "1" + strings.Repeat("}", 90) + "){id} "
		return "{" + repeat("a%d:"+one, n) + "}"
	}, 30, "nodes"},
	{"WrongValues", func(n int) string {
		return "{" + repeat("a%d:list(in:{n:\"x\" s:1 list:[{n:true}]}){id} ", n) + "}"
	}, 500, ""},
	{"WrongEnumOfLength", func(n int) string { return `{list(order:"` + strings.Repeat("x", n) + `"){id}}` }, 600_000, ""},
	{"LongListLiteral", func(n int) string { return "{list(of:[" + strings.Repeat("1 ", n) + "]){id}}" }, 300_000, "tokens"},
	{"ManyVariables", func(n int) string {
		return "query(" + repeat("$v%d:String ", n) + "){" + repeat("a%d:list(text:$v%[1]d){id} ", n) + "}"
	}, 3000, "tokens"},
	{"DeepType", func(n int) string {
		return "query($v:" + strings.Repeat("[", n) + "Int" + strings.Repeat("]", n) + "){id}"
	}, 900, ""},
	{"Directives", func(n int) string { return "{id " + strings.Repeat("@include(if:true) ", n) + "}" }, 2100, ""},
	{"UnknownDirectives", func(n int) string { return "{id " + strings.Repeat("@x ", n) + "}" }, 7000, ""},
	{"FlatAliases", func(n int) string { return "{" + repeat("a%d:id ", n) + "}" }, 4000, "repeats"},
	{"FlatAliasesWithParents", func(n int) string { return "{" + repeat("a%d:list(text:\"x\")@include(if:true){id} ", n) + "}" }, 800, ""},
	{"ManyNamesInManyPlaces", func(n int) string {
		return "{" + repeat("p%d:list{...F} ", 12) + "} fragment F on Node{" + repeat("a%d:id ", n) + "}"
	}, 600, "repeats"},
	{"Comments", func(n int) string { return "{id " + strings.Repeat("#\n", n) + "}" }, 400_000, "tokens"},
	{"Commas", func(n int) string { return "{id " + strings.Repeat(",", n) + "}" }, 1_000_000, ""},
	{"UnionsThatOverlapLast", func(n int) string { return "{left{" + repeat("...on Right{...on Last{a%d:id}} ", n) + "}}" }, 1100, ""},
	{"FragmentInItself", func(n int) string { return "{...F} fragment F on Query{id ...F}" }, 1, "cycle"},
	{"FragmentCycle", func(n int) string {
		return "{...F0}" + chain(n, "fragment F%d on Query{...F%d}", "fragment F%d on Query{...F0}")
	}, 50, "cycle"},
	{"DeepSelection", func(n int) string { return "{" + nest("next{", n, "id") + "}" }, 130_000, "parser"},
	{"DeepSelectionThatParses", func(n int) string { return "{" + nest("next{", n, "id") + "}" }, 900, "depth"},
	{"ListsInside", func(n int) string {
		return "{list(nested:" + strings.Repeat("[", n) + "1" + strings.Repeat("]", n) + "){id}}"
	}, 900, "depth"},
	{"UnusedVariables", func(n int) string { return "query(" + repeat("$v%d:Int ", n) + "){id}" }, 3700, ""},
	{"HugeNumbers", func(n int) string {
		digits := strings.Repeat("9", 250)
		return "{" + repeat("a%d:list(of:["+digits+" "+digits+".5e"+digits+"]){id} ", n) + "}"
	}, 1000, "name"},
	{"LongStrings", func(n int) string { return `{list(text:"` + strings.Repeat("\\u00e9", n) + `"){id}}` }, 150_000, ""},
	{"LongTexts", func(n int) string { return "{" + repeat(`a%d:list(text:"`+strings.Repeat("é", 40)+`"){id} `, n) + "}" }, 1000, ""},
	{"LongPlainStrings", func(n int) string { return `{list(text:"` + strings.Repeat("é", n) + `"){id}}` }, 300_000, ""},
	{"NoText", func(n int) string { return "{id " + strings.Repeat("\x00", n) + "}" }, 1000, "parser"},
	{"BrokenUTF8", func(n int) string { return `{list(text:"` + strings.Repeat("\xff", n) + `"){id}}` }, 500_000, ""},
	{"MutualExclusion", func(n int) string {
		return "{node{" + repeat("...on T%d{"+strings.Repeat("next{id} ", 8)+"} ", n) + "}}"
	}, 18, ""},
}

func repeat(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func nest(open string, n int, inside string) string {
	return strings.Repeat(open, n) + inside + strings.Repeat("}", n)
}

// chain is n fragments of a form, each with the next one's number, and a last one.
func chain(n int, form, last string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, form, i, i+1)
	}
	fmt.Fprintf(&b, last, n)
	return b.String()
}

// largest is the size of an attack that is just not refused.
func (l Document) largest(a attack) int {
	within := func(n int) bool {
		text := a.text(n)
		doc, err := l.Parse(text)
		return len(text) <= 1<<20 && err == nil && l.Check(aboutAttacks, doc) == nil
	}
	low, high := 1, 2
	for within(high) && high < 1<<20 {
		low, high = high, 2*high
	}
	for high-low > 1 {
		if middle := (low + high) / 2; within(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}
